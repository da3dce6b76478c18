// What a worker's safety needs of a script: a button that is held, the time that is left, and "I'm safe" on a
// phone that is locked.
// @ts-check
"use strict";

(() => {
  /** What was tapped while the phone was locked: times, and nothing else. */
  const KEPT = "fieldbook-safe";

  /** Taps that are kept: more than anybody makes before they unlock. */
  const KEPT_MAX = 50;

  /** How long before the end somebody is reminded, in milliseconds. */
  const REMINDED = 5 * 60 * 1000;

  /** @param {number | number[]} pattern */
  function buzz(pattern) {
    if (navigator.vibrate) navigator.vibrate(pattern);
  }

  /** Makes a short tone, where the page may. */
  function sound() {
    try {
      const context = new AudioContext();
      const tone = context.createOscillator();
      tone.connect(context.destination);
      tone.start();
      tone.stop(context.currentTime + 0.4);
      tone.addEventListener("ended", () => context.close());
    } catch {
      // The words on the page say it, too.
    }
  }

  /** @type {number | undefined} */
  let holding;

  /** @param {Event} event @returns {HTMLButtonElement | null} */
  function held(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-hold]") : null;
    return button instanceof HTMLButtonElement ? button : null;
  }

  /** @param {HTMLButtonElement} button */
  function hold(button) {
    if (holding !== undefined) return;
    button.setAttribute("data-holding", "");
    buzz(50);
    holding = setTimeout(() => {
      letGo();
      buzz([200, 100, 200]);
      button.form?.requestSubmit();
    }, Number(button.getAttribute("data-hold")));
  }

  function letGo() {
    clearTimeout(holding);
    holding = undefined;
    for (const button of document.querySelectorAll("[data-holding]")) button.removeAttribute("data-holding");
  }

  addEventListener("pointerdown", (event) => {
    const button = held(event);
    if (button && event.isPrimary && event.button === 0) hold(button);
  });
  for (const name of ["pointerup", "pointercancel", "blur", "pagehide"]) addEventListener(name, letGo);
  // A finger that stays makes a menu on some phones.
  addEventListener("contextmenu", (event) => { if (held(event)) event.preventDefault(); });
  addEventListener("keydown", (event) => {
    const button = held(event);
    if (!button || (event.key !== " " && event.key !== "Enter")) return;
    event.preventDefault();
    if (!event.repeat) hold(button);
  });
  addEventListener("keyup", (event) => { if (held(event)) letGo(); });
  addEventListener("submit", (event) => {
    if (event.target instanceof Element && event.target.hasAttribute("data-buzz")) buzz(100);
  });

  /** The shift's end for which somebody was reminded. */
  let reminded = "";

  /** Shows how long it is until somebody means to be back; after that, for how long they are late. */
  function count() {
    const left = document.getElementById("shift-left");
    const until = left?.getAttribute("data-until");
    if (!left || !until) return;
    const ahead = Number(until) - Date.now();
    const minutes = Math.floor(Math.abs(ahead) / 60000);
    const seconds = Math.floor(Math.abs(ahead) / 1000) % 60;
    const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
    const shown = `${ahead < 0 ? "−" : ""}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds)}`;
    if (left.textContent !== shown) left.textContent = shown;
    const soon = document.getElementById("shift-soon");
    if (soon) soon.hidden = ahead > REMINDED;
    if (ahead > REMINDED || reminded === until) return;
    reminded = until;
    buzz([300, 150, 300]);
    sound();
    const status = document.getElementById("status");
    if (status && soon) status.textContent = soon.textContent;
  }

  /** @returns {number[]} */
  function kept() {
    try {
      const times = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
      return Array.isArray(times) ? times.filter(Number.isSafeInteger).slice(-KEPT_MAX) : [];
    } catch {
      return [];
    }
  }

  addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-lock-safe]") : null;
    if (!button) return;
    localStorage.setItem(KEPT, JSON.stringify([...kept(), Date.now()].slice(-KEPT_MAX)));
    buzz(100);
    const said = document.getElementById("lock-safe-said");
    if (said) said.textContent = said.getAttribute("data-kept");
  });

  /** Whether it is handed over already: what is saved asks for a sync, which asks for this. */
  let handing = false;

  /**
   * Hands what was tapped on the lock to the store, if it is open.
   * @param {string} base Where the pages are: `/app`.
   */
  async function hand(base) {
    const times = kept();
    if (handing || times.length === 0 || document.body.classList.contains("door")) return;
    const body = new URLSearchParams(times.map((time) => ["at", String(time)]));
    handing = true;
    const answer = await fetch(`${base}/shift/safe`, { method: "POST", body });
    handing = false;
    // Where it was taken, the answer leads on; a store that is shut answers with its door.
    if (!answer.headers.get("HX-Push-Url") && !answer.redirected) return;
    const left = kept().filter((time) => !times.includes(time));
    if (left.length > 0) localStorage.setItem(KEPT, JSON.stringify(left));
    else localStorage.removeItem(KEPT);
  }

  /** Shows what only a script can do. */
  function unhide() {
    document.getElementById("lock-safe")?.removeAttribute("hidden");
    count();
  }

  new MutationObserver(unhide).observe(document.documentElement, { childList: true, subtree: true });
  setInterval(count, 1000);
  unhide();
  Object.assign(window, { fieldbookSafe: { hand } });
})();
