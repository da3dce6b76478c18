//! The browser's clock.

use client_core::driver::Clock;
use client_core::transport::BoxFuture;
use js_sys::{Function, Promise, Reflect};
use model::time::{Span, Timestamp};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The browser's clock, which its owner may set as they like.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole")]
        let millis = js_sys::Date::now() as i64;
        Timestamp::from_millis(millis)
    }

    fn sleep(&self, span: Span) -> BoxFuture<'static, ()> {
        #[expect(clippy::cast_precision_loss, reason = "no wait is that long")]
        let millis = span.as_millis().max(0) as f64;
        Box::pin(SendWrapper::new(async move {
            let promise = Promise::new(&mut |done, _| {
                // Without a timer there is no wait: it is over at once.
                if set_timeout(&done, millis).is_none() {
                    drop(done.call0(&JsValue::NULL));
                }
            });
            drop(JsFuture::from(promise).await);
        }))
    }
}

fn set_timeout(done: &Function, millis: f64) -> Option<()> {
    let global = js_sys::global();
    let timer: Function = Reflect::get(&global, &"setTimeout".into()).ok()?.dyn_into().ok()?;
    timer.call2(&global, done, &millis.into()).ok().map(drop)
}
