// Asks the worker for pages, in the place of the network: whoever calls `fetch` for a path of the app is
// answered by the store on this phone. A classic script, so that it is there before htmx is.
'use strict';

(() => {
  const BASE = '/app';
  /** Paths under `BASE` that are files: the service worker has them. */
  const isFile = path => path.startsWith(`${BASE}/assets/`) || /\/[a-z_-]+\.[a-z]+$/.test(path);
  const real = window.fetch.bind(window);

  /** @type {Worker | undefined} */
  let worker;
  /** Resolves when the worker that is there now answers. @type {Promise<void>} */
  let ready;
  /** Requests that were not answered yet. @type {Map<number, Pending>} */
  const pending = new Map();
  let number = 0;

  /**
   * @typedef {{asked: object, done: (answer: any) => void, failed: (error: Error) => void,
   *   again: boolean}} Pending
   */

  /** Starts a worker, and another when it dies; what was asked is asked once more. */
  function start() {
    const name = `fieldbook-${crypto.randomUUID()}`;
    const mine = new Worker(`${BASE}/worker.js`, { type: 'module', name });
    worker = mine;
    ready = new Promise((done, failed) => {
      mine.onmessage = ({ data }) => {
        if (data.ready) {
          done();
          // Granted when the worker that holds it is gone.
          navigator.locks.request(name, () => died(mine));
        } else if (data.shut) {
          document.dispatchEvent(new CustomEvent('fieldbook:shut'));
        } else if (data.unfit) {
          failed(new Error(data.unfit));
          document.dispatchEvent(new CustomEvent('fieldbook:unfit'));
        } else if (data.number !== undefined) {
          const asked = pending.get(data.number);
          pending.delete(data.number);
          asked?.done(data.answer);
        }
      };
    });
    ready.catch(() => {});
  }

  /** @param {Worker} dead */
  function died(dead) {
    if (worker !== dead) return;
    start();
    for (const [of, asked] of pending) {
      if (asked.again) {
        pending.delete(of);
        asked.failed(new Error('the worker ended twice'));
      } else {
        asked.again = true;
        ready.then(() => worker?.postMessage(asked.asked));
      }
    }
  }

  /** @param {object} what @returns {Promise<any>} */
  function tell(what) {
    if (!worker) start();
    const asked = { ...what, number: number++ };
    return new Promise((done, failed) => {
      pending.set(asked.number, { asked, done, failed, again: false });
      ready.then(() => worker?.postMessage(asked), failed);
    });
  }

  /** @param {Request} request @param {URL} url @returns {Promise<Response>} */
  async function answered(request, url) {
    let asked = {
      method: request.method,
      path: url.pathname.slice(BASE.length) || '/',
      query: url.search.slice(1),
      body: new Uint8Array(request.method === 'GET' ? [] : await request.arrayBuffer()),
      language: document.documentElement.lang,
      part: request.headers.has('HX-Request'),
    };
    const headers = new Headers({ 'content-type': 'text/html; charset=utf-8' });
    for (let turns = 0; turns < 5; turns++) {
      const answer = await tell({ asked });
      const isWanted = request.headers.has('Fieldbook-Door') || document.body.classList.contains('door');
      if (answer.shut && !isWanted) {
        // Nothing is shown in the place of the page that was wanted but the whole lock.
        document.dispatchEvent(new CustomEvent('fieldbook:shut'));
        return new Response('', { status: 503, headers });
      }
      if (answer.sync) document.dispatchEvent(new CustomEvent('fieldbook:sync'));
      if (answer.location === undefined) {
        if (answer.bytes) headers.set('content-type', answer.type);
        return new Response(answer.bytes ?? answer.body, { status: answer.status, headers });
      }
      // There is no network that would follow it.
      headers.set('HX-Push-Url', answer.location);
      const next = new URL(answer.location, location.origin);
      const path = next.pathname.slice(BASE.length) || '/';
      const query = next.search.slice(1);
      asked = { ...asked, method: 'GET', path, query, body: new Uint8Array() };
    }
    return new Response('', { status: 508, headers });
  }

  window.fetch = (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const isOurs = url.origin === location.origin && url.pathname.startsWith(`${BASE}/`);
    return isOurs && !isFile(url.pathname) ? answered(request, url) : real(input, init);
  };

  window.fieldbook = {
    tell,
    /** Begins a sync; resolves to what came of it. */
    sync: () => tell({ sync: true }),
    /** Waits for news; resolves to whether there are some. */
    listen: () => tell({ listen: true }),
  };
})();
