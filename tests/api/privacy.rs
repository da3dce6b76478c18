//! The pages of those who watch over privacy, as browsers get them.

use model::ids::CaseId;
use model::time::Span;
use serde_json::json;
use server::admin::AuditAct;
use server::audit::export;

use crate::casework::{BOSS, OFFICER, audited, house_with_case, seat_of};
use crate::console_client::{ConsoleClient, PASSWORD};
use crate::line::{Answer, ask, plain, with_header};
use crate::pages::{link, page, sent, text_of};
use crate::server::{TestServer, WORKER};

/// Shows again who sits there.
async fn confirm(
    house: &mut TestServer,
    seat: &ConsoleClient,
    password: &str,
    back: &str,
) -> Answer {
    // Each code is good once.
    house.pass(Span::from_secs(30));
    let body = format!(
        "password={}&totp={}&back={back}",
        password.replace(' ', "+"),
        seat.code(house.now())
    );
    sent(house, seat, "/confirm", &body).await
}

#[tokio::test]
async fn who_is_asked_again_who_they_are_comes_back_and_whoever_guesses_is_signed_out() {
    let mut house = TestServer::open().await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    assert!(
        page(&house, &officer, "/confirm?back=/sessions").await.contains("value=\"/sessions\"")
    );
    let right = confirm(&mut house, &officer, PASSWORD, "/sessions").await;
    assert_eq!((right.status.as_u16(), right.header("location")), (303, Some("/sessions")));
    let away = confirm(&mut house, &officer, PASSWORD, "//evil.example").await;
    assert_eq!(away.header("location"), Some("/"));
    for attempt in 1..=5 {
        let wrong = confirm(&mut house, &officer, "another one", "/sessions").await;
        assert_eq!(wrong.status, 403);
        let told = text_of(&wrong);
        assert!(!told.contains("another one"));
        assert_eq!(told.contains("action=\"/signin\""), attempt == 5, "{attempt}: {told}");
    }
    assert_eq!(officer.get(&house, "/sessions").await.status, 401);
}

/// Says for what the audit is read, and returns its first page.
async fn audit(house: &TestServer, officer: &ConsoleClient) -> String {
    let asked = page(house, officer, "/audit").await;
    assert!(asked.contains("action=\"/audit/purpose\""), "{asked}");
    let said = sent(house, officer, "/audit/purpose", "purpose=Complaint+2026-114").await;
    assert_eq!(said.header("location"), Some("/audit"));
    page(house, officer, "/audit").await
}

async fn found(house: &TestServer, officer: &ConsoleClient, body: &str) -> String {
    let answer = sent(house, officer, "/audit", body).await;
    assert_eq!(answer.status, 200, "{body}");
    text_of(&answer)
}

#[tokio::test]
async fn the_audit_is_read_for_a_purpose_that_is_said_once_in_each_session() {
    let mut house = TestServer::open().await;
    let mut officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    let short = sent(&house, &officer, "/audit/purpose", "purpose=look").await;
    assert_eq!(short.status, 422);
    let first = audit(&house, &officer).await;
    assert!(first.contains("<strong>Purpose:</strong> Complaint 2026-114"), "{first}");
    // Said once: another word changes nothing.
    sent(&house, &officer, "/audit/purpose", "purpose=Something+else+altogether").await;
    let again = page(&house, &officer, "/audit").await;
    assert!(again.contains("Complaint 2026-114") && !again.contains("altogether"), "{again}");
    // Whoever reads the audit later reads for what it was read.
    assert!(again.contains("<q class=\"sub\">Complaint 2026-114</q>"), "{again}");
    let reads = audited(&mut house, "read");
    assert_eq!(reads.iter().filter(|row| row.ends_with("rows, purpose 1")).count(), 2, "{reads:?}");
    house.pass(Span::from_secs(30));
    officer.sign_in(&house).await;
    assert!(page(&house, &officer, "/audit").await.contains("action=\"/audit/purpose\""));
}

#[tokio::test]
async fn the_audit_asks_who_sits_there_and_leads_back() {
    let mut house = TestServer::open().await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    audit(&house, &officer).await;
    house.pass(Span::from_minutes(10));
    for (method, path) in [("GET", "/audit"), ("GET", "/audit/vouched"), ("POST", "/audit/file")] {
        let answer = match method {
            "GET" => officer.get(&house, path).await,
            _ => sent(&house, &officer, path, "").await,
        };
        assert_eq!(answer.status, 403, "{path}");
        let back = if method == "GET" { path } else { "/audit" };
        let told = text_of(&answer);
        assert!(told.contains(&format!("name=\"back\" value=\"{back}\"")), "{told}");
    }
    let right = confirm(&mut house, &officer, PASSWORD, "/audit").await;
    assert_eq!(right.header("location"), Some("/audit"));
    assert!(page(&house, &officer, "/audit").await.contains("Complaint 2026-114"));
}

#[tokio::test]
async fn the_audit_is_searched_by_who_what_about_which_case_and_when() {
    let (mut house, _, case) = house_with_case().await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let shown = page(&house, &boss, "/cases").await;
    page(&house, &boss, link(&shown, "/cases/").unwrap()).await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    audit(&house, &officer).await;
    let about = found(&house, &officer, &format!("number={case}&act=read")).await;
    assert!(about.contains("2 records") && about.contains(BOSS), "{about}");
    // The page names the case by a handle of its reader.
    assert!(!about.contains(&case.to_string()));
    let (_, rest) = about.split_once("name=\"case\" value=\"").unwrap();
    let handle = rest.split('"').next().unwrap();
    let all = found(&house, &officer, &format!("case={handle}")).await;
    // What the phone wrote in it is about the case too.
    assert!(all.contains("Made a record") || all.contains("Changed a record"), "{all}");
    assert!(!all.contains("<th scope=\"row\">Signed in"));
    let other = seat_of(&mut house, "Another Officer", "PRV", "professional_standards").await;
    audit(&house, &other).await;
    assert_eq!(sent(&house, &other, "/audit", &format!("case={handle}")).await.status, 404);

    let by_stranger = found(&house, &officer, "by=stranger&act=read").await;
    assert!(by_stranger.contains("Nothing was found"), "{by_stranger}");
    let tomorrow = found(&house, &officer, "from=2099-01-01").await;
    assert!(tomorrow.contains("Nothing was found"), "{tomorrow}");
    assert_eq!(sent(&house, &officer, "/audit", "act=raed").await.status, 404);
    assert_eq!(sent(&house, &officer, "/audit", "number=Case+Alder").await.status, 422);
}

#[tokio::test]
async fn every_act_has_words_in_spanish() {
    let mut house = TestServer::open().await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    audit(&house, &officer).await;
    let request = plain(&house, "GET", "/audit", "");
    let answer = ask(&house, officer.seated(with_header(request, "accept-language", "es"))).await;
    let shown = text_of(&answer);
    for act in AuditAct::ALL {
        let option = format!("<option value=\"{}\">", act.name());
        let (_, said) = shown.split_once(&option).unwrap_or_else(|| panic!("{act}: {shown}"));
        assert!(!said.starts_with(act.name()), "{act}");
    }
}

#[tokio::test]
async fn the_audit_is_verified_and_taken_along_signed() {
    let (mut house, _, case) = house_with_case().await;
    house.member("Wanda Willow", "OW", "street_outreach");
    // More than are read at once.
    for _ in 0..300 {
        house.assign("Wanda Willow", case);
        let now = house.now();
        house.office.admin().unassign(now, "Wanda Willow", case).unwrap();
    }
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    audit(&house, &officer).await;
    let checked = sent(&house, &officer, "/audit/check", "").await;
    assert_eq!(checked.status, 200);
    let told = text_of(&checked);
    let key = house.office.admin().public_key();
    assert!(told.contains("Every row is as it was written.") && told.contains(&key), "{told}");

    let file = sent(&house, &officer, "/audit/file", "").await;
    assert_eq!(file.status, 200);
    let kept = file.header("content-disposition");
    assert_eq!(kept, Some("attachment; filename=\"export.jsonl\""));
    assert_eq!(file.header("cache-control"), Some("no-store"));
    let checked = export::check(&key, &file.body[..]).unwrap();
    assert_eq!(checked.problems, []);
    assert!(checked.rows > 600, "{}", checked.rows);
    // That it was taken is the last row of it.
    let lines = String::from_utf8(file.body.to_vec()).unwrap();
    let last_row = lines.lines().rev().nth(1).unwrap();
    assert!(last_row.contains("\"act\":\"export audit\"") && last_row.contains("purpose 1"));
}

#[tokio::test]
async fn who_does_not_watch_over_privacy_has_no_audit_and_learns_nothing_of_it() {
    let mut house = TestServer::open().await;
    let nothing = seat_of(&mut house, BOSS, "SUP", "street_outreach").await;
    let absent = nothing.get(&house, "/nowhere/at/all").await;
    for path in ["/audit", "/audit/vouched"] {
        assert_eq!(nothing.get(&house, path).await.status, 404);
    }
    for path in ["/audit", "/audit/purpose", "/audit/check", "/audit/file"] {
        let answer = sent(&house, &nothing, path, "purpose=Something+to+look+at").await;
        assert_eq!(answer.status, 404, "{path}");
        assert_ne!(answer.header("content-type"), Some("application/x-ndjson"));
    }
    assert_eq!(absent.status, 404);
}

/// Opens a case in an emergency.
async fn opened_by(house: &mut TestServer, boss: &ConsoleClient, case: CaseId) {
    let open = json!({
        "case": case, "compartment": "OUT", "minutes": 60, "reason": "shot last night",
    });
    boss.told(house, "/v1/console/emergency/open", &open).await;
}

#[tokio::test]
async fn emergencies_show_each_read_and_are_looked_at_and_closed_by_the_officer() {
    let (mut house, _, case) = house_with_case().await;
    let boss = seat_of(&mut house, "Hal Hickory", "SUP", "hospital_response").await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    assert!(page(&house, &officer, "/emergencies").await.contains("Nothing was opened"));
    opened_by(&mut house, &boss, case).await;
    let own = page(&house, &boss, "/emergencies").await;
    assert!(
        own.contains("1 is open or waits for your answer") && own.contains("shot last night"),
        "{own}"
    );
    // The way from there leads to what was opened.
    let path = link(&own, "/cases/").unwrap().to_owned();
    let shown = page(&house, &boss, &path).await;
    page(&house, &boss, link(&shown, "/records/").unwrap()).await;

    let listed = page(&house, &officer, "/emergencies").await;
    for part in ["Hal Hickory: ", "shot last night", "1 not looked at yet", "The case", "1 record"]
    {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    assert!(!listed.contains("<dd>Nothing</dd>"), "{listed}");
    assert!(!listed.contains(&case.to_string()));
    let about = listed.split("name=\"case\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    audit(&house, &officer).await;
    let rows = found(&house, &officer, &format!("case={about}")).await;
    assert!(rows.contains("Opened in an emergency") && rows.contains("in an emergency"), "{rows}");

    // Who opened it does not look at it, and has nothing of the officer's.
    let number = "number=1";
    assert_eq!(sent(&house, &boss, "/emergencies/see", number).await.status, 404);
    let other = seat_of(&mut house, "Ivo Ironwood", "SUP", "hospital_response").await;
    assert!(page(&house, &other, "/emergencies").await.contains("Nothing was opened"));
    sent(&house, &other, "/emergencies/close", number).await;
    assert_eq!(boss.get(&house, &path).await.status, 200);
    assert_eq!(sent(&house, &officer, "/emergencies/see", number).await.status, 303);
    assert_eq!(sent(&house, &officer, "/emergencies/close", number).await.status, 303);
    assert_eq!(boss.get(&house, &path).await.status, 404);
    let listed = page(&house, &officer, "/emergencies").await;
    assert!(listed.contains(&format!("{OFFICER}, ")) && listed.contains("Over"), "{listed}");
}

#[tokio::test]
async fn the_number_on_the_first_page_is_that_of_the_rows_that_wait_whoever_reads() {
    let (mut house, _, case) = house_with_case().await;
    let boss = seat_of(&mut house, "Hal Hickory", "SUP", "hospital_response").await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    for compartment in ["OUT", "IDN"] {
        let open = json!({
            "case": case, "compartment": compartment, "minutes": 60, "reason": "shot last night",
        });
        boss.told(&house, "/v1/console/emergency/open", &open).await;
    }
    sent(&house, &officer, "/emergencies/see", "number=1").await;
    sent(&house, &boss, "/emergencies/close", "number=2").await;
    for (seat, waits) in [(&boss, "badge bad\">Open"), (&officer, "badge warn\">Not looked at")] {
        let home = page(&house, seat, "/").await;
        let (_, tile) = home.split_once("<a href=\"/emergencies\" class=").unwrap();
        let (_, figure) = tile.split_once("<span class=\"figure\">").unwrap();
        let rows = page(&house, seat, "/emergencies").await.matches(waits).count();
        assert_eq!(rows, 1);
        assert!(figure.starts_with(&format!("{rows}<")), "{figure}");
    }
    let home = page(&house, &worker, "/").await;
    assert!(!home.contains("/emergencies"), "{home}");
    assert_eq!(worker.get(&house, "/emergencies").await.status, 404);
}

#[tokio::test]
async fn c63_what_the_officer_asks_waits_until_whoever_opened_it_answers() {
    let (mut house, _, case) = house_with_case().await;
    let boss = seat_of(&mut house, "Hal Hickory", "SUP", "hospital_response").await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    let other = seat_of(&mut house, "Ivo Ironwood", "SUP", "hospital_response").await;
    let open = json!({
        "case": case, "compartment": "OUT", "minutes": 60, "reason": "shot last night",
    });
    boss.told(&house, "/v1/console/emergency/open", &open).await;
    sent(&house, &boss, "/emergencies/close", "number=1").await;
    let question = "number=1&text=Whom+did+you+call+then";
    assert_eq!(sent(&house, &boss, "/emergencies/ask", question).await.status, 404);
    assert_eq!(sent(&house, &officer, "/emergencies/ask", "number=1&text=why").await.status, 422);
    assert_eq!(
        sent(&house, &officer, "/emergencies/ask", "number=9&text=Whom+did+you+call").await.status,
        404
    );
    assert_eq!(sent(&house, &officer, "/emergencies/ask", question).await.status, 303);
    let waits = page(&house, &boss, "/").await;
    assert!(waits.contains("<span class=\"figure\">1<"), "{waits}");
    let own = page(&house, &boss, "/emergencies").await;
    assert!(own.contains("Whom did you call then") && own.contains("/emergencies/answer"), "{own}");
    let answer = "number=1&text=His+brother+at+the+ward";
    assert_eq!(sent(&house, &other, "/emergencies/answer", answer).await.status, 404);
    assert_eq!(sent(&house, &boss, "/emergencies/answer", answer).await.status, 303);
    assert_eq!(sent(&house, &boss, "/emergencies/answer", answer).await.status, 404);
    let listed = page(&house, &officer, "/emergencies").await;
    assert!(listed.contains("His brother at the ward"), "{listed}");
    assert!(!page(&house, &boss, "/emergencies").await.contains("/emergencies/answer"));
    assert_eq!(audited(&mut house, "ask about emergency"), ["emergency 1: done"]);
    assert_eq!(audited(&mut house, "answer about emergency"), ["emergency 1: done"]);
}

#[tokio::test]
async fn a_supervisor_opens_what_is_closed_to_them_from_the_page_of_a_case() {
    let (mut house, _, case) = house_with_case().await;
    let boss = seat_of(&mut house, "Hal Hickory", "SUP", "hospital_response").await;
    opened_by(&mut house, &boss, case).await;
    let own = page(&house, &boss, "/emergencies").await;
    let shown = page(&house, &boss, link(&own, "/cases/").unwrap()).await;
    let mut paths = shown.split("href=\"").filter_map(|rest| rest.split('"').next());
    let path = paths.find(|path| path.ends_with("/emergency")).unwrap().to_owned();
    let form = page(&house, &boss, &path).await;
    // What is open is not opened again, and what nobody opens is not offered.
    assert!(form.contains("value=\"IDN\"") && !form.contains("value=\"OUT\""), "{form}");
    assert!(!form.contains("value=\"VIC\""), "{form}");
    let typed = |compartment: &str, reason: &str| {
        format!("compartment={compartment}&minutes=30&reason={reason}")
    };
    let short = sent(&house, &boss, &path, &typed("IDN", "now")).await;
    assert_eq!(short.status, 422);
    let closed = sent(&house, &boss, &path, &typed("VIC", "shot+last+night")).await;
    assert_eq!(closed.status, 422);
    let opened = sent(&house, &boss, &path, &typed("IDN", "shot+last+night")).await;
    assert_eq!(opened.status, 303);
    let to = opened.header("location").unwrap();
    assert!(page(&house, &boss, to).await.contains("Case Alder"));
    house.pass(Span::from_minutes(10));
    let asked = boss.get(&house, &path).await;
    assert_eq!(asked.status, 403);
    assert!(text_of(&asked).contains(&format!("name=\"back\" value=\"{path}\"")));
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    assert_eq!(worker.get(&house, &path).await.status, 404);
}
