//! HTTP over the core: each request is read, handed to [`crate::service`], and answered.
//!
//! [`routes`] says what there is and who may have it; the router is built from it, so a route cannot
//! exist without an answer to that. What travels is described in `docs/protocol.md`.

mod account;
mod addresses;
mod app;
mod audit_file;
mod body;
mod bounds;
mod by_code;
pub(crate) mod connections;
mod console;
mod device;
mod door;
mod error;
mod events;
mod field_app;
mod media;
mod nonce;
mod observe;
mod outgoing;
mod pages;
mod probes;
mod proof;
mod rate_limit;
mod read_body;
mod session;
mod shifts;
mod streams;
mod sync;
mod welcome;
mod work;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter};
use futures_util::future::BoxFuture;

pub(crate) use addresses::Addresses;
pub(crate) use app::{App, Signals};
pub use bounds::Bounds;
use device::Device;
pub(crate) use door::Door;
use error::ApiError;
pub(crate) use observe::{ALWAYS, always};
pub use rate_limit::Rate;
pub(crate) use rate_limit::{ConcurrencyLimiter, subscriber};
pub use read_body::read_body;
use session::ConsoleSession;

/// Returns every route there is: those for programs, and the pages with what they load.
pub fn routes() -> &'static [Route] {
    static ALL: LazyLock<Vec<Route>> = LazyLock::new(|| {
        let pages = ui::ROUTES.iter().map(Route::page);
        let assets = ui::ASSETS.iter().map(|asset| {
            Route::get(
                asset.path,
                Handler::Open(|app, request| Box::pin(pages::asset(app, request))),
            )
        });
        let asset_of_app = Handler::Open(|app, request| Box::pin(pages::asset(app, request)));
        let assets_of_app =
            field_app::ASSETS.iter().map(move |path| Route::get(path, asset_of_app));
        let file_of_app = Handler::Open(|app, request| Box::pin(field_app::file(app, request)));
        let files_of_app = field_app::FILES
            .iter()
            .map(|file| file.path)
            // A page of the app that is loaded anew: the shell asks its store for it.
            .chain(["/app/", "/app/{*page}"])
            .map(move |path| Route::get(path, file_of_app));
        let all = ROUTES.iter().copied().chain(pages).chain(assets);
        all.chain(assets_of_app).chain(files_of_app).collect()
    });
    &ALL
}

const ROUTES: &[Route] = &[
    Route::get("/healthz", Handler::Public(|app, request| Box::pin(probes::healthz(app, request)))),
    Route::get("/readyz", Handler::Public(|app, request| Box::pin(probes::readyz(app, request)))),
    Route::post(
        "/v1/enroll",
        Handler::Public(|app, request| Box::pin(by_code::enroll(app, request))),
    ),
    Route::post(
        "/v1/reconnect",
        Handler::Public(|app, request| Box::pin(by_code::reconnect(app, request))),
    ),
    Route::post(
        "/v1/sync",
        Handler::Device(|app, device, request| Box::pin(sync::sync(app, device, request))),
    ),
    Route::post(
        "/v1/shift",
        Handler::Device(|app, device, request| Box::pin(shifts::shift(app, device, request))),
    ),
    Route::post(
        "/v1/safe",
        Handler::Device(|app, device, request| Box::pin(shifts::safe(app, device, request))),
    ),
    Route::get(
        "/v1/events",
        Handler::Device(|app, device, request| Box::pin(events::events(app, device, request))),
    ),
    Route::post(
        "/v1/account",
        Handler::Visitor(|app, request| Box::pin(account::begin(app, request))),
    ),
    Route::post(
        "/v1/account/finish",
        Handler::Visitor(|app, request| Box::pin(account::finish(app, request))),
    ),
    Route::post(
        "/v1/session",
        Handler::Visitor(|app, request| Box::pin(account::sign_in(app, request))),
    ),
    Route::post(
        "/v1/session/end",
        Handler::Console(|app, seat, request| Box::pin(account::sign_out(app, seat, request))),
    ),
    Route::post(
        "/v1/session/confirm",
        Handler::Console(|app, seat, request| Box::pin(account::confirm(app, seat, request))),
    ),
    Route::post(
        "/v1/session/password",
        Handler::Console(|app, seat, request| {
            Box::pin(account::change_password(app, seat, request))
        }),
    ),
    Route::post(
        "/v1/session/recovery",
        Handler::Console(|app, seat, _| Box::pin(account::make_recovery_codes(app, seat))),
    ),
    Route::get(
        "/v1/session/own",
        Handler::Console(|app, seat, _| Box::pin(account::sessions(app, seat))),
    ),
    Route::post(
        "/v1/session/own/end",
        Handler::Console(|app, seat, request| Box::pin(account::end_sessions(app, seat, request))),
    ),
    Route::get("/v1/console/me", Handler::Console(|app, seat, _| Box::pin(console::me(app, seat)))),
    Route::get(
        "/v1/console/colleagues",
        Handler::Console(|app, seat, _| Box::pin(console::colleagues(app, seat))),
    ),
    Route::get(
        "/v1/console/caseload",
        Handler::Console(|app, seat, request| Box::pin(console::caseload(app, seat, request))),
    ),
    Route::get(
        "/v1/console/tasks",
        Handler::Console(|app, seat, request| Box::pin(console::tasks(app, seat, request))),
    ),
    Route::get(
        "/v1/console/tasks/late",
        Handler::Console(|app, seat, request| Box::pin(console::late_tasks(app, seat, request))),
    ),
    Route::post(
        "/v1/console/people",
        Handler::Console(|app, seat, request| Box::pin(console::people(app, seat, request))),
    ),
    Route::post(
        "/v1/console/case",
        Handler::Console(|app, seat, request| Box::pin(console::case(app, seat, request))),
    ),
    Route::post(
        "/v1/console/record",
        Handler::Console(|app, seat, request| Box::pin(console::record(app, seat, request))),
    ),
    Route::post(
        "/v1/console/create",
        Handler::Console(|app, seat, request| Box::pin(console::create(app, seat, request))),
    ),
    Route::post(
        "/v1/console/edit",
        Handler::Console(|app, seat, request| Box::pin(console::edit(app, seat, request))),
    ),
    Route::get(
        "/v1/console/emergencies",
        Handler::Console(|app, seat, request| Box::pin(console::emergencies(app, seat, request))),
    ),
    Route::post(
        "/v1/console/emergency/open",
        Handler::Console(|app, seat, request| {
            Box::pin(console::open_emergency(app, seat, request))
        }),
    ),
    Route::post(
        "/v1/console/emergency/close",
        Handler::Console(|app, seat, request| {
            Box::pin(console::close_emergency(app, seat, request))
        }),
    ),
    Route::post(
        "/v1/console/emergency/see",
        Handler::Console(|app, seat, request| Box::pin(console::see_emergency(app, seat, request))),
    ),
    Route::get(
        "/v1/console/refusals",
        Handler::Console(|app, seat, request| Box::pin(console::refusals(app, seat, request))),
    ),
    Route::post(
        "/v1/console/refusal",
        Handler::Console(|app, seat, request| Box::pin(console::refusal(app, seat, request))),
    ),
    Route::post(
        "/v1/console/refusal/accept",
        Handler::Console(|app, seat, request| {
            Box::pin(console::accept_refusal(app, seat, request))
        }),
    ),
    Route::post(
        "/v1/console/refusal/dismiss",
        Handler::Console(|app, seat, request| {
            Box::pin(console::dismiss_refusal(app, seat, request))
        }),
    ),
    Route::post(
        "/v1/console/refusal/repair",
        Handler::Console(|app, seat, request| {
            Box::pin(console::repair_refusal(app, seat, request))
        }),
    ),
    Route::post(
        "/v1/console/audit",
        Handler::Console(|app, seat, request| Box::pin(console::audit(app, seat, request))),
    ),
    Route::get(
        "/signin",
        Handler::Open(|app, request| Box::pin(pages::sign_in_page(app, request))),
    ),
    Route::post("/signin", Handler::Open(|app, request| Box::pin(pages::sign_in(app, request)))),
    Route::get("/welcome", Handler::Open(|app, request| Box::pin(welcome::ask(app, request)))),
    Route::post("/welcome", Handler::Open(|app, request| Box::pin(welcome::begin(app, request)))),
    Route::post(
        "/welcome/finish",
        Handler::Open(|app, request| Box::pin(welcome::finish(app, request))),
    ),
    Route::post(
        "/signout",
        Handler::Page(|app, seat, request| Box::pin(pages::sign_out(app, seat, request))),
    ),
    Route::get(
        "/live",
        Handler::Live(|app, seat, request| Box::pin(events::live(app, seat, request))),
    ),
    Route::post(
        "/language",
        Handler::Open(|app, request| Box::pin(pages::choose_language(app, request))),
    ),
];

/// One method at one path, and who may use it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// "GET" or "POST".
    pub method: &'static str,
    /// The path. It may carry parameters, as axum writes them: `/v1/console/export/{kind}`.
    pub path: &'static str,
    handler: Handler,
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteAccess {
    /// Everybody.
    Public,
    /// Devices, which prove that they are.
    Device,
    /// Everybody, in JSON: whoever is about to sign in.
    Visitor,
    /// Whoever is signed in; what they may is asked by what they ask for.
    Console,
    /// Everybody, in a browser: what is shown before somebody is signed in, and what pages load.
    Open,
    /// Whoever is signed in, in a browser.
    Page,
}

impl Route {
    /// Returns who may use it.
    pub fn access(&self) -> RouteAccess {
        match self.handler {
            Handler::Public(_) => RouteAccess::Public,
            Handler::Device(_) => RouteAccess::Device,
            Handler::Visitor(_) => RouteAccess::Visitor,
            Handler::Console(_) => RouteAccess::Console,
            Handler::Open(_) => RouteAccess::Open,
            Handler::Page(_) | Handler::Live(_) => RouteAccess::Page,
        }
    }

    /// Returns whether it speaks JSON whatever is accepted: consoles do, devices speak CBOR.
    fn speaks_json(&self) -> bool {
        matches!(self.handler, Handler::Visitor(_) | Handler::Console(_))
    }

    /// Returns whether a browser shows what it answers.
    fn is_shown(&self) -> bool {
        matches!(self.handler, Handler::Open(_) | Handler::Page(_) | Handler::Live(_))
    }

    fn page(page: &ui::Route) -> Self {
        let show = Handler::Page(|app, seat, request| Box::pin(pages::show(app, seat, request)));
        match page.method {
            ui::Method::Get => Self::get(page.path, show),
            ui::Method::Post => Self::post(page.path, show),
        }
    }

    const fn get(path: &'static str, handler: Handler) -> Self {
        Self { method: "GET", path, handler }
    }

    const fn post(path: &'static str, handler: Handler) -> Self {
        Self { method: "POST", path, handler }
    }

    fn filter(&self) -> MethodFilter {
        if self.method == "POST" { MethodFilter::POST } else { MethodFilter::GET }
    }

    async fn answer(&self, app: App, request: Request) -> Response {
        match self.handler {
            Handler::Public(handle) => handle(app, request).await.into_response(),
            Handler::Device(handle) => device::answer(app, request, handle).await,
            Handler::Visitor(handle) => match session::check_site(&app.addresses, &request) {
                Ok(()) => handle(app, request).await.into_response(),
                Err(error) => {
                    session::note_at_the_door(&app, session::from(&request), &error).await;
                    error.into_response()
                }
            },
            Handler::Console(handle) => session::answer(app, request, handle).await,
            Handler::Open(handle) => match session::check_page_site(&app.addresses, &request) {
                Ok(()) => handle(app, request).await.into_response(),
                Err(error) => {
                    session::note_at_the_door(&app, session::from(&request), &error).await;
                    error.into_response()
                }
            },
            Handler::Page(handle) => {
                session::answer_page(app, request, handle, pages::signed_out).await
            }
            Handler::Live(handle) => session::answer_live(app, request, handle).await,
        }
    }
}

/// What answers, by what it needs to know of who asks: nobody can answer a device's route without a
/// device.
#[derive(Debug, Clone, Copy)]
enum Handler {
    Public(PublicHandler),
    Device(DeviceHandler),
    Visitor(PublicHandler),
    Console(ConsoleHandler),
    Open(PublicHandler),
    Page(ConsoleHandler),
    Live(ConsoleHandler),
}

type PublicHandler = fn(App, Request) -> Answering;
type ConsoleHandler = fn(App, ConsoleSession, Request) -> Answering;
type DeviceHandler = fn(App, Device, Request) -> Answering;
type Answering = BoxFuture<'static, Result<Response, ApiError>>;

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Returns the router of all [`routes`] behind a door.
pub(crate) fn router(app: App, door: Door) -> Router {
    let mut by_path: BTreeMap<&str, Vec<&'static Route>> = BTreeMap::new();
    for route in routes() {
        by_path.entry(route.path).or_default().push(route);
    }
    let mut router = Router::new();
    for (path, routes) in by_path {
        let allowed = if routes.len() > 1 { "GET, POST" } else { routes[0].method };
        let mut methods = MethodRouter::new();
        for route in routes {
            let answer = move |State(app), request| route.answer(app, request);
            methods = methods.on(route.filter(), answer);
        }
        let wrong_method = move || async move { ApiError::MethodNotAllowed(allowed) };
        router = router.route(path, methods.fallback(wrong_method));
    }
    router
        .fallback(|| async { ApiError::NotFound })
        .layer(from_fn_with_state((app.clone(), door), observe::observe))
        .with_state(app)
}

fn peer(request: &Request) -> Result<SocketAddr, ApiError> {
    // The connection always says it; without, no bound on an address would hold.
    request.extensions().get().map(|Peer(address)| *address).ok_or(ApiError::NotFound)
}
