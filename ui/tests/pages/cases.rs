//! One case and one record.
