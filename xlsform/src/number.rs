//! Whole numbers among those of forms.

/// The last whole number up to which every one is a number of its own.
pub(crate) const WHOLE_MAX: i64 = 9_007_199_254_740_991;

/// Returns the whole number that this is; `None` if it has a fraction, or is too large.
pub(crate) fn whole(number: f64) -> Option<i64> {
    // As text, so that nothing is cut off.
    if number.fract() == 0.0 { format!("{number:.0}").parse().ok() } else { None }
}
