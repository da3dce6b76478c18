//! Accounts at the console: setting one up, signing in, staying signed in.

use model::time::Span;
use serde_json::json;
use server::admin::AuditFilter;

use crate::console_client::{ConsoleClient, PASSWORD, body, send, sign_in};
use crate::line::{ask, plain, with_header};
use crate::phone;
use crate::server::{TestServer, WORKER};

const BOSS: &str = "Sol Sauce";

async fn house() -> TestServer {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    house
}

#[tokio::test]
async fn an_account_is_set_up_with_a_code_signed_in_to_and_out_of() {
    let mut house = house().await;
    let mut seat = ConsoleClient::set_up(&mut house, BOSS).await;
    house.pass(Span::from_secs(30));
    let answer = seat.sign_in(&house).await;
    assert_eq!(answer.status, 204);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-fieldbook="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"), "{cookie}");

    let me = body(&seat.get(&house, "/v1/console/me").await);
    assert_eq!(me["name"], BOSS);
    assert_eq!(me["roles"], json!([{"role": "SUP", "program": "street_outreach"}]));

    let out = seat.post(&house, "/v1/session/end", &json!({})).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().starts_with("__Host-fieldbook=; Max-Age=0;"));
    seat.get(&house, "/v1/console/me").await.assert_refused(401, "signed_out");
    let acts = acts_of(&mut house, &["set account", "sign in", "sign out"]);
    assert_eq!(acts, ["set account done", "sign in done", "sign out done"]);
}

#[tokio::test]
async fn a_code_of_the_moment_works_once() {
    let mut house = house().await;
    let mut seat = ConsoleClient::set_up(&mut house, BOSS).await;
    // It was used to set the account up.
    seat.sign_in(&house).await.assert_refused(403, "sign_in_refused");
    house.pass(Span::from_secs(30));
    let code = seat.code(house.now());
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &code).await.status, 204);
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &code).await.status, 403);
    // Nor does one of an earlier step, which would still count as late.
    house.pass(Span::from_secs(30));
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &code).await.status, 403);
    let next = seat.code(house.now());
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &next).await.status, 204);
    let refused = acts_of(&mut house, &["sign in"]);
    let count = |what: &str| refused.iter().filter(|act| act.ends_with(what)).count();
    assert_eq!((count("used_totp"), count("done")), (3, 2));
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let mut house = house().await;
    let seat = ConsoleClient::set_up(&mut house, BOSS).await;
    house.member("Closed Cedro", "SUP", "street_outreach");
    let closed = ConsoleClient::set_up(&mut house, "Closed Cedro").await;
    let now = house.now();
    house.office.admin().account_close(now, "Closed Cedro").unwrap();
    let used = seat.code(house.now());
    house.pass(Span::from_secs(60));
    let (right, other) = (seat.code(house.now()), closed.code(house.now()));
    let mut answers = Vec::new();
    for (name, password, totp) in [
        ("Nobody Nogal", PASSWORD, &right),
        // Somebody without an account.
        (WORKER, PASSWORD, &right),
        (BOSS, "another one entirely", &right),
        (BOSS, PASSWORD, &"000000".to_owned()),
        (BOSS, PASSWORD, &used),
        ("Closed Cedro", PASSWORD, &other),
        ("", "", &String::new()),
    ] {
        let mut answer = sign_in(&house, name, password, totp).await;
        answer.headers.remove("x-request-id");
        answer.headers.remove("date");
        answers.push((answer.status, format!("{:?}", answer.headers), answer.body));
    }
    assert_eq!(answers[0].0, 403);
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
}

#[tokio::test]
async fn failures_lock_a_name_for_longer_and_longer_whether_or_not_somebody_has_it() {
    let mut house = house().await;
    let mut seat = ConsoleClient::set_up(&mut house, BOSS).await;
    house.pass(Span::from_secs(30));
    for name in [BOSS, "Nobody Nogal"] {
        for _ in 0..5 {
            let answer = sign_in(&house, name, "wrong", "000000").await;
            answer.assert_refused(403, "sign_in_refused");
        }
        for wait in ["30", "60", "120"] {
            let answer = sign_in(&house, &name.to_uppercase(), "wrong", "000000").await;
            answer.assert_refused(429, "sign_in_locked");
            assert_eq!(answer.header("retry-after"), Some(wait), "{name}");
            if name == BOSS {
                // What is right is not let in either.
                assert_eq!(seat.sign_in(&house).await.status, 429);
            }
            house.pass(Span::from_secs(wait.parse().unwrap()));
            let answer = sign_in(&house, name, "wrong", "000000").await;
            assert_eq!(answer.status, 403, "{name}");
        }
        house.pass(Span::from_secs(3_600));
    }
    assert_eq!(seat.sign_in(&house).await.status, 204);
    // A success forgets the failures.
    house.pass(Span::from_secs(30));
    assert_eq!(sign_in(&house, BOSS, "wrong", "000000").await.status, 403);
    assert_eq!(seat.sign_in(&house).await.status, 204);
}

#[tokio::test]
async fn a_session_lapses_after_half_an_hour_without_a_request_and_after_a_shift() {
    let mut house = house().await;
    let mut seat = ConsoleClient::open(&mut house, BOSS).await;
    house.pass(Span::from_minutes(29));
    assert_eq!(seat.get(&house, "/v1/console/me").await.status, 200);
    house.pass(Span::from_minutes(30));
    seat.get(&house, "/v1/console/me").await.assert_refused(401, "signed_out");

    assert_eq!(seat.sign_in(&house).await.status, 204);
    for _ in 0..28 {
        house.pass(Span::from_minutes(25));
        assert_eq!(seat.get(&house, "/v1/console/me").await.status, 200);
    }
    house.pass(Span::from_minutes(25));
    assert_eq!(seat.get(&house, "/v1/console/me").await.status, 401, "after twelve hours");
}

#[tokio::test]
async fn a_role_taken_away_an_account_closed_and_a_session_ended_are_gone_at_once() {
    let mut house = house().await;
    let mut seat = ConsoleClient::open(&mut house, BOSS).await;
    assert_eq!(seat.get(&house, "/v1/console/refusals").await.status, 200);
    let now = house.now();
    let (role, program) = ("SUP".parse().unwrap(), "street_outreach".parse().unwrap());
    house.office.admin().user_revoke_role(now, BOSS, &role, &program).unwrap();
    seat.get(&house, "/v1/console/refusals").await.assert_refused(403, "no_access");
    assert_eq!(body(&seat.get(&house, "/v1/console/me").await)["roles"], json!([]));

    assert_eq!(house.office.admin().account_sign_out(now, BOSS).unwrap(), 1);
    assert_eq!(seat.get(&house, "/v1/console/me").await.status, 401);
    house.pass(Span::from_secs(30));
    assert_eq!(seat.sign_in(&house).await.status, 204);
    assert_eq!(house.office.admin().account_close(now, BOSS).unwrap(), 1);
    assert_eq!(seat.get(&house, "/v1/console/me").await.status, 401);
    house.pass(Span::from_secs(30));
    assert_eq!(seat.sign_in(&house).await.status, 403);
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_the_old_one() {
    let mut house = house().await;
    let old = ConsoleClient::open(&mut house, BOSS).await;
    let new = ConsoleClient::open(&mut house, BOSS).await;
    assert_ne!(old.secret, new.secret);
    assert_eq!(old.get(&house, "/v1/console/me").await.status, 401);
    assert_eq!(new.get(&house, "/v1/console/me").await.status, 200);
}

#[tokio::test]
async fn an_account_code_works_once_for_eight_hours_and_is_no_devices() {
    let mut house = house().await;
    let code = house.invite_to_console(BOSS);
    let begin = |code: &str| json!({"code": code});
    let begun = send(&house, "/v1/account", &begin(&code.to_lowercase()), None).await;
    let secret = body(&begun)["secret"].as_str().unwrap().to_owned();
    assert_eq!(body(&begun)["name"], BOSS);
    let otpauth = body(&begun)["otpauth"].as_str().unwrap().to_owned();
    assert!(otpauth.starts_with("otpauth://totp/Fieldbook:Sol%20Sauce?secret="), "{otpauth}");
    let key = fieldbook_tests::raw::new_key(&mut house.rng);
    assert_eq!(phone::enroll(&house, &key, &code).await.status, 403, "it enrolls no device");

    let seat = ConsoleClient { name: BOSS.into(), secret, cookie: None };
    let finish =
        |password: &str, totp: &str| json!({"code": code, "password": password, "totp": totp});
    let right = seat.code(house.now());
    let weak = send(&house, "/v1/account/finish", &finish("sol sauce 123", &right), None).await;
    weak.assert_refused(422, "weak_password");
    let wrong = send(&house, "/v1/account/finish", &finish(PASSWORD, "000000"), None).await;
    wrong.assert_refused(422, "wrong_totp");
    let done = send(&house, "/v1/account/finish", &finish(PASSWORD, &right), None).await;
    assert_eq!(done.status, 200);
    for path in ["/v1/account", "/v1/account/finish"] {
        let message = match path {
            "/v1/account" => begin(&code),
            _ => finish(PASSWORD, &right),
        };
        let again = send(&house, path, &message, None).await;
        again.assert_refused(403, "account_refused");
    }

    // A device's code is no account's; a newer code ends an older; both end by themselves.
    let device_code = house.invite(BOSS);
    assert_eq!(send(&house, "/v1/account", &begin(&device_code), None).await.status, 403);
    let first = house.invite_to_console(BOSS);
    let second = house.invite_to_console(BOSS);
    assert_eq!(send(&house, "/v1/account", &begin(&first), None).await.status, 403);
    assert_eq!(send(&house, "/v1/account", &begin(&second), None).await.status, 200);
    house.pass(Span::from_hours(8));
    assert_eq!(send(&house, "/v1/account", &begin(&second), None).await.status, 403);
    let third = house.invite_to_console(BOSS);
    for _ in 0..5 {
        let wrong = json!({"code": third, "password": PASSWORD, "totp": "000000"});
        let answer = send(&house, "/v1/account/finish", &wrong, None).await;
        answer.assert_refused(422, "wrong_totp");
    }
    assert_eq!(send(&house, "/v1/account", &begin(&third), None).await.status, 403);
    // What is refused at the door is a row a minute for each reason and place.
    let refused = acts_of(&mut house, &["refuse"]);
    for why in ["code_used", "unknown_code", "code_expired", "code_worn_out", "wrong_totp"] {
        assert!(refused.iter().any(|row| row.contains(why)), "{why} in {refused:?}");
    }
    assert_eq!(acts_of(&mut house, &["begin account"]).len(), 2, "each look at a secret");
}

#[tokio::test]
async fn a_secret_that_somebody_else_had_a_look_at_is_worth_nothing() {
    let mut house = house().await;
    let code = house.invite_to_console(BOSS);
    let look = || async {
        let begun = send(&house, "/v1/account", &json!({"code": code}), None).await;
        body(&begun)["secret"].as_str().unwrap().to_owned()
    };
    let (first, second) = (look().await, look().await);
    assert_ne!(first, second);
    for (secret, status) in [(first, 422), (second, 200)] {
        let seat = ConsoleClient { name: BOSS.into(), secret, cookie: None };
        let totp = seat.code(house.now());
        let finish = json!({"code": code, "password": PASSWORD, "totp": totp});
        let answer = send(&house, "/v1/account/finish", &finish, None).await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn closing_an_account_ends_an_invitation_that_would_open_it_again() {
    let mut house = house().await;
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let code = house.invite_to_console(BOSS);
    let now = house.now();
    house.office.admin().account_close(now, BOSS).unwrap();
    let begun = send(&house, "/v1/account", &json!({"code": code}), None).await;
    begun.assert_refused(403, "account_refused");
    assert_eq!(seat.get(&house, "/v1/console/me").await.status, 401);
    // Also when there is no account yet.
    let code = house.invite_to_console(WORKER);
    house.office.admin().account_close(now, WORKER).unwrap();
    let begun = send(&house, "/v1/account", &json!({"code": code}), None).await;
    begun.assert_refused(403, "account_refused");
    assert!(house.office.admin().account_close(now, WORKER).is_err());
}

#[tokio::test]
async fn whoever_tries_sessions_or_asks_from_another_site_is_in_the_audit() {
    let mut house = house().await;
    let seat = ConsoleClient { name: BOSS.into(), secret: String::new(), cookie: None };
    for _ in 0..3 {
        seat.get(&house, "/v1/console/me").await.assert_refused(401, "signed_out");
    }
    let other =
        with_header(plain(&house, "GET", "/v1/console/me", ""), "sec-fetch-site", "cross-site");
    ask(&house, other).await.assert_refused(403, "other_site");
    let refused = acts_of(&mut house, &["refuse"]);
    assert_eq!(refused.len(), 2, "one of each kind within a minute: {refused:?}");
}

#[tokio::test]
async fn what_is_asked_from_another_site_is_refused() {
    let mut house = house().await;
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let at = format!("https://{}", house.authority);
    for (header, value, allowed) in [
        ("origin", at.as_str(), true),
        ("origin", "https://elsewhere.example", false),
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "cross-site", false),
    ] {
        for path in ["/v1/console/me", "/v1/console/caseload"] {
            let request = seat.seated(plain(&house, "GET", path, ""));
            let answer = ask(&house, with_header(request, header, value)).await;
            assert_eq!(answer.status == 200, allowed, "{header}: {value}");
            if !allowed {
                answer.assert_refused(403, "other_site");
            }
        }
    }
    let form = plain(&house, "POST", "/v1/session", "name=a&password=b");
    let form = with_header(form, "content-type", "application/x-www-form-urlencoded");
    ask(&house, form).await.assert_refused(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_restored_backup_brings_no_old_password_and_no_session_back() {
    let mut house = house().await;
    let old = ConsoleClient::open(&mut house, BOSS).await;
    let file = house.office.path().join("backup");
    let now = house.now();
    house.office.admin().backup(now, &file).unwrap();
    let new = ConsoleClient::open(&mut house, BOSS).await;
    house.member("Late Laurel", "SUP", "street_outreach");
    let mut late = ConsoleClient::open(&mut house, "Late Laurel").await;
    let house = house.restored().await;

    assert_eq!(old.get(&house, "/v1/console/me").await.status, 401);
    assert_eq!(new.get(&house, "/v1/console/me").await.status, 401);
    house.pass(Span::from_secs(60));
    let code = old.code(house.now());
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &code).await.status, 403, "the lost secret");
    let code = new.code(house.now());
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &code).await.status, 204);
    assert_eq!(late.sign_in(&house).await.status, 204);
    assert!(house.office.verify().problems.is_empty());
}

#[tokio::test]
async fn bodies_that_are_no_message_say_what_is_wrong() {
    let house = house().await;
    for (message, words) in [
        (json!({"name": BOSS, "password": PASSWORD}), "missing field `totp`"),
        (json!({"name": BOSS, "password": PASSWORD, "totp": "1", "role": "PRV"}), "unknown field"),
        (json!([]), "invalid length"),
    ] {
        let answer = send(&house, "/v1/session", &message, None).await;
        answer.assert_refused(400, "malformed");
        let told = body(&answer)["message"].as_str().unwrap().to_owned();
        assert!(told.contains(words), "{told}");
    }
    let long = json!({"name": "n".repeat(5_000), "password": "", "totp": ""});
    let answer = send(&house, "/v1/session", &long, None).await;
    answer.assert_refused(413, "request_too_large");
}

/// The audit's rows of these acts, the oldest first.
fn acts_of(house: &mut TestServer, acts: &[&str]) -> Vec<String> {
    let rows = house.office.admin().audit(&AuditFilter::default()).unwrap();
    let mut told: Vec<String> = rows
        .iter()
        .filter(|row| acts.contains(&row.act.as_str()))
        .map(|row| format!("{} {}", row.act, row.outcome))
        .collect();
    told.reverse();
    told
}

#[tokio::test]
async fn a_name_is_one_person_in_every_form_it_is_typed_in() {
    let mut house = TestServer::open().await;
    house.member("José Straßer", "SUP", "street_outreach");
    let mut seat = ConsoleClient::set_up(&mut house, "JOSE\u{301} straßer").await;
    for typed in ["José Straßer", "Jose\u{301} Strasser", " josé\u{a0}STRASSER "] {
        house.pass(Span::from_secs(30));
        seat.name = typed.to_owned();
        assert_eq!(seat.sign_in(&house).await.status, 204, "{typed}");
    }
    let me = body(&seat.get(&house, "/v1/console/me").await);
    assert_eq!(me["name"], "José Straßer", "as it is kept");
    // Wrong passwords count together, however the name is typed.
    for typed in ["José Straßer", "Jose\u{301} Straßer", "JOSÉ  STRASSER"].repeat(2) {
        sign_in(&house, typed, "not the password", "000000").await;
    }
    seat.sign_in(&house).await.assert_refused(429, "sign_in_locked");
}
