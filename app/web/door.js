// Paints the lock as it was last, while the engine loads, and holds back what is asked of it until then.
// A classic script at the end of the body.
'use strict';

(() => {
  const kept = localStorage.getItem('door');
  const isInvitation = new URLSearchParams(location.hash.slice(1)).has('code');
  if (kept !== null && !isInvitation) {
    const page = new DOMParser().parseFromString(kept, 'text/html');
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceChildren(...page.body.childNodes);
  }
  document.addEventListener('submit', event => {
    if (document.documentElement.hasAttribute('data-engine')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const form = /** @type {HTMLFormElement} */ (event.target);
    form.setAttribute('aria-busy', 'true');
    window.fieldbookWaiting = { form, submitter: event.submitter };
  }, true);
})();
