//! What pages say where words do not belong: in addresses, titles and heads.

use std::collections::{BTreeSet, VecDeque};

use client_core::transport::{HttpResponse, Method};

use crate::scene::Scene;
use crate::words::{self, Haystack, Words};

/// Walks through every page that links lead to, sends forms on the way, and returns what an address bar, a
/// list of tabs, another site or a proxy would come to see of it.
pub(crate) async fn walked(scene: &mut Scene, words: &mut Words, name: &str) -> Vec<Haystack> {
    let mut walk = Walk::default();
    walk.see("/", &scene.page(Method::Get, "/", "").await);
    let found = scene.page(Method::Post, "/find", &format!("q={name}")).await;
    walk.see("/find", &found);
    walk.follow(scene).await;
    // A form that holds what was typed, and how it is sent again and found in the list.
    let case = walk.first("/cases/", 2);
    let draft = scene.page(Method::Post, &format!("{case}/new"), "type=outreach_contact").await;
    assert_eq!(draft.status, 303);
    let draft = draft.header("location").unwrap().to_owned();
    let typed = format!("q.note={}&action=save", words.next());
    let kept = scene.page(Method::Post, &draft, &typed).await;
    assert!(matches!(kept.status, 200 | 303), "{}", kept.status);
    let form = scene.page(Method::Get, &draft, "").await;
    assert!(body(&form).contains(words::MARK), "what was typed stands in the form");
    walk.see(&draft, &form);
    walk.follow(scene).await;
    for (path, form) in [
        (format!("{case}/notes"), format!("q={name}")),
        (format!("{case}/handoff"), format!("purpose={}", words.next())),
        ("/audit/purpose".to_owned(), format!("purpose={}", words.next())),
        ("/cases/filter".to_owned(), format!("worker={}", words.next())),
    ] {
        walk.see(&path, &scene.page(Method::Post, &path, &form).await);
    }
    assert!(walk.pages > 40, "{} pages", walk.pages);
    assert!(walk.with_words > 20, "{} pages show what was written", walk.with_words);
    walk.outside
}

#[derive(Default)]
struct Walk {
    waiting: VecDeque<String>,
    known: BTreeSet<String>,
    pages: usize,
    /// Pages that show what somebody wrote: else the walk proves nothing.
    with_words: usize,
    outside: Vec<Haystack>,
}

impl Walk {
    async fn follow(&mut self, scene: &mut Scene) {
        while let Some(path) = self.waiting.pop_front() {
            let answer = scene.page(Method::Get, &path, "").await;
            self.see(&path, &answer);
        }
    }

    fn see(&mut self, path: &str, answer: &HttpResponse) {
        let is_page =
            answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        if !is_page {
            return;
        }
        // Another site is told nothing, not even that somebody came from here.
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
        self.pages += 1;
        let body = body(answer);
        self.with_words += usize::from(body.contains(words::MARK));
        let mut told = vec![between(&body, "<title>", "</title>").unwrap_or_default()];
        for attribute in ADDRESSES {
            for piece in body.split(&format!(" {attribute}=\"")).skip(1) {
                let address = piece.split('"').next().unwrap_or_default();
                told.push(address);
                let is_page = *attribute == "href" && address.starts_with('/');
                let address = address.split('#').next().unwrap_or_default();
                if is_page && !address.starts_with("/assets/") && self.known.insert(address.into())
                {
                    self.waiting.push_back(address.replace("&amp;", "&"));
                }
            }
        }
        let bytes = told.join("\n").into_bytes();
        self.outside.push(Haystack { place: format!("addresses and title of {path}"), bytes });
    }

    /// Returns the first address that begins so and has so many parts.
    fn first(&self, beginning: &str, parts: usize) -> String {
        let fits =
            |path: &&String| path.starts_with(beginning) && path.split('/').count() == parts + 1;
        self.known.iter().find(fits).unwrap().clone()
    }
}

/// Where a page may name an address, or something that becomes a part of one.
const ADDRESSES: &[&str] =
    &["href", "action", "src", "id", "hx-get", "hx-post", "hx-push-url", "name", "formaction"];

fn body(answer: &HttpResponse) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(begin)?;
    Some(rest.split_once(end)?.0)
}
