//! What holds on every page, whoever reads it and in whichever language.

use std::collections::BTreeSet;

use model::catalogue::Label;
use model::words::Language;
use ui::views::{RecordRow, TaskRow};
use ui::{Department, Method, PHONE_ROUTES, ROUTES, SignInProblem};

use crate::administration::administrator;
use crate::fake::{Fake, Page};
use crate::html::{Tag, tags};

/// Where forms go that the server itself answers.
const OF_THE_SERVER: [&str; 5] =
    ["/signin", "/signout", "/language", "/welcome", "/welcome/finish"];

/// Where forms go that the app answers before its store is open.
const OF_THE_APP: [&str; 2] = ["/enroll", "/unlock"];

/// Returns every page in a language, by how it is asked for.
fn pages(language: Language) -> Vec<(String, Page)> {
    let mut pages = Vec::new();
    for (day, make) in [("empty", Fake::empty as fn() -> Fake), ("busy", Fake::busy)] {
        for path in [
            "/",
            "/cases",
            "/tasks",
            "/tasks/overdue",
            "/tasks/today",
            "/conflicts",
            "/out",
            "/find",
            "/sessions",
            "/cases/case-1/assign",
            "/caseload",
            "/transfers",
            "/late",
            "/late/1",
            "/nowhere",
        ] {
            pages.push((format!("{day} {path}"), make().ask(Method::Get, path, &[], language)));
        }
        let found = make().ask(Method::Post, "/find", &[("q", "rey")], language);
        pages.push((format!("{day} POST /find"), found));
    }
    pages.extend(crate::privacy::pages(language));
    pages.extend(crate::welcome::pages(language));
    pages.extend(crate::recovery::pages(language));
    pages.extend(crate::seers::pages(language));
    pages.extend(crate::phone::pages(language));
    pages.extend(crate::phone_door::pages(language));
    for path in ["/people", "/people/member-0", "/people/member-1", "/devices", "/health"] {
        let page = administrator().ask(Method::Get, path, &[], language);
        pages.push((format!("administrator {path}"), page));
    }
    let role = ("role", "OW street_outreach");
    for (path, field) in [
        ("/people/find", ("q", "dana")),
        ("/people/add", ("name", "")),
        ("/people/member-0/take", role),
        ("/people/member-0/close", role),
        ("/people/member-0/invite", ("what", "device")),
        ("/devices/device-0/revoke", role),
    ] {
        let page = administrator().ask(Method::Post, path, &[field], language);
        pages.push((format!("administrator POST {path}"), page));
    }
    let name = Fake::empty().catalogue.department;
    let department = Department { name: &name };
    for problem in [None, Some(SignInProblem::Wrong), Some(SignInProblem::Ended)] {
        let page = Page::of(ui::sign_in(language, &department, problem, Some("/cases")));
        pages.push((format!("/signin {problem:?}"), page));
    }
    let refused = ui::refused(language, &department, "The server is being restored.", 503);
    pages.push(("refused".to_owned(), Page::of(refused)));
    pages
}

fn on_every_page(check: impl Fn(&str, &str, &[Tag<'_>])) {
    for language in [Language::English, Language::Spanish] {
        for (name, page) in pages(language) {
            let name = format!("{name} ({})", language.tag());
            check(&name, &page.body, &tags(&page.body));
        }
    }
}

#[test]
fn no_page_holds_a_script_or_a_style_of_its_own() {
    on_every_page(|name, body, tags| {
        for tag in tags {
            assert_ne!(tag.name, "style", "{name}");
            assert!(tag.name != "script" || tag.get("src").is_some(), "{name}");
            for (key, value) in &tag.attributes {
                let script = key.starts_with("on") || key.starts_with("hx-on") || *key == "style";
                assert!(!script, "{name}: {key}");
                assert!(
                    !value.contains("js:") && !value.contains("javascript:"),
                    "{name}: {value}"
                );
            }
        }
        assert!(!body.contains("</script>\n<script>"), "{name}");
    });
}

#[test]
fn every_page_has_a_language_one_heading_and_a_title_that_tells_nothing() {
    on_every_page(|name, body, tags| {
        let count = |element| tags.iter().filter(|tag| tag.name == element).count();
        assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1), "{name}");
        let html = tags.iter().find(|tag| tag.name == "html").unwrap();
        assert!(name.ends_with(&format!("({})", html.get("lang").unwrap())), "{name}");
        assert!(body.contains("<title>Fieldbook</title>"), "{name}");
    });
}

#[test]
fn every_field_has_a_label_and_what_describes_it_is_there() {
    on_every_page(|name, body, tags| {
        let labelled: BTreeSet<_> = tags
            .iter()
            .filter(|tag| tag.name == "label")
            .filter_map(|tag| tag.get("for"))
            .collect();
        let ids: BTreeSet<_> = tags.iter().filter_map(|tag| tag.get("id")).collect();
        for tag in tags.iter().filter(|tag| matches!(tag.name, "input" | "select" | "textarea")) {
            let kind = tag.get("type").unwrap_or_default();
            // A checkbox stands inside of its label; one is for the keeper of passwords alone.
            let is_hidden = kind == "hidden" || tag.get("hidden").is_some();
            if is_hidden || matches!(kind, "checkbox" | "radio") {
                continue;
            }
            let id = tag.get("id").unwrap_or_else(|| panic!("{name}: {tag:?}"));
            assert!(labelled.contains(id), "{name}: {id}");
        }
        for tag in tags {
            for key in ["aria-describedby", "aria-labelledby", "for", "form"] {
                for id in tag.get(key).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name}: {key} names {id}");
                }
            }
        }
        let boxes = body.split("<input type=\"checkbox\"").collect::<Vec<_>>();
        for before in boxes.iter().rev().skip(1) {
            let around = before.rsplit('<').next().unwrap_or_default();
            assert!(around.starts_with("label ") && around.ends_with('>'), "{name}: {around}");
        }
    });
}

#[test]
fn no_two_elements_of_a_page_have_the_same_id() {
    on_every_page(|name, _, tags| {
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{name}: {id}");
        }
    });
}

#[test]
fn links_and_forms_lead_to_pages_that_there_are() {
    on_every_page(|name, _, tags| {
        for tag in tags {
            let (method, address) = match (tag.name, tag.get("href"), tag.get("action")) {
                ("a", Some(address), _) if !address.starts_with('#') => (Method::Get, address),
                ("form", _, Some(address)) if tag.get("method") == Some("get") => {
                    (Method::Get, address)
                }
                ("form", _, Some(address)) => (Method::Post, address),
                _ => continue,
            };
            assert!(tag.name == "a" || tag.get("method").is_some(), "{name}: {address}");
            let path = address.split('?').next().unwrap();
            let is_phone = name.starts_with("phone ");
            // The telephone itself answers these.
            if is_phone && (path.starts_with("tel:") || path.starts_with("sms:")) {
                continue;
            }
            let routes = if is_phone { PHONE_ROUTES } else { ROUTES };
            let mut routes = routes.iter().filter(|route| route.method == method);
            let known = routes.any(|route| is_at(route.path, path));
            let of_the_server = !is_phone && OF_THE_SERVER.contains(&path);
            let of_the_app = name.starts_with("door ") && OF_THE_APP.contains(&path);
            assert!(known || of_the_server || of_the_app, "{name}: {address}");
        }
    });
}

/// Returns whether a path is one of a route's, in which a part in braces stands for anything.
fn is_at(route: &str, path: &str) -> bool {
    let fits = |(part, given): (&str, &str)| part == given || part.starts_with('{');
    route.split('/').count() == path.split('/').count()
        && route.split('/').zip(path.split('/')).all(fits)
}

#[test]
fn what_people_wrote_is_never_markup() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&amp;<b x=\"";
    let mut fake = Fake::busy();
    let hostile = || Label::both(HOSTILE, HOSTILE);
    fake.viewer.name = HOSTILE.to_owned();
    fake.catalogue.department = hostile();
    let task = |row: &mut TaskRow| {
        row.task = hostile();
        row.owners = vec![HOSTILE.to_owned()];
        if let Some((_, person)) = &mut row.case {
            *person = hostile();
        }
    };
    fake.home.due.iter_mut().for_each(task);
    fake.tasks.rows.iter_mut().for_each(task);
    for row in fake.home.quiet.iter_mut().chain(&mut fake.board.rows) {
        row.person = Some(hostile());
        row.workers = vec![HOSTILE.to_owned()];
        row.risk = Some(hostile());
    }
    for (_, name) in &mut fake.board.workers {
        *name = HOSTILE.to_owned();
    }
    fake.board.risks = vec![(HOSTILE.to_owned(), hostile())];
    fake.board.filter.risk = Some(HOSTILE.to_owned());
    let record = |row: &mut RecordRow| {
        row.title = hostile();
        row.author = HOSTILE.to_owned();
    };
    fake.conflicts.rows.iter_mut().for_each(record);
    fake.found.as_mut().unwrap().rows.iter_mut().for_each(record);
    fake.sessions[1].number = HOSTILE.to_owned();
    let mut bodies: Vec<String> = ["/", "/cases", "/tasks", "/conflicts", "/sessions", "/nowhere"]
        .map(|path| fake.get(path).body)
        .into();
    bodies.push(fake.post("/find", &[("q", HOSTILE)]).body);
    for body in bodies {
        assert!(!body.contains("<script>") && !body.contains("<b x"), "{body}");
        assert!(body.contains("&#60;script&#62;"));
        assert!(tags(&body).iter().all(|tag| tag.name != "b"));
    }
}
