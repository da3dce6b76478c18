//! What stands in fields, in words.
