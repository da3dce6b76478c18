//! The pages. Only a phone has those of `phone`, and only the console those of `console`, `assign`, `late`, `handoff`, `privacy` and
//! `administration`.

mod administration;
mod assign;
mod case;
mod console;
mod draft;
mod frame;
mod handoff;
mod late;
mod new;
mod notes;
mod phone;
pub(crate) mod phone_door;
mod privacy;
mod record;
mod recovery;
pub(crate) mod refused;
mod seers;
pub(crate) mod sign_in;
pub(crate) mod welcome;

use crate::route::{Audience, Route};

pub use phone::PHONE_ROUTES;

/// Every page of the console, with its forms.
pub const ROUTES: &[Route] = &[
    Route::get("/", Audience::Everybody, console::home::show),
    Route::get("/cases", Audience::Cases, console::board::show),
    Route::post("/cases/filter", Audience::Cases, console::board::filter),
    Route::get("/tasks", Audience::Cases, console::tasks::all),
    Route::get("/tasks/overdue", Audience::Cases, console::tasks::overdue),
    Route::get("/tasks/today", Audience::Cases, console::tasks::today),
    Route::get("/conflicts", Audience::Cases, console::conflicts::show),
    Route::get("/out", Audience::Supervisors, console::out::show),
    Route::get("/review", Audience::Supervisors, console::review::show),
    Route::post("/review/approve", Audience::Supervisors, console::review::approve_chosen),
    Route::post("/records/{record}/approve", Audience::Supervisors, console::review::approve),
    Route::post("/records/{record}/return", Audience::Supervisors, console::review::give_back),
    Route::post("/records/{record}/settle", Audience::Cases, console::review::settle),
    Route::post("/records/{record}/combine", Audience::Supervisors, console::disputes::combine),
    Route::post("/records/{record}/back", Audience::Supervisors, console::disputes::send_back),
    Route::get("/cases/{case}/assign", Audience::Supervisors, assign::show),
    Route::post("/cases/{case}/assign", Audience::Supervisors, assign::send),
    Route::get("/caseload", Audience::Supervisors, assign::caseload::show),
    Route::post("/caseload", Audience::Supervisors, assign::caseload::send),
    Route::get("/late", Audience::Supervisors, late::list),
    Route::get("/late/{entry}", Audience::Supervisors, late::show),
    Route::post("/late/{entry}", Audience::Supervisors, late::decide),
    Route::get("/transfers", Audience::Supervisors, assign::transfers::show),
    Route::post("/transfers/{transfer}/accept", Audience::Supervisors, assign::transfers::accept),
    Route::post("/transfers/{transfer}/refuse", Audience::Supervisors, assign::transfers::refuse),
    Route::post(
        "/transfers/{transfer}/takeback",
        Audience::Supervisors,
        assign::transfers::take_back,
    ),
    Route::get("/find", Audience::Cases, console::find::form),
    Route::post("/find", Audience::Cases, console::find::show),
    Route::get("/sessions", Audience::Everybody, console::sessions::show),
    Route::post("/stay", Audience::Everybody, console::sessions::stay),
    Route::post("/sessions/end", Audience::Everybody, console::sessions::end),
    Route::get("/recovery", Audience::Everybody, recovery::show),
    Route::post("/recovery", Audience::Everybody, recovery::make),
    Route::get("/audit", Audience::Privacy, privacy::audit::show),
    Route::post("/audit", Audience::Privacy, privacy::audit::show),
    Route::post("/audit/purpose", Audience::Privacy, privacy::purpose::send),
    Route::post("/audit/check", Audience::Privacy, privacy::check::check),
    Route::post("/audit/file", Audience::Privacy, privacy::check::file),
    Route::get("/audit/vouched", Audience::Privacy, privacy::vouched::show),
    Route::get("/emergencies", Audience::Emergencies, privacy::emergencies::show),
    Route::post("/emergencies/see", Audience::Privacy, privacy::emergencies::see),
    Route::post("/emergencies/ask", Audience::Privacy, privacy::emergencies::ask),
    Route::post("/emergencies/answer", Audience::Emergencies, privacy::emergencies::answer),
    Route::post("/emergencies/close", Audience::Emergencies, privacy::emergencies::close),
    Route::get("/cases/{case}/emergency", Audience::Supervisors, privacy::open::form),
    Route::post("/cases/{case}/emergency", Audience::Supervisors, privacy::open::send),
    Route::get("/confirm", Audience::Everybody, privacy::confirm::show),
    Route::post("/confirm", Audience::Everybody, privacy::confirm::send),
    Route::get("/people", Audience::Administrators, administration::people::show),
    Route::post("/people/find", Audience::Administrators, administration::people::find),
    Route::post("/people/add", Audience::Administrators, administration::people::add),
    Route::get("/people/import", Audience::Administrators, administration::import::show),
    Route::post("/people/import", Audience::Administrators, administration::import::run),
    Route::get("/people/{member}", Audience::Administrators, administration::member::show),
    Route::post("/people/{member}/give", Audience::Administrators, administration::member::give),
    Route::post("/people/{member}/away", Audience::Administrators, administration::member::away),
    Route::post("/people/{member}/there", Audience::Administrators, administration::member::there),
    Route::post("/people/{member}/take", Audience::Administrators, administration::member::take),
    Route::post(
        "/people/{member}/invite",
        Audience::Administrators,
        administration::member::invite,
    ),
    Route::post(
        "/people/{member}/signout",
        Audience::Administrators,
        administration::member::sign_out,
    ),
    Route::post("/people/{member}/close", Audience::Administrators, administration::member::close),
    Route::get("/devices", Audience::Overseers, administration::devices::show),
    Route::get("/devices/{device}", Audience::Overseers, administration::device::show),
    Route::post("/devices/{device}/lock", Audience::Overseers, administration::device::lock),
    Route::post("/devices/{device}/unlock", Audience::Overseers, administration::device::unlock),
    Route::get("/devices.csv", Audience::Overseers, administration::devices::file),
    Route::post(
        "/devices/{device}/revoke",
        Audience::Administrators,
        administration::device::revoke,
    ),
    Route::get("/health", Audience::Administrators, administration::health::show),
    Route::get("/cases/{case}", Audience::Cases, case::show),
    Route::get("/cases/{case}/notes", Audience::Cases, notes::show),
    Route::post("/cases/{case}/notes", Audience::Cases, notes::show),
    Route::get("/cases/{case}/handoff", Audience::Cases, handoff::ask),
    Route::post("/cases/{case}/handoff", Audience::Cases, handoff::sheet),
    Route::get("/cases/{case}/who", Audience::Supervisors, seers::show),
    Route::get("/cases/{case}/new", Audience::Cases, new::in_case),
    Route::post("/cases/{case}/new", Audience::Cases, new::begin_in_case),
    Route::get("/new", Audience::Cases, new::alone),
    Route::post("/new", Audience::Cases, new::begin_alone),
    Route::get("/records/{record}", Audience::Cases, record::show),
    Route::post("/records/{record}/contact", Audience::Cases, record::contact),
    Route::post("/records/{record}/edit", Audience::Cases, record::edit),
    Route::get("/drafts", Audience::Cases, draft::list),
    Route::get("/drafts/{draft}", Audience::Cases, draft::show),
    Route::post("/drafts/{draft}", Audience::Cases, draft::send),
];
