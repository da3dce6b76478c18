//! The pages of a worker's phone.
