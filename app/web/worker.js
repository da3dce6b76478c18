// Holds the store and answers its pages. One of them lives at a time; a page that finds it gone starts
// another (bridge.js).

import init, { App } from './fieldbook.js';

/** How often it is tried to have the files, which a window that closes holds for a moment longer. */
const TRIES = 20;
/** Between two tries, in milliseconds. */
const TRY_EVERY = 250;
/** Between two looks at the clock (`LOOK_EVERY` in app/src/lock.rs). */
const LOOK_EVERY = 10_000;

/** @returns {Promise<App>} */
async function start() {
  await init({ module_or_path: new URL('./fieldbook_bg.wasm', import.meta.url) });
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('fieldbook-keys', { create: true });
  for (let tries = 1; ; tries++) {
    /** @type {FileSystemSyncAccessHandle[]} */
    const held = [];
    try {
      for (const name of ['one', 'other']) {
        const file = await folder.getFileHandle(name, { create: true });
        held.push(await file.createSyncAccessHandle());
      }
      return await App.start(self.location.origin, held[0], held[1]);
    } catch (error) {
      for (const handle of held) handle.close();
      if (tries === TRIES) throw error;
      await new Promise(again => setTimeout(again, TRY_EVERY));
    }
  }
}

/** @param {App} app @param {any} data */
async function done(app, data) {
  if (data.sync) return app.sync();
  if (data.listen) return app.listen();
  if (data.touch) return app.touch(data.at);
  if (data.shut) return app.shut();
  if (data.storage) return app.note_storage(data.storage.used, data.storage.quota, data.storage.kept);
  if (data.hidden !== undefined) return app.set_hidden(data.at, data.hidden);
  const { method, path, query, body, language, part } = data.asked;
  return app.answer(method, path, query, body, language, part);
}

const starting = start();

self.onmessage = async ({ data }) => {
  try {
    const app = await starting;
    const answer = await done(app, data);
    self.postMessage({ number: data.number, answer });
  } catch (error) {
    // After a trap the memory of the module is anything: another worker begins from what is on the disk.
    if (error instanceof WebAssembly.RuntimeError) self.close();
    else self.postMessage({ number: data.number, answer: { status: 500, body: '' } });
  }
};

starting.then(app => {
  let wasShut = true;
  setInterval(() => {
    const isShut = app.is_shut();
    if (isShut && !wasShut) self.postMessage({ shut: true });
    wasShut = isShut;
  }, LOOK_EVERY);
}, () => {});

starting.then(
  () => navigator.locks.request(self.name, () => {
    self.postMessage({ ready: true });
    // Held until this worker ends, however it ends.
    return new Promise(() => {});
  }),
  error => self.postMessage({ unfit: String(error) }),
);
