// The shell: shows what the worker answers first, and lets htmx do the rest.

const BASE = '/app';
const main = () => document.getElementById('main');

/** Shows one of the texts of the shell instead of the wait. @param {string} id */
function say(id) {
  document.getElementById('loading')?.setAttribute('hidden', '');
  document.getElementById(id)?.removeAttribute('hidden');
}

/** Puts a whole page in the place of the one that is there. @param {string} html */
function show(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  document.documentElement.lang = page.documentElement.lang;
  for (const { name } of [...document.body.attributes]) document.body.removeAttribute(name);
  for (const { name, value } of page.body.attributes) document.body.setAttribute(name, value);
  document.body.replaceChildren(...page.body.childNodes);
  window.htmx.process(document.body);
  const alert = document.querySelector('[role=alert]');
  const heading = alert ?? document.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
}

/** @param {string} path @param {RequestInit} [init] */
async function go(path, init) {
  const answer = await fetch(path, init);
  const there = answer.headers.get('HX-Push-Url');
  if (there) history.replaceState(null, '', there);
  show(await answer.text());
  return there !== null;
}

/** Sends what is there, gets what is new, and shows the page again if nobody fills a form in on it. */
async function sync() {
  document.body.dataset.synced = '';
  const came = await window.fieldbook.sync();
  // Another run is under way, and goes on to what came up meanwhile.
  if (came === 'busy') return;
  document.body.dataset.synced = came;
  if (came === 'wiped') return go(`${BASE}/`);
  if (!document.body.classList.contains('door') && !main()?.querySelector('form#draft')) {
    window.htmx.ajax('GET', location.pathname, { target: '#main', select: '#main', swap: 'outerMorph' });
  }
}

// These change everything that is shown, and not a part of it.
const WHOLE = ['/enroll', '/unlock', '/lock'].map(path => BASE + path);
document.addEventListener('submit', async event => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const action = new URL(form.action, location.origin).pathname;
  if (action === `${BASE}/language`) {
    event.preventDefault();
    event.stopPropagation();
    const chosen = new FormData(form, event.submitter).get('language');
    localStorage.setItem('language', String(chosen));
    document.documentElement.lang = String(chosen);
    await go(location.pathname);
  } else if (WHOLE.includes(action)) {
    event.preventDefault();
    event.stopPropagation();
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, event.submitter)));
    for (const button of form.querySelectorAll('button')) button.disabled = true;
    const passed = await go(action, { method: 'POST', body });
    if (passed && action !== `${BASE}/lock`) sync();
  }
}, true);

// Something was saved, or somebody asked.
document.addEventListener('fieldbook:sync', () => sync());
document.addEventListener('fieldbook:unfit', () => say('unfit'));
window.addEventListener('online', () => sync());

async function begin() {
  document.documentElement.lang =
    localStorage.getItem('language') ?? (navigator.language.startsWith('es') ? 'es' : 'en');
  if (!navigator.locks || !navigator.storage?.getDirectory) return say('unfit');
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  // It works once, and has no business in the history.
  const path = code ? `${BASE}/enroll?code=${encodeURIComponent(code)}` : location.pathname;
  if (code) history.replaceState(null, '', `${BASE}/`);
  await go(path);
}

// Where the certificate is not trusted there is none, and no page without a signal.
navigator.serviceWorker?.register(`${BASE}/sw.js`, { scope: `${BASE}/` }).catch(() => {});
// One window has the store.
navigator.locks?.request('fieldbook', { ifAvailable: true }, async lock => {
  if (!lock) return say('elsewhere');
  await begin();
  return new Promise(() => {});
}) ?? say('unfit');
