//! Attackers who know a user's name lock it only at their own address.

use model::time::Span;
use serde_json::json;

use crate::console_client::{ConsoleClient, PASSWORD};
use crate::line::{Answer, ask, plain, with_header};
use crate::server::{TestServer, WORKER};

const BOSS: &str = "Sol Sauce";
const OTHERS: &str = "Nobody Nogal";
const STREET: &str = "198.51.100.1";
const OFFICE: &str = "198.51.100.2";

/// Behind a proxy, so that people come from several addresses.
async fn house() -> (TestServer, ConsoleClient) {
    let trusted = |config: &mut server::listener::ServeConfig| {
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    };
    let mut house = TestServer::open_with(trusted).await;
    house.member(BOSS, "SUP", "street_outreach");
    let seat = ConsoleClient::set_up(&mut house, BOSS).await;
    house.pass(Span::from_secs(30));
    (house, seat)
}

/// Tries to sign in from this address, with the marks of a browser.
async fn tries(
    house: &TestServer,
    from: &str,
    marks: Option<&str>,
    (name, password, totp): (&str, &str, &str),
) -> Answer {
    let message = json!({"name": name, "password": password, "totp": totp});
    let request = plain(house, "POST", "/v1/session", message.to_string());
    let request = with_header(request, "content-type", "application/json");
    let mut request = with_header(request, "x-forwarded-for", from);
    if let Some(marks) = marks {
        request = with_header(request, "cookie", &format!("__Host-fieldbook-known={marks}"));
    }
    ask(house, request).await
}

/// The marks that an answer leaves with a browser.
fn marks(answer: &Answer) -> String {
    assert_eq!(answer.status, 204);
    let mut cookies = answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("__Host-fieldbook-known=")).unwrap();
    let kept = "; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Strict";
    let value = cookie.strip_suffix(kept).unwrap_or_else(|| panic!("{cookie}"));
    value.split_once('=').unwrap().1.to_owned()
}

async fn locked_by_strangers(house: &TestServer, from: &str, marks: Option<&str>, name: &str) {
    for _ in 0..5 {
        let answer = tries(house, from, marks, (name, "wrong", "000000")).await;
        answer.assert_refused(403, "sign_in_refused");
    }
    let answer = tries(house, from, marks, (name, "wrong", "000000")).await;
    answer.assert_refused(429, "sign_in_locked");
}

#[tokio::test]
async fn strangers_who_know_a_name_keep_its_owner_out_at_their_own_address_only() {
    let (house, seat) = house().await;
    for name in [BOSS, OTHERS] {
        locked_by_strangers(&house, STREET, None, name).await;
    }
    let right = seat.code(house.now());
    let there = tries(&house, STREET, None, (BOSS, PASSWORD, &right)).await;
    there.assert_refused(429, "sign_in_locked");
    assert_eq!(tries(&house, OFFICE, None, (BOSS, PASSWORD, &right)).await.status, 204);
    // A name that nobody has is locked in the same places.
    let nobody = tries(&house, OFFICE, None, (OTHERS, PASSWORD, &right)).await;
    nobody.assert_refused(403, "sign_in_refused");
}

#[tokio::test]
async fn a_browser_in_which_somebody_signed_in_before_is_counted_by_itself() {
    let (house, seat) = house().await;
    let right = seat.code(house.now());
    let known = marks(&tries(&house, OFFICE, None, (BOSS, PASSWORD, &right)).await);
    locked_by_strangers(&house, OFFICE, None, BOSS).await;
    house.pass(Span::from_secs(30));
    locked_by_strangers_again(&house).await;
    let right = seat.code(house.now());
    let elsewhere = tries(&house, OFFICE, None, (BOSS, PASSWORD, &right)).await;
    elsewhere.assert_refused(429, "sign_in_locked");
    let answer = tries(&house, OFFICE, Some(&known), (BOSS, PASSWORD, &right)).await;
    let again = marks(&answer);
    assert_ne!(again, known);
    // It is no way round the count: a stolen one has its own, and it is as short.
    locked_by_strangers(&house, STREET, Some(&again), BOSS).await;
}

async fn locked_by_strangers_again(house: &TestServer) {
    let answer = tries(house, OFFICE, None, (BOSS, "wrong", "000000")).await;
    answer.assert_refused(403, "sign_in_refused");
}

#[tokio::test]
async fn a_crowd_at_the_door_uses_up_no_share_of_a_known_browser() {
    let (house, seat) = house().await;
    let right = seat.code(house.now());
    let known = marks(&tries(&house, OFFICE, None, (BOSS, PASSWORD, &right)).await);
    house.pass(Span::from_secs(120));
    for _ in 0..60 {
        let message = plain(&house, "POST", "/v1/account", r#"{"code":"AAAA"}"#);
        let message = with_header(message, "content-type", "application/json");
        let answer = ask(&house, with_header(message, "x-forwarded-for", OFFICE)).await;
        answer.assert_refused(403, "account_refused");
    }
    let right = seat.code(house.now());
    let stranger = tries(&house, OFFICE, None, (BOSS, PASSWORD, &right)).await;
    stranger.assert_refused(429, "too_many_requests");
    let answer = tries(&house, OFFICE, Some(&known), (BOSS, PASSWORD, &right)).await;
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn the_mark_of_a_browser_is_worth_nothing_else() {
    let (mut house, seat) = house().await;
    let worker = ConsoleClient::set_up(&mut house, WORKER).await;
    house.pass(Span::from_secs(30));
    let code = worker.code(house.now());
    let workers = marks(&tries(&house, STREET, None, (WORKER, PASSWORD, &code)).await);
    // A colleague's mark is a stranger's for every other name.
    locked_by_strangers(&house, OFFICE, Some(&workers), BOSS).await;
    let right = seat.code(house.now());
    let locked = tries(&house, OFFICE, None, (BOSS, PASSWORD, &right)).await;
    locked.assert_refused(429, "sign_in_locked");
    // It is no session, and opens nothing without the password.
    for name in ["__Host-fieldbook", "__Host-fieldbook-known"] {
        let request = plain(&house, "GET", "/v1/console/me", "");
        let request = with_header(request, "cookie", &format!("{name}={workers}"));
        ask(&house, request).await.assert_refused(401, "signed_out");
    }
    house.pass(Span::from_secs(30));
    let code = worker.code(house.now());
    let without = tries(&house, STREET, Some(&workers), (WORKER, "wrong", &code)).await;
    without.assert_refused(403, "sign_in_refused");
}

#[tokio::test]
async fn codes_are_not_guessed_from_many_addresses_with_a_password_that_leaked() {
    let (house, seat) = house().await;
    let right = seat.code(house.now());
    let known = marks(&tries(&house, OFFICE, None, (BOSS, PASSWORD, &right)).await);
    house.pass(Span::from_secs(30));
    for address in 1..=5 {
        let from = format!("203.0.113.{address}");
        let guess = tries(&house, &from, None, (BOSS, PASSWORD, "000000")).await;
        guess.assert_refused(403, "sign_in_refused");
    }
    // The sixth guess is right, and is told what every wrong one is.
    let right = seat.code(house.now());
    let guess = tries(&house, "203.0.113.6", None, (BOSS, PASSWORD, &right)).await;
    guess.assert_refused(403, "sign_in_refused");
    assert_eq!(tries(&house, OFFICE, Some(&known), (BOSS, PASSWORD, &right)).await.status, 204);
}
