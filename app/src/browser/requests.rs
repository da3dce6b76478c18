//! What pages ask, and what they are answered, as JavaScript has it.

use field::Asked;
use js_sys::{Object, Reflect, Uint8Array};
use ui::Response;
use wasm_bindgen::JsValue;

/// A request of a page.
pub(super) struct PageAsked {
    pub(super) method: String,
    /// The path under the app's own: `/cases`.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) body: Vec<u8>,
    pub(super) language: String,
    pub(super) part: bool,
}

/// An answer, and what the page's script is asked to do then.
pub(super) struct Told {
    pub(super) response: Response,
    pub(super) asked: Asked,
    /// Whether the store is not open.
    pub(super) is_shut: bool,
}

impl Told {
    /// Tells what stands before the store.
    pub(super) fn at_the_door(response: Response) -> Self {
        Self { is_shut: true, ..response.into() }
    }
}

impl From<Response> for Told {
    fn from(response: Response) -> Self {
        Self { response: response.under(BASE), asked: Asked::default(), is_shut: false }
    }
}

/// Returns an answer as the script takes it.
pub(super) fn answered(told: Told) -> JsValue {
    let Told { response, asked, is_shut } = told;
    let object = Object::new();
    // Setting a property of an object of our own does not fail.
    let set = |name: &str, value: JsValue| drop(Reflect::set(&object, &name.into(), &value));
    if asked.sync || asked.saved {
        set("sync", true.into());
    }
    if is_shut {
        set("shut", true.into());
    }
    match response {
        Response::Page { status, body } => {
            set("status", status.into());
            set("body", body.into());
        }
        Response::SeeOther(path) => set("location", path.into()),
        Response::File { name, media_type, body } => {
            set("status", 200.into());
            set("name", name.into());
            set("type", media_type.into());
            set("bytes", Uint8Array::from(&body[..]).into());
        }
        Response::AuditFile => set("status", 404.into()),
    }
    object.into()
}

/// Where the app's pages stand beside the console's.
const BASE: &str = "/app";
