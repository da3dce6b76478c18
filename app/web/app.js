// The shell: shows what the worker answers first, and lets htmx do the rest. It opens and locks, hides,
// sends, listens for news, and gives way to another window or another version.

const BASE = '/app';
const root = document.documentElement;

/** Between two syncs that nobody asked for, in milliseconds. */
const SYNC_EVERY = 5 * 60_000;
/** Between two looks for a new version. */
const LOOK_FOR_VERSION_EVERY = 60 * 60_000;
/** Between two touches that the lock is told of. */
const TOUCH_EVERY = 5_000;
/** How long three presses of Escape may take. */
const ESCAPES_WITHIN = 1_500;

/** @param {ParentNode} page @returns {HTMLFormElement | null} */
const unlockForm = page => page.querySelector(`form[action="${BASE}/unlock"]`);
const isDoor = () => document.body.classList.contains('door');
/** @param {string} html */
const parsed = html => new DOMParser().parseFromString(html, 'text/html');

/** Shows one of the texts of the shell. @param {string} id */
function say(id) {
  const text = document.getElementById(id);
  const main = document.getElementById('main');
  if (!(text instanceof HTMLTemplateElement) || !main) return;
  document.body.className = 'door';
  const brand = main.querySelector('.brand');
  main.replaceChildren(...(brand ? [brand] : []), text.content.cloneNode(true));
  root.dataset.engine = 'none';
}

/** Puts a whole page in the place of the one that is there. @param {Document} page */
function show(page) {
  root.lang = page.documentElement.lang;
  for (const { name } of [...document.body.attributes]) document.body.removeAttribute(name);
  for (const { name, value } of page.body.attributes) document.body.setAttribute(name, value);
  document.body.replaceChildren(...page.body.childNodes);
  window.htmx.process(document.body);
  const alert = document.querySelector('[role=alert]');
  const heading = alert ?? document.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
  shown();
  if (isDoor()) atTheDoor();
}

/** Opens what only a browser has. */
function shown() {
  for (const part of document.querySelectorAll('[data-browser]')) part.removeAttribute('hidden');
  document.dispatchEvent(new CustomEvent('fieldbook:shown'));
}

/** Keeps the lock for the next opening, which paints it before there is an engine: nobody's name is on it. */
function atTheDoor() {
  if (!unlockForm(document)) localStorage.removeItem('door');
  else if (!document.querySelector('[role=alert]')) {
    const kept = /** @type {HTMLElement} */ (root.cloneNode(true));
    kept.querySelector('[name=back]')?.setAttribute('value', '/');
    localStorage.setItem('door', kept.outerHTML);
  }
  update();
}

/** @param {string} path @param {RequestInit} [init] */
async function ask(path, init) {
  // What stands before the store is wanted here, and is shown whole.
  const answer = await fetch(path, { ...init, headers: { 'Fieldbook-Door': '1' } });
  const there = answer.headers.get('HX-Push-Url');
  if (there) history.replaceState(null, '', there);
  return { page: parsed(await answer.text()), passed: there !== null };
}

/** @param {string} path @param {RequestInit} [init] */
async function go(path, init) {
  const { page, passed } = await ask(path, init);
  show(page);
  return passed;
}

const here = () => location.pathname + location.search;

/** Whether a sync was asked for after the last one began. */
let syncing = false;

/** Sends what is there, gets what is new, and listens for what comes later. */
async function sync() {
  if (isDoor()) return;
  syncing = true;
  document.body.dataset.synced = '';
  await window.fieldbookSafe?.hand(BASE);
  const came = await window.fieldbook.sync();
  // Another run is under way, and goes on to what came up meanwhile.
  if (came === 'busy') return;
  syncing = false;
  if (came === 'wiped') {
    localStorage.removeItem('door');
    return go(`${BASE}/`);
  }
  if (came === 'shut') return;
  await noteStorage();
  await refresh();
  document.body.dataset.synced = came;
  if (await window.fieldbook.listen()) sync();
}

/** Shows the page as it is now, unless another was opened meanwhile. */
async function refresh() {
  const there = location.href;
  const answer = await fetch(here());
  const page = parsed(await answer.text());
  if (location.href !== there || isDoor() || answer.status !== 200) return;
  put(page, 'top');
  if (!isTouched()) put(page, 'main');
  shown();
}

/** Puts a part of a page in the place of the one that is there. @param {Document} page @param {string} id */
function put(page, id) {
  const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !fresh || asServed(old).isEqualNode(asServed(fresh))) return;
  const at = document.activeElement;
  const place = at && old.contains(at) ? placeOf(at) : null;
  const mine = document.importNode(fresh, true);
  old.replaceWith(mine);
  window.htmx.process(mine);
  const again = place ? mine.querySelector(place) : null;
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** Returns a copy without what scripts add to it. @param {Element} part */
function asServed(part) {
  const copy = /** @type {Element} */ (part.cloneNode(true));
  for (const element of [copy, ...copy.querySelectorAll('*')]) {
    element.removeAttribute('data-htmx-powered');
    if (element.hasAttribute('data-browser')) element.removeAttribute('hidden');
    if (element.hasAttribute('data-looks')) element.removeAttribute('aria-pressed');
  }
  return copy;
}

/** By what an element is found again on the same page. @param {Element} element */
function placeOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const path = element.getAttribute('href');
  if (path) return `a[href="${CSS.escape(path)}"]`;
  return element.matches('h1') ? 'h1' : null;
}

let isPressed = false;

/** Whether somebody would lose their place, or what they typed, if the page changed now. */
function isTouched() {
  const main = document.getElementById('main');
  const at = document.activeElement;
  if (!main || isPressed) return true;
  if (main.querySelector('form#draft, form[data-keep], details[open], input:checked')) return true;
  if (at instanceof Element && main.contains(at) && at.matches('input, textarea, select')) return true;
  const typed = /** @type {NodeListOf<HTMLInputElement>} */ (main.querySelectorAll('input, textarea'));
  return [...typed].some(input => input.value !== input.defaultValue);
}

/** Tells the worker how much room there is, and asks to be kept when the phone is full. */
async function noteStorage() {
  const { storage } = navigator;
  const kept = await storage.persist?.().catch(() => false) ?? false;
  const { usage = 0, quota = 0 } = await storage.estimate?.().catch(() => ({})) ?? {};
  if (quota > 0) await window.fieldbook.tell({ storage: { used: usage, quota, kept } });
}

/** The store is shut: nothing of it stays on the screen. */
async function lockUp() {
  if (!isDoor()) await go(here());
  root.classList.remove('blank');
}

/** How long a page that is empty already waits until what was typed on it is kept, in milliseconds. */
const KEPT_WITHIN = 500;

/** Empties the page, and has what was typed a moment ago kept. */
async function empty() {
  root.classList.add('blank');
  const late = new Promise(done => setTimeout(done, KEPT_WITHIN));
  await Promise.race([window.fieldbookKeep?.(), late]);
}

/** Gone at once: the page, the store, and the way back to it. */
async function leave() {
  await empty();
  window.fieldbook.tell({ shut: true });
  location.replace(`${BASE}/clear.html`);
}

// These change everything that is shown, and not a part of it.
const WHOLE = ['/enroll', '/unlock', '/lock', '/anew'].map(path => BASE + path);
document.addEventListener('submit', async event => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const action = new URL(form.action, location.origin).pathname;
  if (action === `${BASE}/language`) {
    event.preventDefault();
    event.stopPropagation();
    const chosen = String(new FormData(form, event.submitter).get('language'));
    localStorage.setItem('language', chosen);
    root.lang = chosen;
    await go(here());
  } else if (WHOLE.includes(action)) {
    event.preventDefault();
    event.stopPropagation();
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, event.submitter)));
    for (const button of form.querySelectorAll('button')) button.disabled = true;
    const passed = await go(action, { method: 'POST', body });
    if (passed && !isDoor()) sync();
  }
}, true);

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (button?.hasAttribute('data-hide')) leave();
  if (button?.hasAttribute('data-lock')) go(`${BASE}/lock`, { method: 'POST' });
  if (button?.hasAttribute('data-move')) move();
});

/** @type {number[]} */
let escapes = [];
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || event.repeat) return;
  const now = performance.now();
  escapes = [...escapes.filter(at => now - at < ESCAPES_WITHIN), now];
  if (escapes.length >= 3) leave();
}, true);

let touched = 0;
for (const what of ['pointerdown', 'keydown', 'wheel', 'touchmove']) {
  document.addEventListener(what, () => {
    const now = Date.now();
    if (isDoor() || Math.abs(now - touched) < TOUCH_EVERY) return;
    touched = now;
    window.fieldbook.tell({ touch: true, at: now }).then(isShut => {
      if (isShut) lockUp();
    });
  }, { capture: true, passive: true });
}
for (const [what, pressed] of /** @type {[string, boolean][]} */ ([['pointerdown', true], ['pointerup', false], ['pointercancel', false]])) {
  document.addEventListener(what, () => { isPressed = pressed; }, { capture: true, passive: true });
}

// Out of sight nothing is shown, and the picture that the phone makes of the window is empty.
document.addEventListener('visibilitychange', async () => {
  const isHidden = document.visibilityState === 'hidden';
  if (isHidden) root.classList.add('blank');
  if (root.dataset.engine !== 'ready') return root.classList.toggle('blank', isHidden);
  const isShut = await window.fieldbook.tell({ hidden: isHidden, at: Date.now() });
  if (document.visibilityState === 'hidden') return;
  if (isShut) return lockUp();
  root.classList.remove('blank');
  if (!syncing) sync();
});

// Something was saved, or somebody asked.
document.addEventListener('fieldbook:sync', () => sync());
document.addEventListener('fieldbook:shut', lockUp);
document.addEventListener('fieldbook:unfit', () => say('unfit'));
document.addEventListener('htmx:after:swap', shown);
window.addEventListener('online', () => sync());
setInterval(() => sync(), SYNC_EVERY);

async function begin() {
  root.lang = localStorage.getItem('language') ?? (navigator.language.startsWith('es') ? 'es' : 'en');
  if (!navigator.storage?.getDirectory) return say('unfit');
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  // It works once, and has no business in the history.
  const path = code ? `${BASE}/enroll?code=${encodeURIComponent(code)}` : here();
  if (code) history.replaceState(null, '', `${BASE}/`);
  const { page } = await ask(path);
  const [painted, wanted] = [unlockForm(document), unlockForm(page)];
  root.dataset.engine = 'ready';
  if (painted && wanted && page.documentElement.lang === root.lang) {
    // Somebody may have typed already: it stays, and leads to where they want to go.
    const back = wanted.querySelector('[name=back]')?.getAttribute('value') ?? '/';
    painted.querySelector('[name=back]')?.setAttribute('value', back);
    window.htmx.process(document.body);
    shown();
    update();
  } else {
    show(page);
  }
  const waiting = window.fieldbookWaiting;
  if (waiting?.form.isConnected) {
    waiting.form.removeAttribute('aria-busy');
    waiting.form.requestSubmit(waiting.submitter);
  }
}

// One window has the store.
const windows = new BroadcastChannel('fieldbook');
let isMine = false;
/** @param {LockOptions} options */
function claim(options) {
  return navigator.locks.request('fieldbook', options, async lock => {
    if (!lock) return say('elsewhere');
    isMine = true;
    await begin();
    return new Promise(() => {});
  });
}

/** Has the other window give the store up, and goes on here. */
function move() {
  // In line before the other one asks again.
  claim({});
  windows.postMessage('move');
}

windows.onmessage = ({ data }) => {
  if (data !== 'move' || !isMine) return;
  empty().then(() => location.reload());
};

// Where the certificate is not trusted there is none, and no page without a signal.
/** @type {ServiceWorkerRegistration | undefined} */
let registered;
let isControlled = Boolean(navigator.serviceWorker?.controller);
navigator.serviceWorker?.register(`${BASE}/sw.js`, { scope: `${BASE}/` }).then(registration => {
  registered = registration;
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', update);
  });
  update();
  setInterval(() => registration.update().catch(() => {}), LOOK_FOR_VERSION_EVERY);
}, () => {});

/** Lets a new version in: at the lock alone, and not under somebody's hands. */
function update() {
  const secret = unlockForm(document)?.querySelector('#secret');
  const isFree = secret instanceof HTMLInputElement && secret.value === '';
  if (isFree) registered?.waiting?.postMessage('take over');
}

navigator.serviceWorker?.addEventListener('controllerchange', () => {
  // The first one changes nothing: this page is of its version.
  if (isControlled && isDoor()) location.reload();
  isControlled = true;
});

if (navigator.locks) claim({ ifAvailable: true });
else say('unfit');
