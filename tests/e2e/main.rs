//! The whole way in one process: devices with their drivers, HTTPS on a real socket, the server.
//! What others test through fewer layers is told here as a story.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

mod cases;
mod colleagues;
mod copies;
mod department;
mod lines;
mod moves;
mod names;
mod reconnects;
mod returned;
mod reviews;
mod tasks;
mod two;
