//! What is done at a desk.
