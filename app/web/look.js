// How the app looks: as the phone, light, dark, or dim and red for the night. Before anything is painted.
// A classic script in the head.
'use strict';

(() => {
  const NIGHT = { from: 21, until: 6 };
  const LOOKS = ['auto', 'light', 'dark', 'night', 'by-hour'];

  /** What was chosen on this phone. */
  function chosen() {
    const kept = localStorage.getItem('look');
    return kept !== null && LOOKS.includes(kept) ? kept : 'auto';
  }

  function isNight() {
    const hour = new Date().getHours();
    return hour >= NIGHT.from || hour < NIGHT.until;
  }

  function apply() {
    const of = chosen();
    const look = of === 'by-hour' ? (isNight() ? 'night' : 'auto') : of;
    if (look === 'auto') document.documentElement.removeAttribute('data-look');
    else document.documentElement.setAttribute('data-look', look);
    for (const button of document.querySelectorAll('[data-looks]')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-looks') === of));
    }
  }

  document.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest('[data-looks]') : null;
    if (!button) return;
    localStorage.setItem('look', button.getAttribute('data-looks') ?? 'auto');
    apply();
  });
  // Whatever is shown anew says what was chosen.
  document.addEventListener('fieldbook:shown', apply);
  setInterval(apply, 60_000);
  apply();
})();
