//! A real browser beside the harness: what a person sees and does on a page, while the server and the
//! devices run in this process.
//!
//! [`driver`] starts and asks chromedriver, [`page`] is one window of one browser, [`town`] the department
//! that it looks at, [`accessible`] what axe-core says of a page.

pub mod accessible;
pub mod driver;
pub mod page;
#[cfg(target_os = "linux")]
mod processes;
pub mod shots;
pub mod town;
