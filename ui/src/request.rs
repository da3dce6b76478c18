//! What a page is asked for with, and what it answers.

use std::borrow::Cow;

use model::time::Timestamp;
use model::words::Language;

/// One request: a page that is opened, or a form that is sent.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// How it was asked.
    pub method: Method,
    /// The path, without a query: `/cases/HANDLE/notes`.
    pub path: &'a str,
    /// What was typed into a form or stood in the query, in the order of the page.
    pub form: Form,
    /// The language of whoever reads.
    pub language: Language,
    /// Whether a script asks, for a part of the page that it puts in its place (`HX-Request`).
    pub wants_part: bool,
    /// The present instant.
    pub now: Timestamp,
}

/// How a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// It is read.
    Get,
    /// Something is sent, which may change what there is. What was typed never stands in an address.
    Post,
}

/// What was typed into a form (`application/x-www-form-urlencoded`, WHATWG URL §5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    entries: Vec<(String, String)>,
}

impl Form {
    /// Reads the body of a form or the query of an address. Every text is one.
    pub fn read(bytes: &[u8]) -> Self {
        let entries = form_urlencoded::parse(bytes);
        Self { entries: entries.map(|(name, value)| (owned(name), owned(value))).collect() }
    }

    /// Returns what stands in the first entry of this name; an empty text if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Returns what stands in the first entry of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries().find_map(|(of, value)| (of == name).then_some(value))
    }

    /// Returns what stands in every entry of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = move |(of, value): &'a (String, String)| (of == name).then_some(&**value);
        self.entries.iter().filter_map(of_name)
    }

    /// Returns every entry, in the order of the page.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, value)| (&**name, &**value))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Form {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { entries: entries.collect() }
    }
}

fn owned(text: Cow<'_, str>) -> String {
    // What no keyboard writes would only travel into records and logs.
    text.replace('\0', "").replace("\r\n", "\n")
}

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// A page, or a part of one.
    Page {
        /// The status that HTTP knows it by.
        status: u16,
        /// HTML.
        body: String,
    },
    /// A file that is kept.
    File {
        /// What it is called: it tells nothing of anybody.
        name: &'static str,
        /// What kind of file it is.
        media_type: &'static str,
        /// What is in it.
        body: Vec<u8>,
    },
    /// Go there instead, with GET. Always a path of ours.
    SeeOther(String),
    /// A file that the source has begun: the audit, with its end signed.
    AuditFile,
}

impl Response {
    /// Returns the answer with each of its addresses under a path of its own: `/app`, where the pages of a
    /// phone stand beside those of the console.
    #[must_use]
    pub fn under(self, base: &str) -> Self {
        match self {
            // What people wrote holds no quotation mark: the templates write it as a character reference.
            Self::Page { status, body } => Self::Page {
                status,
                body: ADDRESSES.iter().fold(body, |body, name| {
                    body.replace(&format!(" {name}=\"/"), &format!(" {name}=\"{base}/"))
                }),
            },
            Self::SeeOther(path) => Self::SeeOther(format!("{base}{path}")),
            file @ (Self::File { .. } | Self::AuditFile) => file,
        }
    }

    /// Returns a page that is what was asked for.
    pub(crate) fn ok(body: String) -> Self {
        Self::Page { status: 200, body }
    }
}

/// Attributes that hold an address.
const ADDRESSES: [&str; 6] = ["href", "src", "action", "formaction", "hx-get", "hx-post"];

/// Returns where somebody is sent back to: a path of ours, and never anywhere else.
pub fn way_back(path: &str) -> &str {
    let is_ours = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours { path } else { "/" }
}

/// Returns where somebody comes to who signed in with a recovery code: they learn there how many are left,
/// and go on to `back`.
pub fn after_recovery(back: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    format!("/recovery?back={encoded}")
}

/// Returns whether somebody said why: who reads it has to understand, and shorter is no reason.
pub(crate) fn says_why(text: &str) -> bool {
    (REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&text.trim().chars().count())
}

const REASON_CHARS_MIN: usize = 10;
const REASON_CHARS_MAX: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_an_answer_is_put_under_a_path_and_nothing_that_people_wrote() {
        let body =
            r#"<a class="x" href="/cases"><form action="/find" hx-post="/find">a href=&#34;/cases"#;
        let page = Response::ok(body.to_owned()).under("/app");
        let under = r#"<a class="x" href="/app/cases"><form action="/app/find" hx-post="/app/find">a href=&#34;/cases"#;
        assert_eq!(page, Response::ok(under.to_owned()));
        assert_eq!(
            Response::SeeOther("/".to_owned()).under("/app"),
            Response::SeeOther("/app/".to_owned())
        );
    }

    #[test]
    fn every_body_is_a_form() {
        let form = Form::read(b"a=1&b=%E4&a=x+y&%00c=d%0D%0Ae&=&&f");
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "x y"]);
        assert_eq!(form.text("c"), "d\ne");
        assert_eq!(form.text("f"), "");
        assert_eq!(form.get("g"), None);
    }
}
