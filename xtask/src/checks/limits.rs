//! The limits in the protocol's prose are the limits in the code.

use std::collections::BTreeMap;

use super::Complaint;
use crate::markdown;
use crate::rust_source::Source;
use crate::tree::Tree;

/// Checks that each row `` | `LIMIT_NAME` | value | `` of `docs/protocol.md` agrees with
/// `model::limits`.
///
/// A value is a number, with commas or not, and may have the unit KiB or MiB: `256 KiB`, `2,000`.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let Some(protocol) = tree.text(PROTOCOL) else { return Vec::new() };
    let constants = constants(&Source::new(tree.text(LIMITS).unwrap_or_default()).code());
    let mut complaints = Vec::new();
    let mut named = 0;
    for (line, content) in markdown::prose(protocol) {
        let Some(cells) = markdown::cells(content) else { continue };
        let Some(name) = cells.first().and_then(|cell| limit_name(cell)) else { continue };
        named += 1;
        let said = cells.get(1).copied().unwrap_or_default();
        let what = match (constants.get(name), value(said)) {
            (None, _) => format!("`{name}` is no limit of {LIMITS}"),
            (Some(_), None) => format!("`{name}` has the value `{said}`, which is no number"),
            (Some(&real), Some(value)) if real != value => {
                format!("`{name}` is {real} in {LIMITS}, not {value}")
            }
            (Some(_), Some(_)) => continue,
        };
        complaints.push(Complaint::at(PROTOCOL, line, what));
    }
    if named == 0 {
        complaints.push(Complaint::in_file(PROTOCOL, "names no limit in a table"));
    }
    complaints
}

/// Returns the constants of a file: products of numbers and of constants before them.
fn constants(code: &str) -> BTreeMap<String, u64> {
    let mut known: BTreeMap<String, u64> = BTreeMap::new();
    for statement in code.split(';') {
        let Some((_, declaration)) = statement.split_once("const ") else { continue };
        let Some((name, rest)) = declaration.split_once(':') else { continue };
        let Some((_, expression)) = rest.split_once('=') else { continue };
        let product = expression.split('*').try_fold(1_u64, |product, factor| {
            let factor = factor.trim();
            let number =
                known.get(factor).copied().or_else(|| factor.replace('_', "").parse().ok());
            product.checked_mul(number?)
        });
        if let Some(product) = product {
            known.insert(name.trim().to_owned(), product);
        }
    }
    known
}

/// Returns `NAME` out of `` `NAME` `` or `` `limits::NAME` ``.
fn limit_name(cell: &str) -> Option<&str> {
    let name = cell.strip_prefix('`')?.strip_suffix('`')?.rsplit("::").next()?;
    let is_constant = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.contains('_')
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    is_constant.then_some(name)
}

fn value(said: &str) -> Option<u64> {
    let mut words = said.split_whitespace();
    let number: u64 = words.next()?.replace([',', '_'], "").parse().ok()?;
    let unit = match words.next() {
        Some("KiB") => 1024,
        Some("MiB") => 1024 * 1024,
        _ => 1,
    };
    number.checked_mul(unit)
}

const PROTOCOL: &str = "docs/protocol.md";
const LIMITS: &str = "model/src/limits.rs";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    const CODE: (&str, &str) = (
        LIMITS,
        "/// 1 = 2; const NOT_ONE: u64 = 3;\npub const TEXT_BYTES_MAX: usize = 64 * 1024;\n\
         pub const CHANGE_BYTES_MAX: usize = 4 * TEXT_BYTES_MAX;\n\
         pub const CHANGE_OPS_MAX: u64 = 4_096;\n",
    );

    #[test]
    fn the_protocol_of_this_project_names_the_real_limits() {
        assert_holds_here(check);
    }

    #[test]
    fn right_values_pass_in_every_spelling() {
        let text = "| Limit | Value |\n|---|---|\n| `CHANGE_BYTES_MAX` | 256 KiB |\n\
            | `limits::TEXT_BYTES_MAX` | 65,536 bytes |\n| `CHANGE_OPS_MAX` | 4,096 |\n";
        assert_says(check, &[(PROTOCOL, text), CODE], &[]);
    }

    #[test]
    fn wrong_unknown_and_unreadable_values_are_told() {
        let text = "| `CHANGE_BYTES_MAX` | 255 KiB |\n| `NOT_ONE` | 3 |\n\
            | `CHANGE_OPS_MAX` | many |\n";
        assert_says(
            check,
            &[(PROTOCOL, text), CODE],
            &[
                "docs/protocol.md:1: `CHANGE_BYTES_MAX` is 262144 in model/src/limits.rs, not 261120",
                "docs/protocol.md:2: `NOT_ONE` is no limit of model/src/limits.rs",
                "docs/protocol.md:3: `CHANGE_OPS_MAX` has the value `many`, which is no number",
            ],
        );
    }

    #[test]
    fn a_protocol_that_names_no_limit_is_told() {
        assert_says(
            check,
            &[(PROTOCOL, "# Protocol\n"), CODE],
            &["docs/protocol.md: names no limit in a table"],
        );
    }
}
