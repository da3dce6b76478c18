//! "Did you mean …?": the name that lies nearest to a mistyped one.

/// The candidate nearest to `typed`, if one is near enough to be meant.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let enough = (typed.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&typed, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= enough || is_part(&typed, candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// A hint that names the nearest candidate and lists all.
pub fn hint<'a>(what: &str, typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let list = if candidates.is_empty() {
        format!("there are no {what}")
    } else {
        format!("{what}: {}", candidates.join(", "))
    };
    match nearest(typed, candidates) {
        Some(near) => format!("did you mean `{near}`?\n{list}"),
        None => list,
    }
}

fn is_part(typed: &str, candidate: &str) -> bool {
    3 <= typed.len() && candidate.split('_').any(|part| part == typed)
}

/// How many letters must be added, removed, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let mut best = rows[i][j] + usize::from(left != right);
            best = best.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if 0 < i && 0 < j && *left == b[j - 1] && a[i - 1] == *right {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 5] = ["risk", "risk_level", "tier", "owner", "safety_plan"];

    #[test]
    fn a_typing_mistake_finds_the_name_that_was_meant() {
        assert_eq!(nearest("riks_level", FIELDS), Some("risk_level"));
        assert_eq!(nearest("Tier", FIELDS), Some("tier"));
        assert_eq!(nearest("plan", FIELDS), Some("safety_plan"));
    }

    #[test]
    fn something_else_altogether_finds_nothing() {
        assert_eq!(nearest("birthday", FIELDS), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!(hint("fields", "birthday", ["a", "b"]), "fields: a, b");
    }
}
