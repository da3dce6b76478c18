//! The media types that are spoken.

pub(super) const CBOR: &str = "application/cbor";
pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
