//! A light reading of Markdown: lines outside code blocks, headings and their anchors, links.

use std::collections::BTreeMap;

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) target: String,
}

impl Link {
    /// Returns the function that the link promises to lead to, if it is of the form ``
    /// [`function`](path/to/file.rs) ``. A path before the name (`module::function`) is allowed.
    pub(crate) fn function(&self) -> Option<&str> {
        let name = self.text.strip_prefix('`')?.strip_suffix('`')?;
        let name = name.strip_suffix("()").unwrap_or(name).rsplit("::").next()?;
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (is_name && self.target.ends_with(".rs")).then_some(name)
    }
}

/// Lines outside fenced code, with their numbers counted from one.
pub(crate) fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => lines.push((index + 1, line)),
        }
    }
    lines
}

/// Returns the headings: line, level, title as written.
pub(crate) fn headings(text: &str) -> Vec<(usize, usize, &str)> {
    prose(text)
        .into_iter()
        .filter_map(|(line, content)| {
            let level = content.bytes().take_while(|&byte| byte == b'#').count();
            let title = content[level..].strip_prefix(' ')?;
            (1..=6).contains(&level).then_some((line, level, title.trim()))
        })
        .collect()
}

/// Returns the valid anchors of this text: its headings, as the code hosts spell them, and anchors
/// set by hand.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = Vec::new();
    for (_, _, title) in headings(text) {
        let slug = slug(title);
        let times = seen.entry(slug.clone()).or_default();
        anchors.push(if *times == 0 { slug } else { format!("{slug}-{times}") });
        *times += 1;
    }
    for (_, line) in prose(text) {
        for mark in ["<a id=\"", "<a name=\""] {
            let after = line.split(mark).skip(1);
            anchors.extend(after.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    anchors
}

/// Returns every inline link, image and link definition outside code.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (line, content) in prose(text) {
        let mut at = 0;
        while at < content.len() {
            let rest = &content[at..];
            if let Some(length) = code_span(rest) {
                at += length;
                continue;
            }
            if rest.starts_with('[')
                && let Some((text, target)) = link(rest)
            {
                links.push(Link { line, text: text.to_owned(), target: target.to_owned() });
            }
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    links
}

/// Returns the cells of a table's row, or `None` if the line is no row or only draws the line under
/// the head.
pub(crate) fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let is_rule =
        cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-:".contains(c)));
    (!is_rule).then_some(cells)
}

/// Returns the length of the code span at the start of `rest`. Ticks that nothing closes are
/// themselves.
fn code_span(rest: &str) -> Option<usize> {
    let ticks = rest.bytes().take_while(|&byte| byte == b'`').count();
    if ticks == 0 {
        return None;
    }
    let mut at = ticks;
    while let Some(found) = rest[at..].find('`') {
        let start = at + found;
        let run = rest[start..].bytes().take_while(|&byte| byte == b'`').count();
        if run == ticks {
            return Some(start + run);
        }
        at = start + run;
    }
    Some(ticks)
}

/// Returns the text and the target of the link at the start of `rest`.
fn link(rest: &str) -> Option<(&str, &str)> {
    let close = closing(rest, '[', ']')?;
    let text = &rest[1..close];
    let after = &rest[close + 1..];
    let target = if after.starts_with('(') {
        &after[1..closing(after, '(', ')')?]
    } else {
        after.strip_prefix(": ")?
    };
    // A title may follow the target.
    let target = target.split_whitespace().next()?;
    Some((text, target.trim_start_matches('<').trim_end_matches('>')))
}

/// Returns where the bracket at the start of `rest` is closed, code spans aside.
fn closing(rest: &str, open: char, close: char) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if let Some(length) = code_span(&rest[at..]) {
            at += length;
            continue;
        }
        let c = rest[at..].chars().next()?;
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
        at += c.len_utf8();
    }
    None
}

fn slug(title: &str) -> String {
    let mut plain = String::new();
    let mut at = 0;
    while at < title.len() {
        let rest = &title[at..];
        // Of a link, only the text is part of the anchor.
        if rest.starts_with("](")
            && let Some(end) = closing(&rest[1..], '(', ')')
        {
            at += 1 + end + 1;
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        plain.push(c);
        at += c.len_utf8();
    }
    plain
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_with_their_text_and_target() {
        let text = "See [the *model*](model/src/lib.rs \"title\") and ![x](a.png).\n\n[b]: c.md";
        check_links(text, &["1 the *model* model/src/lib.rs", "1 x a.png", "3 b c.md"]);
    }

    #[test]
    fn an_image_inside_a_link_is_two_links() {
        check_links("[![x](a.png)](b.md)", &["1 ![x](a.png) b.md", "1 x a.png"]);
    }

    #[test]
    fn code_holds_no_links() {
        check_links("`[a](b)` and ``c ` [d](e)``\n```\n[f](g)\n```\n[h](i)", &["5 h i"]);
    }

    #[test]
    fn a_link_to_a_function_is_told_from_other_links() {
        assert_eq!(link_of("[`a_b`](tests/x.rs)").function(), Some("a_b"));
        assert_eq!(link_of("[`x::a_b()`](tests/x.rs)").function(), Some("a_b"));
        assert_eq!(link_of("[`Tree`](tests/x.rs)").function(), None);
        assert_eq!(link_of("[a_b](tests/x.rs)").function(), None);
        assert_eq!(link_of("[`a_b`](tests/x.md)").function(), None);
    }

    #[test]
    fn anchors_are_spelled_as_the_code_hosts_do() {
        let text = "# What `it` is, in short\n## A\n## A\n## [B](c.md) d\n<a id=\"by-hand\"></a>";
        assert_eq!(anchors(text), ["what-it-is-in-short", "a", "a-1", "b-d", "by-hand"]);
    }

    #[test]
    fn a_line_inside_a_code_block_is_no_heading() {
        assert_eq!(headings("```sh\n# comment\n```\n# Real"), [(4, 1, "Real")]);
    }

    #[test]
    fn rows_are_told_from_the_line_under_the_head() {
        assert_eq!(cells("| `A` | 1 |"), Some(vec!["`A`", "1"]));
        assert_eq!(cells("|---|:--|"), None);
        assert_eq!(cells("no row"), None);
    }

    #[track_caller]
    fn check_links(text: &str, expected: &[&str]) {
        let found: Vec<String> = links(text)
            .iter()
            .map(|link| format!("{} {} {}", link.line, link.text, link.target))
            .collect();
        assert_eq!(found, expected);
    }

    fn link_of(text: &str) -> Link {
        links(text).remove(0)
    }
}
