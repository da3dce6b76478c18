//! Who comes to what: grants, and what they rest on.

pub(crate) mod case_context;
pub(crate) mod recompute;
