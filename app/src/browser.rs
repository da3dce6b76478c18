//! What the worker's script calls. A worker has one thread: nothing here is called from two at once.

mod clock;
mod files;
mod line;
mod news;
mod requests;
mod state;

use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;
use web_sys::FileSystemSyncAccessHandle;

use files::HandleSlot;
use state::State;

/// The app in a worker.
#[wasm_bindgen]
pub struct App {
    /// A panic ends the worker, and with it whatever it left half-way.
    state: AssertUnwindSafe<Rc<State>>,
}

#[wasm_bindgen]
impl App {
    /// Starts it over two files, which are the key store's and open for this worker alone. `origin` is where
    /// the server is: `https://fieldbook.example`.
    ///
    /// Resolves to it; rejects when the browser's private file system cannot be had, or the key store does
    /// not read back.
    pub fn start(
        origin: String,
        one: FileSystemSyncAccessHandle,
        other: FileSystemSyncAccessHandle,
    ) -> Promise {
        let slots = [HandleSlot::new(one), HandleSlot::new(other)];
        promised(async move {
            let state = State::start(origin, slots).await?;
            Ok(Self { state: AssertUnwindSafe(Rc::new(state)) }.into())
        })
    }

    /// Answers a request of a page: `[method, path, query, body, language, part]`, each a text, as one of
    /// `{status, body}`, `{location}` and `{status, name, type, bytes}`; with `shut` where the store is not
    /// open.
    pub fn answer(
        &self,
        method: String,
        path: String,
        query: String,
        body: Uint8Array,
        language: String,
        part: bool,
    ) -> Promise {
        let state = Rc::clone(&self.state);
        let body = body.to_vec();
        promised(async move {
            let asked = requests::PageAsked { method, path, query, body, language, part };
            Ok(requests::answered(state.answer(asked).await))
        })
    }

    /// Notes that somebody touched the phone or typed, at this time by the page's clock, in milliseconds.
    /// Returns whether the store is shut then.
    pub fn touch(&self, at: f64) -> bool {
        self.state.touch(at)
    }

    /// Notes that the app went out of sight, or came back into it. Returns whether the store is shut then.
    pub fn set_hidden(&self, at: f64, is_hidden: bool) -> bool {
        self.state.set_hidden(at, is_hidden)
    }

    /// Returns whether the store is shut, and shuts it first if it is time to. A script asks every ten seconds.
    pub fn is_shut(&self) -> bool {
        self.state.is_shut()
    }

    /// Shuts the store.
    pub fn shut(&self) {
        self.state.lock();
    }

    /// Notes how much room the browser gives the app, in bytes, and whether it promised to keep what is there.
    pub fn note_storage(&self, used: f64, quota: f64, kept: bool) {
        self.state.note_storage(used, quota, kept);
    }

    /// Waits until the server has something new, over connections that are taken up again after a while;
    /// resolves to whether it has: not if the store was shut meanwhile, or somebody listens already.
    pub fn listen(&self) -> Promise {
        let state = Rc::clone(&self.state);
        promised(async move { Ok(JsValue::from_bool(state.listen().await)) })
    }

    /// Synchronizes once, if the store is open and nothing is under way; resolves to what came of it, as
    /// text for tests and helpers.
    pub fn sync(&self) -> Promise {
        let state = Rc::clone(&self.state);
        promised(async move { Ok(JsValue::from_str(&state.sync().await)) })
    }
}

/// A panic ends the worker: nobody sees what it leaves half-way.
fn promised(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    future_to_promise(AssertUnwindSafe(work))
}
