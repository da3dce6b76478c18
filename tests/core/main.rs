//! The server's core without its network, asked as devices ask it: what it takes, what it gives to
//! whom, and what a restore brings back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]
mod backend;
mod budget;
mod colleagues;
mod consent;
mod crossed;
mod department;
mod directory;
mod erase;
mod filling;
mod folder;
mod forms;
mod grants;
mod hidden;
mod homes;
mod keys;
mod late;
mod lists;
mod misfits;
mod over_time;
mod pages;
mod phone;
mod phones;
mod publishing;
mod restore;
mod room;
mod rules;
mod spoiled;
mod starts;
mod take;
mod transfers;
mod window;
