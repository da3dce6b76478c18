//! Recovery codes: signing in without an authenticator.

use model::time::Span;
use serde_json::json;
use server::admin::AuditFilter;

use crate::casework::BOSS;
use crate::console_client::{ConsoleClient, PASSWORD, body, send, sign_in};
use crate::line::{Answer, ask, plain, with_header};
use crate::pages::text_of;
use crate::server::TestServer;

/// Returns the recovery codes that stand on a page.
pub(crate) fn codes_on(page: &str) -> Vec<String> {
    let parts = page.split("<strong class=\"figure\">").skip(1);
    let texts = parts.filter_map(|part| part.split('<').next());
    texts.filter(|text| text.matches('-').count() == 3).map(str::to_owned).collect()
}

async fn department() -> (TestServer, ConsoleClient) {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    (house, seat)
}

async fn posted(house: &TestServer, seat: &ConsoleClient, path: &str, form: &str) -> Answer {
    let request = plain(house, "POST", path, form.to_owned());
    let request = with_header(request, "content-type", "application/x-www-form-urlencoded");
    ask(house, seat.seated(with_header(request, "sec-fetch-site", "same-origin"))).await
}

async fn made(house: &TestServer, seat: &ConsoleClient) -> Vec<String> {
    let made = seat.told(house, "/v1/session/recovery", &json!({})).await;
    made["recovery_codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap().into())
        .collect()
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_and_says_how_many_are_left() {
    let (mut house, seat) = department().await;
    let codes = made(&house, &seat).await;
    assert_eq!(codes.len(), 10);
    let first = sign_in(&house, BOSS, PASSWORD, &codes[0].to_lowercase()).await;
    assert_eq!(first.status, 200);
    assert_eq!(body(&first)["recovery_codes_left"], 9);
    assert!(first.header("set-cookie").is_some());
    let again = sign_in(&house, BOSS, PASSWORD, &codes[0]).await;
    again.assert_refused(403, "sign_in_refused");
    let own = seat.get(&house, "/v1/session/own").await;
    assert_eq!(body(&own)["recovery_codes_left"], 9);
    // The authenticator goes on as it was.
    house.pass(Span::from_secs(30));
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &seat.code(house.now())).await.status, 204);
    let rows = house.office.admin().audit(&AuditFilter::default()).unwrap();
    let audit: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.act, row.outcome)).collect();
    for row in ["make recovery codes", "9 recovery_codes"] {
        assert!(audit.iter().any(|line| line.contains(row)), "{row} in {audit:?}");
    }
    for code in &codes {
        assert!(!audit.iter().any(|line| line.contains(code.as_str())));
    }
}

#[tokio::test]
async fn a_page_takes_a_recovery_code_and_tells_how_many_are_left_before_it_goes_on() {
    let (house, seat) = department().await;
    let codes = codes_on(&text_of(&posted(&house, &seat, "/recovery", "").await));
    assert_eq!(codes.len(), 10);
    let stranger = ConsoleClient { cookie: None, ..seat.clone() };
    let form = |code: &str| {
        let (name, password) = (BOSS.replace(' ', "+"), PASSWORD.replace(' ', "+"));
        format!("back=/tasks&name={name}&password={password}&totp=&recovery={code}")
    };
    let entered = posted(&house, &stranger, "/signin", &form(&codes[4])).await;
    assert_eq!(entered.status, 303);
    assert_eq!(entered.header("location"), Some("/recovery?back=%2Ftasks"));
    assert_eq!(posted(&house, &stranger, "/signin", &form(&codes[4])).await.status, 403);
    let sessions = seat.get(&house, "/sessions").await;
    assert!(text_of(&sessions).contains("9 recovery codes are left"));
}

#[tokio::test]
async fn wrong_recovery_codes_are_counted_like_wrong_codes_of_the_moment() {
    let (house, seat) = department().await;
    let codes = made(&house, &seat).await;
    for _ in 0..5 {
        let wrong = sign_in(&house, BOSS, PASSWORD, "AAAA-BBBB-CCCC-DDDD").await;
        wrong.assert_refused(403, "sign_in_refused");
    }
    // Also the right one waits now.
    sign_in(&house, BOSS, PASSWORD, &codes[0]).await.assert_refused(429, "sign_in_locked");
}

#[tokio::test]
async fn new_codes_void_the_old_ones_and_are_made_for_whoever_shows_that_it_is_they() {
    let (house, seat) = department().await;
    let old = made(&house, &seat).await;
    let new = made(&house, &seat).await;
    sign_in(&house, BOSS, PASSWORD, &old[0]).await.assert_refused(403, "sign_in_refused");
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &new[0]).await.status, 200);
    house.pass(Span::from_minutes(11));
    let late = seat.post(&house, "/v1/session/recovery", &json!({})).await;
    late.assert_refused(403, "confirm_first");
    assert_eq!(posted(&house, &seat, "/recovery", "").await.status, 403);
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &new[1]).await.status, 200);
}

#[tokio::test]
async fn an_authenticator_that_is_set_up_anew_and_an_account_that_is_closed_void_the_codes() {
    let (mut house, seat) = department().await;
    let old = made(&house, &seat).await;
    let anew = ConsoleClient::open(&mut house, BOSS).await;
    sign_in(&house, BOSS, PASSWORD, &old[0]).await.assert_refused(403, "sign_in_refused");
    let newer = made(&house, &anew).await;
    let now = house.now();
    house.office.admin().account_close(now, BOSS).unwrap();
    sign_in(&house, BOSS, PASSWORD, &newer[0]).await.assert_refused(403, "sign_in_refused");
    let nobody = send(&house, "/v1/session/recovery", &json!({}), None).await;
    nobody.assert_refused(401, "signed_out");
}
