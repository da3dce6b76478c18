//! Names as the catalogue can hold them.

use std::collections::BTreeSet;

/// Returns a name that the catalogue can hold and that nothing has yet: in lower case, with
/// underscores for whatever else stands in it, and short enough.
pub(crate) fn fit(name: &str, taken: &BTreeSet<String>) -> String {
    let mut fit = String::new();
    for c in name.to_lowercase().chars() {
        let c = if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' };
        fit.push(c);
    }
    fit.truncate(NAME_BYTES_MAX);
    if fit.chars().all(|c| c == '_') {
        fit = "unnamed".to_owned();
    }
    if !taken.contains(&fit) {
        return fit;
    }
    fit.truncate(NAME_BYTES_MAX - 6);
    let numbered = (2..).map(|number| format!("{fit}_{number}"));
    numbered.into_iter().find(|name| !taken.contains(name)).unwrap_or(fit)
}

/// The longest name of the catalogue.
const NAME_BYTES_MAX: usize = 48;

/// The keys of a record's own envelope: no field is called so.
pub(crate) const RESERVED: [&str; 9] = [
    "id",
    "type",
    "type_version",
    "case",
    "compartment",
    "program",
    "created_by",
    "created_at",
    "fields",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_fit_and_stays_its_own() {
        let taken = BTreeSet::from(["age".to_owned()]);
        for (name, fits) in [
            ("q1", "q1"),
            ("Household.Size", "household_size"),
            ("Age", "age_2"),
            ("año", "a_o"),
            ("---", "unnamed"),
        ] {
            assert_eq!(fit(name, &taken), fits);
        }
        let long = fit(&"x".repeat(90), &taken);
        assert_eq!(long.len(), NAME_BYTES_MAX);
        assert_eq!(fit(&"x".repeat(90), &BTreeSet::from([long])).len(), NAME_BYTES_MAX - 4);
    }
}
