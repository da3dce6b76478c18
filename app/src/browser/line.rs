//! Requests to the server, by the browser's `fetch`.

use client_core::transport::{
    BoxFuture, EventReader, Events, HttpRequest, HttpResponse, Transport, TransportFailure,
};
use futures_util::stream::{self, BoxStream, StreamExt as _};
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
        Box::pin(SendWrapper::new(async move { read(&self.ask(&request).await?).await }))
    }

    fn events(&self, request: HttpRequest) -> BoxFuture<'_, Result<Events, TransportFailure>> {
        Box::pin(SendWrapper::new(async move {
            let answer = self.ask(&request).await?;
            let (status, headers) = head(&answer)?;
            if !(200..300).contains(&status) {
                return Ok(Events::Refused(read(&answer).await?));
            }
            Ok(Events::Open { headers, stream: events_of(&answer)? })
        }))
    }
}

impl FetchTransport {
    async fn ask(&self, request: &HttpRequest) -> Result<JsValue, TransportFailure> {
        let url = format!("{}{}", self.origin, request.path);
        let answer = fetch(&url, request).map_err(|_| NOT_MADE)?;
        // A browser tells nobody why there is no answer.
        JsFuture::from(answer).await.map_err(|_| TransportFailure::Unreachable)
    }
}

/// Gives the connection up when nobody reads on: a browser keeps it open else.
struct Reader(JsValue);

impl Reader {
    async fn next(&self) -> Result<Option<Vec<u8>>, TransportFailure> {
        let cut = |_| TransportFailure::Cut;
        let read: Promise = call(&self.0, "read").map_err(cut)?.unchecked_into();
        let read = JsFuture::from(read).await.map_err(cut)?;
        let bytes = Reflect::get(&read, &"value".into()).map_err(cut)?;
        Ok((!bytes.is_undefined()).then(|| Uint8Array::new(&bytes).to_vec()))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // One that has ended has nothing to give up.
        drop(call(&self.0, "cancel"));
    }
}

fn events_of(
    answer: &JsValue,
) -> Result<BoxStream<'static, Result<String, TransportFailure>>, TransportFailure> {
    let unreadable = |_| TransportFailure::Unreadable;
    let body = Reflect::get(answer, &"body".into()).map_err(unreadable)?;
    let reader = Reader(call(&body, "getReader").map_err(unreadable)?);
    let batches = stream::unfold(Some((reader, EventReader::default())), |state| async {
        let (reader, mut events) = state?;
        match reader.next().await {
            Ok(None) => None,
            Ok(Some(bytes)) => match events.read(&bytes) {
                Ok(whole) => {
                    let whole = whole.into_iter().map(Ok).collect();
                    Some((whole, Some((reader, events))))
                }
                Err(_) => Some((vec![Err(TransportFailure::Unreadable)], None)),
            },
            Err(failure) => Some((vec![Err(failure)], None)),
        }
    });
    Ok(SendWrapper::new(batches.flat_map(|events: Vec<_>| stream::iter(events)).boxed_local())
        .boxed())
}

fn call(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(of, &name.into())?.dyn_into()?;
    function.call0(of)
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

/// Returns the status and the headers.
fn head(answer: &JsValue) -> Result<(u16, Vec<(String, String)>), TransportFailure> {
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
    Ok((status, headers.collect()))
}

async fn read(answer: &JsValue) -> Result<HttpResponse, TransportFailure> {
    let (status, headers) = head(answer)?;
    let body: Promise =
        call(answer, "arrayBuffer").map_err(|_| TransportFailure::Unreadable)?.unchecked_into();
    let body = JsFuture::from(body).await.map_err(|_| TransportFailure::Cut)?;
    let body = Uint8Array::new(&body);
    if body.length() as usize > ANSWER_BYTES_MAX {
        return Err(TransportFailure::Unreadable);
    }
    Ok(HttpResponse { status, headers, body: body.to_vec() })
}

const NOT_MADE: TransportFailure =
    TransportFailure::NotSent { what: "the browser does not take the request" };
