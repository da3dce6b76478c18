//! Requests to the server, by the browser's `fetch`.

use client_core::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportFailure};
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use model::limits::ANSWER_BYTES_MAX;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The server at the origin of the app, which is the only one that its policy lets it speak to.
pub(super) struct FetchTransport {
    origin: String,
}

impl FetchTransport {
    pub(super) fn new(origin: String) -> Self {
        Self { origin }
    }
}

impl Transport for FetchTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>> {
        Box::pin(SendWrapper::new(async move {
            let url = format!("{}{}", self.origin, request.path);
            let answer = fetch(&url, &request).map_err(|_| NOT_MADE)?;
            // A browser tells nobody why there is no answer.
            let answer = JsFuture::from(answer).await.map_err(|_| TransportFailure::Unreachable)?;
            read(&answer).await
        }))
    }
}

fn fetch(url: &str, request: &HttpRequest) -> Result<Promise, JsValue> {
    let init = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&init, &name.into(), value).map(drop);
    set("method", &request.method.as_str().into())?;
    set("cache", &"no-store".into())?;
    set("credentials", &"omit".into())?;
    set("redirect", &"error".into())?;
    set("referrerPolicy", &"no-referrer".into())?;
    let headers = Array::new();
    // Browsers set it by themselves, and let nobody else.
    for (name, value) in request.headers.iter().filter(|(name, _)| name != "accept-encoding") {
        headers.push(&Array::of2(&name.as_str().into(), &value.as_str().into()));
    }
    set("headers", &headers)?;
    if !request.body.is_empty() {
        set("body", &Uint8Array::from(&request.body[..]))?;
    }
    let global = js_sys::global();
    let fetch: Function = Reflect::get(&global, &"fetch".into())?.dyn_into()?;
    fetch.call2(&global, &url.into(), &init)?.dyn_into()
}

async fn read(answer: &JsValue) -> Result<HttpResponse, TransportFailure> {
    let unreadable = |_| TransportFailure::Unreadable;
    let status = Reflect::get(answer, &"status".into()).map_err(unreadable)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a status has three digits"
    )]
    let status = status.as_f64().unwrap_or_default() as u16;
    let headers = Reflect::get(answer, &"headers".into()).map_err(unreadable)?;
    let headers = js_sys::try_iter(&headers).ok().flatten();
    let headers = headers.into_iter().flatten().filter_map(|pair| {
        let pair: Array = pair.ok()?.dyn_into().ok()?;
        let (name, value) = (pair.get(0).as_string()?, pair.get(1).as_string()?);
        // The browser has undone it already, and still shows the header.
        (!name.eq_ignore_ascii_case("content-encoding")).then_some((name, value))
    });
    let headers = headers.collect();
    let read: Function = Reflect::get(answer, &"arrayBuffer".into())
        .and_then(JsCast::dyn_into)
        .map_err(unreadable)?;
    let body: Promise = read.call0(answer).and_then(JsCast::dyn_into).map_err(unreadable)?;
    let body = JsFuture::from(body).await.map_err(|_| TransportFailure::Cut)?;
    let body = Uint8Array::new(&body);
    if body.length() as usize > ANSWER_BYTES_MAX {
        return Err(TransportFailure::Unreadable);
    }
    Ok(HttpResponse { status, headers, body: body.to_vec() })
}

const NOT_MADE: TransportFailure =
    TransportFailure::NotSent { what: "the browser does not take the request" };
