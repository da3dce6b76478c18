//! Who comes to what: grants, what they rest on, and what is told of consents that opened records.

pub(crate) mod case_context;
pub(crate) mod disclosures;
pub(crate) mod recompute;
