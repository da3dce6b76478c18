//! What the worker's script calls. A worker has one thread: nothing here is called from two at once.

mod clock;
mod files;
mod line;
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
    /// `{status, body}`, `{location}` and `{status, name, type, bytes}`.
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
