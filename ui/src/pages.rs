//! The pages. Those that only the console has are in `console`.

mod console;
mod frame;
pub(crate) mod refused;
pub(crate) mod sign_in;

use crate::screens::{Audience, Route};

/// Every page, with its forms.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/", Audience::Everybody, console::home::show),
    Route::get("/cases", Audience::Cases, console::board::show),
    Route::post("/cases/filter", Audience::Cases, console::board::filter),
    Route::get("/tasks", Audience::Cases, console::tasks::all),
    Route::get("/tasks/overdue", Audience::Cases, console::tasks::overdue),
    Route::get("/tasks/today", Audience::Cases, console::tasks::today),
    Route::get("/conflicts", Audience::Cases, console::conflicts::show),
    Route::get("/find", Audience::Cases, console::find::form),
    Route::post("/find", Audience::Cases, console::find::show),
    Route::get("/sessions", Audience::Everybody, console::sessions::show),
    Route::post("/sessions/end", Audience::Everybody, console::sessions::end),
];
