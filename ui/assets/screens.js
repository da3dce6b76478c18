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
   * After a boosted navigation the focus would stay on the body: it goes to the heading, as on a new page.
   * A swap of a part leaves it where it is.
   * @param {Event} event
   */
  function arrive(event) {
    const target = /** @type {CustomEvent} */ (event).detail?.ctx?.target;
    if (!(target instanceof Element) || target.id !== "main") return;
    for (const menu of document.querySelectorAll(".account[open]")) menu.removeAttribute("open");
    const heading = document.querySelector('h1[tabindex="-1"]');
    if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
    scrollTo(0, 0);
    unhide();
    announceMarked();
  }

  /** @param {Event} event */
  function answered(event) {
    const source = /** @type {CustomEvent} */ (event).detail?.ctx?.sourceElement;
    const form = source instanceof Element ? source.closest("form") : null;
    if (form) open(form);
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

  addEventListener("submit", sendOnce, { capture: true });
  addEventListener("click", printed);
  addEventListener("click", closeMenus);
  addEventListener("keydown", closeMenus);
  document.addEventListener("htmx:after:swap", arrive);
  document.addEventListener("htmx:finally:request", answered);
  addEventListener("pageshow", (event) => {
    // A page that the browser kept whole may show what its reader may no longer see.
    if (event.persisted) location.reload();
  });
  unhide();
  announceMarked();
})();
