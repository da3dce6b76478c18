//! A worker walks through the pages of their phone, over a store as it is on one.

mod phone;
mod server;
mod shifts;
mod walks;
