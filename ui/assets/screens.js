// What plain links and forms lack. Every page works without this file.
// @ts-check
"use strict";

(() => {
  /** How long a form that was sent stays shut when no answer comes, in milliseconds. */
  const PATIENCE = 8000;

  /**
   * Tells people who listen to the page, once they are done with what they hear now.
   * @param {string} text
   */
  function announce(text) {
    const status = document.getElementById("status");
    if (!status) return;
    // The same text again is no change, and would not be read.
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = text; });
  }

  /** Announces what the page marks as worth telling. */
  function announceMarked() {
    const marked = document.querySelectorAll("main [data-announce]");
    const text = Array.from(marked, (element) => element.textContent?.trim() ?? "").join(" ");
    if (text) announce(text);
  }

  /** @type {WeakSet<HTMLFormElement>} */
  const sent = new WeakSet();

  /**
   * Lets a form go once: a second tap while the first is on its way does nothing.
   * @param {SubmitEvent} event
   */
  function sendOnce(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent.add(form);
    form.setAttribute("aria-busy", "true");
    setTimeout(() => open(form), PATIENCE);
  }

  /** @param {HTMLFormElement} form */
  function open(form) {
    sent.delete(form);
    form.removeAttribute("aria-busy");
  }

  /**
   * After a boosted navigation the focus would stay on the body: it goes where a new page has it.
   * A swap of a part leaves it where it is.
   * @param {Event} event
   */
  function arrive(event) {
    const target = /** @type {CustomEvent} */ (event).detail?.ctx?.target;
    if (!(target instanceof Element) || target.id !== "main") return;
    for (const menu of document.querySelectorAll(".account[open]")) menu.removeAttribute("open");
    // What is wrong with a form is heard before its heading.
    const first = document.querySelector('main [autofocus]') ?? document.querySelector('h1[tabindex="-1"]');
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
    scrollTo(0, 0);
    unhide();
    announceMarked();
  }

  /** @param {Event} event */
  function answered(event) {
    const source = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
    const form = source instanceof Element ? source.closest("form") : null;
    if (form) open(form);
    stay();
  }

  /** @param {MouseEvent | KeyboardEvent} event */
  function closeMenus(event) {
    const inside = event.target instanceof Element ? event.target.closest(".account") : null;
    const escaped = event instanceof KeyboardEvent && event.key === "Escape";
    if (event instanceof KeyboardEvent && !escaped) return;
    for (const menu of document.querySelectorAll(".account[open]")) {
      if (menu === inside && !escaped) continue;
      menu.removeAttribute("open");
      if (escaped) menu.querySelector("summary")?.focus();
    }
  }

  /** Shows what only a script can do. */
  function unhide() {
    for (const button of document.querySelectorAll("[data-print]")) button.removeAttribute("hidden");
  }

  /** @param {MouseEvent} event */
  function printed(event) {
    if (event.target instanceof Element && event.target.closest("[data-print]")) print();
  }

  /** Between two looks at what is new, in milliseconds. */
  const SPACED = 300;

  let lastLook = 0;
  let looking = false;
  let missed = false;

  /** Listens for what others do, on pages of somebody who is signed in. */
  function listen() {
    if (!document.body.hasAttribute("data-live")) return;
    const events = new EventSource("/live");
    events.addEventListener("news", () => look(false));
    events.addEventListener("error", async () => {
      // It is opened again by itself, unless it was refused.
      if (events.readyState !== EventSource.CLOSED) return;
      const headers = { "Fieldbook-Live": "1" };
      const answer = await fetch(location.href, { headers }).catch(() => null);
      // Nobody is signed in any more: the page goes, and says where to.
      if (answer?.status === 401) location.reload();
    });
    addEventListener("pagehide", () => events.close());
  }

  /**
   * Asks for this page again, and puts what changed in its place: numbers at once, and lists unless somebody
   * points at them or works in them. Those are offered.
   * @param {boolean} all Whether somebody asked for all of it.
   */
  async function look(all) {
    if (looking) {
      missed = true;
      return;
    }
    looking = true;
    await new Promise((go) => setTimeout(go, Math.max(0, lastLook + SPACED - Date.now())));
    lastLook = Date.now();
    try {
      // Looking is no work: it keeps no session from ending.
      const headers = { "Fieldbook-Live": "1" };
      const answer = await fetch(location.href, { headers, redirect: "error" });
      if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"), all);
    } catch {
      // The next news brings it.
    }
    looking = false;
    if (missed) {
      missed = false;
      look(all);
    }
  }

  /**
   * @param {Document} page
   * @param {boolean} all
   */
  function put(page, all) {
    let offered = false;
    for (const fresh of page.querySelectorAll("[data-live][id]")) {
      const shown = document.getElementById(fresh.id);
      if (!shown || shown.isEqualNode(fresh)) continue;
      if (!all && isBusy(shown)) offered = true;
      else shown.replaceWith(document.importNode(fresh, true));
    }
    const offer = document.getElementById("news");
    if (!offer || offer.hidden !== offered) return;
    offer.hidden = !offered;
    if (offered) announce(offer.textContent?.trim() ?? "");
  }

  /**
   * Returns whether somebody would lose their place if this were replaced.
   * @param {Element} part
   */
  function isBusy(part) {
    if (part.contains(document.activeElement)) return true;
    if (part.getAttribute("data-live") === "number") return false;
    return part.matches(":hover") || part.querySelector("details[open], :checked") !== null;
  }

  /** How long before its end somebody is warned of it, in milliseconds. */
  const WARNED = 120000;

  /** @type {number | undefined} */
  let warning;
  /** @type {number | undefined} */
  let ending;

  /** Counts anew until the session ends, as the server does with every request. */
  function stay() {
    clearTimeout(warning);
    clearTimeout(ending);
    const idle = Number(document.body.getAttribute("data-idle"));
    const dialog = document.getElementById("idle");
    if (!idle || !(dialog instanceof HTMLDialogElement)) return;
    if (dialog.open) dialog.close();
    warning = setTimeout(() => {
      if (!dialog.open) dialog.showModal();
    }, Math.max(0, idle - WARNED));
    ending = setTimeout(() => location.reload(), idle + 1000);
  }

  /** How long nobody types until what they typed is kept, in milliseconds. */
  const PAUSE = 1000;

  /** @type {number | undefined} */
  let typing;

  /**
   * Has what is typed kept after a while, before its input is left: a page may go at any moment.
   * @param {Event} event
   */
  function typed(event) {
    const form = event.target instanceof Element ? event.target.closest("form#draft") : null;
    if (!(form instanceof HTMLFormElement)) return;
    clearTimeout(typing);
    // An input that is left is sent by itself, and its answer changes the page.
    typing = event.type === "input" ? setTimeout(() => keep(form), PAUSE) : undefined;
  }

  /**
   * Has a form kept as it stands. Nothing on the page moves: somebody types there.
   * @param {HTMLFormElement} form
   * @returns {Promise<void>} When it is kept, or cannot be.
   */
  async function keep(form) {
    typing = undefined;
    if (sent.has(form)) return;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const headers = { "HX-Request": "true" };
    // Not `form.action`: that is the button of this name.
    await fetch(form.getAttribute("action") ?? "", { method: "POST", body, headers, keepalive: true }).then((answer) => {
      if (answer.ok) form.setAttribute("data-kept", "");
    }, () => {});
  }

  /** What was typed a moment ago is kept although the page goes. */
  async function leave() {
    const form = document.getElementById("draft");
    if (typing === undefined || !(form instanceof HTMLFormElement)) return;
    clearTimeout(typing);
    await keep(form);
  }

  /** @param {MouseEvent} event */
  function pressed(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.hasAttribute("data-news")) look(true);
    if (button?.hasAttribute("data-stay")) {
      fetch("/stay", { method: "POST", redirect: "manual" }).then(stay, () => {});
    }
  }

  /**
   * Presses the button that has this key: only where nobody types.
   * @param {KeyboardEvent} event
   */
  function byKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    const at = event.target;
    if (at instanceof Element && at.closest("input, textarea, select, [contenteditable]")) return;
    for (const able of document.querySelectorAll("[data-key]")) {
      if (able.getAttribute("data-key") === event.key && able instanceof HTMLElement) {
        event.preventDefault();
        able.click();
        return;
      }
    }
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    const help = document.getElementById("keys");
    if (event.key === "?" && help instanceof HTMLDialogElement && !help.open) help.showModal();
  }

  /**
   * Goes to the next row of a list, or to the one before.
   * @param {1 | -1} by
   */
  function step(by) {
    const rows = Array.from(document.querySelectorAll("main tbody th[scope=row] a"));
    const now = rows.indexOf(/** @type {Element} */ (document.activeElement));
    const next = rows[now < 0 ? 0 : now + by];
    if (next instanceof HTMLElement) next.focus();
  }

  addEventListener("submit", sendOnce, { capture: true });
  addEventListener("input", typed);
  addEventListener("change", typed);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
  });
  addEventListener("click", pressed);
  addEventListener("keydown", byKey);
  addEventListener("click", printed);
  addEventListener("click", closeMenus);
  addEventListener("keydown", closeMenus);
  document.addEventListener("htmx:after:swap", arrive);
  document.addEventListener("htmx:finally:request", answered);
  addEventListener("pageshow", (event) => {
    // A page that the browser kept whole may show what its reader may no longer see.
    if (event.persisted) location.reload();
  });
  // Whoever takes the page away by a script waits for it.
  Object.assign(window, { fieldbookKeep: leave });
  unhide();
  announceMarked();
  stay();
  listen();
})();
