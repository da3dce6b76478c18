//! Pages as browsers get them: who has which, what strangers and other sites get, and what one page says
//! that is not there and one that is somebody else's.

use fieldbook_tests::content;
use hyper::Request;
use hyper::body::Bytes;
use model::catalogue::Catalogue;
use model::policy;
use model::time::Span;

use crate::casework::{BOSS, house_with_case, seat_of, victim_case};
use crate::console_client::{ConsoleClient, PASSWORD};
use crate::line::{Answer, ask, plain, with_header};
use crate::server::{TestServer, WORKER};

/// A browser's form, sent by whoever sits there.
fn form(house: &TestServer, seat: &ConsoleClient, path: &str, body: &str) -> Request<Bytes> {
    let request = plain(house, "POST", path, body.to_owned());
    let request = with_header(request, "content-type", "application/x-www-form-urlencoded");
    let request = with_header(request, "sec-fetch-site", "same-origin");
    seat.seated(with_header(request, "origin", &format!("https://{}", house.authority)))
}

pub(crate) async fn sent(
    house: &TestServer,
    seat: &ConsoleClient,
    path: &str,
    body: &str,
) -> Answer {
    ask(house, form(house, seat, path, body)).await
}

/// Follows a form's answer to the page that it leads to.
async fn followed(house: &TestServer, seat: &ConsoleClient, path: &str, body: &str) -> String {
    let answer = sent(house, seat, path, body).await;
    assert_eq!(answer.status, 303, "{path} {:?}", answer.body);
    answer.header("location").unwrap().to_owned()
}

pub(crate) async fn page(house: &TestServer, seat: &ConsoleClient, path: &str) -> String {
    let answer = seat.get(house, path).await;
    assert_eq!(answer.status, 200, "{path}");
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// Returns an answer's page.
pub(crate) fn text_of(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// Returns the first address of this beginning on a page.
pub(crate) fn link<'p>(page: &'p str, beginning: &str) -> Option<&'p str> {
    let (_, rest) = page.split_once(&format!("href=\"{beginning}"))?;
    let end = rest.find('"')?;
    let start = page.len() - rest.len() - beginning.len();
    Some(&page[start..start + beginning.len() + end])
}

#[tokio::test]
async fn every_page_answers_every_role_as_its_office_is() {
    let mut house = TestServer::open().await;
    let catalogue = Catalogue::builtin().unwrap();
    let mut had = std::collections::BTreeMap::new();
    for role in catalogue.roles.keys() {
        let name = format!("Role {role}");
        let mut programs = catalogue.programs.keys();
        let program = programs.find(|program| policy::fits(&catalogue, role, program)).unwrap();
        house.member(&name, role.as_str(), program.as_str());
        let seat = ConsoleClient::open(&mut house, &name).await;
        for route in ui::ROUTES.iter().filter(|route| route.method == ui::Method::Get) {
            // What a stranger's handle names is there for nobody.
            let path: Vec<_> = route
                .path
                .split('/')
                .map(|it| if it.starts_with('{') { "x" } else { it })
                .collect();
            let status = seat.get(&house, &path.join("/")).await.status.as_u16();
            let is_named = route.path.contains('{');
            assert!(
                status == 404 || (!is_named && matches!(status, 200 | 403)),
                "{role} {route:?}"
            );
            if status == 200 {
                let roles: &mut Vec<String> = had.entry(route.path).or_default();
                roles.push(role.to_string());
            }
        }
    }
    let all: Vec<String> = catalogue.roles.keys().map(ToString::to_string).collect();
    assert_eq!(had["/"], all);
    for (path, roles) in had {
        let is_of_cases = ui::ROUTES
            .iter()
            .any(|route| route.path == path && route.audience == ui::Audience::Cases);
        assert!(!is_of_cases || !roles.contains(&"ADM".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_stranger_is_shown_where_to_sign_in_and_comes_back_to_the_page_they_wanted() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let seat = ConsoleClient::set_up(&mut house, BOSS).await;
    let stranger = ConsoleClient { cookie: None, ..seat.clone() };
    let answer = stranger.get(&house, "/tasks/overdue").await;
    assert_eq!(answer.status, 401);
    let shown = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(shown.contains("name=\"back\" value=\"/tasks/overdue\""), "{shown}");
    house.pass(Span::from_secs(30));
    let code = seat.code(house.now());
    let typed = |back: &str, password: &str| {
        let password = password.replace(' ', "+");
        let name = BOSS.replace(' ', "+");
        format!("name={name}&password={password}&totp={code}&back={back}")
    };
    let wrong = sent(&house, &stranger, "/signin", &typed("/", "another one")).await;
    assert_eq!(wrong.status, 403);
    assert_eq!(wrong.header("set-cookie"), None);
    // Nobody chooses another's session: what came with the request is not what is given.
    let fixed = ConsoleClient { cookie: Some("__Host-fieldbook=chosen".into()), ..seat.clone() };
    let entered = sent(&house, &fixed, "/signin", &typed("/tasks/overdue", PASSWORD)).await;
    assert_eq!(entered.header("location"), Some("/tasks/overdue"));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-fieldbook=") && !cookie.contains("chosen"), "{cookie}");
    assert!(cookie.ends_with("Path=/; Secure; HttpOnly; SameSite=Strict"), "{cookie}");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    for back in ["//evil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example", "%2F%0D%0Ax"]
    {
        let answer = sent(&house, &seat, "/language", &format!("language=es&back={back}")).await;
        assert_eq!(answer.header("location"), Some("/"), "{back}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing_and_a_page_stands_in_no_frame() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    for route in ui::ROUTES.iter().filter(|route| route.method == ui::Method::Post) {
        let path = route.path.replace(['{', '}'], "");
        for (header, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let request = with_header(form(&house, &seat, &path, ""), header, value);
            assert_eq!(ask(&house, request).await.status, 403, "{path} {header}");
        }
    }
    let answer = seat.get(&house, "/").await;
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn a_page_that_is_not_there_and_one_of_somebody_else_are_the_same() {
    let (mut house, _, _) = house_with_case().await;
    victim_case(&mut house).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let shown = page(&house, &boss, "/cases").await;
    let address = link(&shown, "/cases/").expect("a case").to_owned();
    assert!(page(&house, &boss, &address).await.contains("Case Alder"));
    // The same handle names nothing to anybody else, and nobody else's is guessed.
    let advocate = seat_of(&mut house, "Role VA", "VA", "victim_services").await;
    let theirs = advocate.get(&house, &address).await;
    let nothing = advocate.get(&house, "/cases/nothing-at-all").await;
    assert_eq!((theirs.status.as_u16(), nothing.status.as_u16()), (404, 404));
    assert_eq!(theirs.body, nothing.body);
}

#[tokio::test]
async fn what_somebody_wrote_is_shown_and_never_run() {
    let (mut house, mut phone, case) = house_with_case().await;
    let script = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>";
    let edits = [
        content::choice("mode", "street"),
        content::choice("result", "engaged"),
        content::text("note", script),
    ];
    let made = phone.device.make(house.now(), "outreach_contact", Some(case), &edits);
    phone.push(&house, vec![made.push()]).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let shown = page(&house, &boss, "/cases").await;
    let address = link(&shown, "/cases/").unwrap().to_owned();
    let notes = page(&house, &boss, &format!("{address}/notes")).await;
    assert!(notes.contains("alert("), "{notes}");
    assert!(!notes.contains("<script>alert") && !notes.contains("<img src=x"), "{notes}");
    let found = sent(&house, &boss, "/find", "q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    let found = String::from_utf8(found.body.to_vec()).unwrap();
    assert!(!found.contains("<script>alert"), "{found}");
}

#[tokio::test]
async fn a_record_is_written_in_a_form_that_waits_on_the_server_for_its_author_alone() {
    let (mut house, _, case) = house_with_case().await;
    house.assign(WORKER, case);
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    let shown = page(&house, &worker, "/cases").await;
    let address = link(&shown, "/cases/").unwrap().to_owned();
    let begun = format!("{address}/new");
    assert!(page(&house, &worker, &begun).await.contains("outreach_contact"));
    let draft = followed(&house, &worker, &begun, "type=outreach_contact").await;
    assert!(draft.starts_with("/drafts/"), "{draft}");
    // Somebody else has no such form.
    house.member("Role OW", "OW", "street_outreach");
    let other = ConsoleClient::open(&mut house, "Role OW").await;
    assert_eq!(other.get(&house, &draft).await.status, 404);
    // Nothing is answered but what was changed: an empty form keeps nothing.
    let kept = sent(&house, &worker, &draft, "action=submit").await;
    let told = String::from_utf8(kept.body.to_vec()).unwrap();
    assert!(kept.status == 422 || kept.status == 200, "{}", kept.status);
    assert!(told.contains("error-summary"), "{told}");
    let asked = page(&house, &worker, &draft).await;
    let typed = answers(
        &asked,
        &[("q.mode", "street"), ("q.result", "engaged"), ("q.note", "by the park")],
    );
    let record = followed(&house, &worker, &draft, &format!("{typed}&action=submit")).await;
    assert!(record.starts_with("/records/"), "{record}");
    assert!(page(&house, &worker, &record).await.contains("by the park"));
    assert_eq!(worker.get(&house, &draft).await.status, 404);
}

/// Fills a form in as a browser does: with what stands hidden in it, and these answers.
pub(crate) fn answers(page: &str, given: &[(&str, &str)]) -> String {
    let mut sent = Vec::new();
    for hidden in page.split("<input type=\"hidden\"").skip(1) {
        let tag = hidden.split('>').next().unwrap_or_default();
        let part = |name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            rest.split('"').next()
        };
        if let (Some(name), Some(value)) = (part("name"), part("value")) {
            sent.push(format!("{name}={}", value.replace('+', "%2B").replace('=', "%3D")));
        }
    }
    sent.extend(given.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))));
    sent.join("&")
}
