//! Every screen of Fieldbook, written once: for the supervisor's browser and for the worker's phone.
//!
//! [`respond`] takes a request and a [`Source`], which says what its reader may see, and answers with
//! HTML. Nothing here opens a file or a socket, or reads a clock. Pages that only the console has are in
//! `pages/console`, and in folders named after who has them or what is done there.

mod assets;
mod clock;
mod csv;
mod form;
mod frame;
mod pages;
mod qr;
mod request;
mod route;
mod screens;
mod source;
mod values;
pub mod views;
mod words;

pub use assets::{ASSETS, Asset};
pub use pages::{PHONE_ROUTES, ROUTES};
pub use request::{Form, Method, Request, Response, after_recovery, way_back};
pub use route::{Audience, Route};
pub use screens::{phone_door, refused, respond, sign_in, welcome};
pub use source::assign::AssignSource;
pub use source::late::LateSource;
pub use source::phone::PhoneSource;
pub use source::recovery::RecoverySource;
pub use source::seers::SeersSource;
pub use source::{
    AdministrationSource, ConsoleSource, DisputeSource, FormSource, PrivacySource, Refusal, Source,
};
pub use views::{Department, EnrollProblem, PhoneDoor, SignInProblem, UnlockProblem};
