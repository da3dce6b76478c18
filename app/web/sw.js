// Keeps the app's own files, so that it opens without a signal; pages come from the worker (bridge.js).

const VERSION = '@VERSION@';
const FILES = /* @FILES@ */ [];
const CACHE = `fieldbook-${VERSION}`;
const SHELL = '/app/index.html';

self.addEventListener('install', event => {
  // Each whole or none: an app of two versions is no app.
  const keep = async () => (await caches.open(CACHE)).addAll(FILES.map(file => new Request(file, { cache: 'no-cache' })));
  event.waitUntil(keep());
});

self.addEventListener('activate', event => {
  const tidy = async () => {
    const old = (await caches.keys()).filter(name => name.startsWith('fieldbook-') && name !== CACHE);
    await Promise.all(old.map(name => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// The app says when nobody is disturbed by it.
self.addEventListener('message', ({ data }) => {
  if (data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || request.method !== 'GET') return;
  const isPage = request.mode === 'navigate';
  if (!isPage && !FILES.includes(url.pathname)) return;
  const answer = async () => {
    const path = FILES.includes(url.pathname) ? url.pathname : SHELL;
    const kept = await (await caches.open(CACHE)).match(path);
    return kept ?? fetch(request);
  };
  event.respondWith(answer());
});
