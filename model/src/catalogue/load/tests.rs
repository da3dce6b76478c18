use super::*;

#[test]
fn the_built_in_catalogue_loads() {
    let mistakes = Catalogue::builtin().err().unwrap_or_default();
    let mistakes: Vec<_> = mistakes.iter().map(Mistake::to_string).collect();
    assert_eq!(mistakes.join("\n"), "");
}
