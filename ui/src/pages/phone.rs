//! The pages that only a worker's phone has, and the routes of all its pages.

mod conflicts;
mod end;
mod not_now;
mod people;
mod quick;
mod reach;
mod revoke;
mod saved;
mod shift;
mod stamp;
mod sync;
mod today;

use super::{case, draft, new, notes, record};
use crate::route::{Audience, Route};
use crate::source::phone::PhoneSource;
use crate::source::{Refusal, Source};

/// Every page of a phone, with its forms.
pub const PHONE_ROUTES: &[Route] = &[
    Route::get("/", Audience::Everybody, today::show),
    Route::get("/shift", Audience::Everybody, shift::show),
    Route::post("/shift", Audience::Everybody, shift::start),
    Route::post("/shift/extend", Audience::Everybody, shift::extend),
    Route::post("/shift/back", Audience::Everybody, shift::back),
    Route::post("/shift/safe", Audience::Everybody, shift::safe),
    Route::get("/shift/help", Audience::Everybody, shift::help),
    Route::post("/shift/help", Audience::Everybody, shift::call),
    Route::get("/people", Audience::Cases, people::show),
    Route::post("/people", Audience::Cases, people::find),
    Route::post("/people/new", Audience::Cases, people::add),
    Route::get("/quick", Audience::Cases, quick::who),
    Route::post("/quick", Audience::Cases, quick::find),
    Route::get("/quick/group", Audience::Cases, quick::with_nobody),
    Route::post("/quick/group", Audience::Cases, quick::note_nobody),
    Route::post("/quick/again", Audience::Cases, quick::note_again),
    Route::get("/quick/{case}", Audience::Cases, quick::with_person),
    Route::post("/quick/{case}", Audience::Cases, quick::note_person),
    Route::get("/tasks/{task}", Audience::Cases, quick::of_task),
    Route::post("/tasks/{task}", Audience::Cases, quick::note_task),
    Route::post("/tasks/{task}/form", Audience::Cases, quick::begin_for_task),
    Route::get("/tasks/{task}/later", Audience::Cases, not_now::later),
    Route::post("/tasks/{task}/later", Audience::Cases, not_now::put_off),
    Route::get("/tasks/{task}/cannot", Audience::Cases, not_now::cannot),
    Route::post("/tasks/{task}/cannot", Audience::Cases, not_now::give_up),
    Route::get("/end", Audience::Cases, end::show),
    Route::post("/end", Audience::Cases, end::send),
    Route::get("/saved/{draft}", Audience::Cases, saved::show),
    Route::post("/saved/{draft}/undo", Audience::Cases, saved::undo),
    Route::get("/conflicts", Audience::Cases, conflicts::show),
    Route::post("/records/{record}/settle", Audience::Cases, conflicts::keep),
    Route::post("/records/{record}/finish", Audience::Cases, saved::finish),
    Route::get("/records/{record}/revoke", Audience::Cases, revoke::show),
    Route::post("/records/{record}/revoke", Audience::Cases, revoke::revoke),
    Route::post("/taken", Audience::Everybody, today::seen_taken),
    Route::get("/sync", Audience::Everybody, sync::show),
    Route::post("/sync", Audience::Everybody, sync::begin),
    Route::post("/refused/{entry}/again", Audience::Everybody, sync::try_again),
    Route::post("/refused/{entry}/fix", Audience::Cases, sync::mend),
    Route::post("/refused/{entry}/leave", Audience::Everybody, sync::put_aside),
    Route::post("/language", Audience::Everybody, sync::language),
    Route::get("/cases/{case}", Audience::Cases, case::show),
    Route::get("/cases/{case}/reach", Audience::Cases, reach::show),
    Route::get("/cases/{case}/notes", Audience::Cases, notes::show),
    Route::post("/cases/{case}/notes", Audience::Cases, notes::show),
    Route::get("/cases/{case}/new", Audience::Cases, new::in_case),
    Route::post("/cases/{case}/new", Audience::Cases, new::begin_in_case),
    Route::get("/new", Audience::Cases, new::alone),
    Route::post("/new", Audience::Cases, new::begin_alone),
    Route::get("/records/{record}", Audience::Cases, record::show),
    Route::post("/records/{record}/contact", Audience::Cases, record::contact),
    Route::post("/records/{record}/edit", Audience::Cases, record::edit),
    Route::get("/drafts", Audience::Cases, draft::list),
    Route::get("/drafts/{draft}/stamp", Audience::Cases, stamp::show),
    Route::post("/drafts/{draft}/stamp", Audience::Cases, stamp::correct),
    Route::get("/drafts/{draft}", Audience::Cases, draft::show),
    Route::post("/drafts/{draft}", Audience::Cases, draft::send),
];

/// Returns what only a phone has.
fn of(source: &mut dyn Source) -> Result<&mut dyn PhoneSource, Refusal> {
    source.phone().ok_or(Refusal::NotFound)
}
