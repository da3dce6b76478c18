// Holds the store and answers its pages. One of them lives at a time; a page that finds it gone starts
// another (bridge.js).

import init, { App } from './fieldbook.js';

/** @returns {Promise<App>} */
async function start() {
  await init({ module_or_path: new URL('./fieldbook_bg.wasm', import.meta.url) });
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('fieldbook-keys', { create: true });
  const open = async name => {
    const file = await folder.getFileHandle(name, { create: true });
    return file.createSyncAccessHandle();
  };
  const [one, other] = [await open('one'), await open('other')];
  return App.start(self.location.origin, one, other);
}

/** @param {any} data */
async function done(app, data) {
  if (data.sync) return app.sync();
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

starting.then(
  () => navigator.locks.request(self.name, () => {
    self.postMessage({ ready: true });
    // Held until this worker ends, however it ends.
    return new Promise(() => {});
  }),
  error => self.postMessage({ unfit: String(error) }),
);
