//! Setting an account up in a browser.

use hyper::Request;
use hyper::body::Bytes;
use model::time::Span;

use crate::casework::BOSS;
use crate::console_client::{ConsoleClient, PASSWORD, sign_in};
use crate::line::{Answer, ask, plain, with_header};
use crate::pages::text_of;
use crate::server::TestServer;

fn form(house: &TestServer, path: &str, body: &str) -> Request<Bytes> {
    let request = plain(house, "POST", path, body.to_owned());
    let request = with_header(request, "content-type", "application/x-www-form-urlencoded");
    with_header(request, "sec-fetch-site", "same-origin")
}

async fn sent(house: &TestServer, path: &str, body: &str) -> Answer {
    ask(house, form(house, path, body)).await
}

/// Returns what stands hidden in a form.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_account_is_set_up_in_a_browser_with_a_code_that_works_once() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let code = house.invite_to_console(BOSS);
    let first = ask(&house, plain(&house, "GET", "/welcome", "")).await;
    assert_eq!(first.status, 200);
    let wrong = sent(&house, "/welcome", "code=nothing").await;
    assert_eq!(wrong.status, 403);
    let begun = sent(&house, "/welcome", &format!("code={code}")).await;
    assert_eq!(begun.status, 200);
    assert_eq!(begun.header("cache-control"), Some("no-store"));
    let shown = text_of(&begun);
    assert!(shown.contains(BOSS) && shown.contains("<svg"), "{shown}");
    let secret = hidden(&shown, "secret");
    let seat = ConsoleClient { name: BOSS.to_owned(), secret: secret.clone(), cookie: None };
    let finish = |password: &str, totp: &str| {
        let password = password.replace(' ', "+");
        format!("code={code}&name=Sol+Sauce&secret={secret}&password={password}&totp={totp}")
    };
    let weak = sent(&house, "/welcome/finish", &finish("sauce", &seat.code(house.now()))).await;
    assert_eq!(weak.status, 422);
    assert_eq!(hidden(&text_of(&weak), "secret"), secret);
    assert!(!text_of(&weak).contains("value=\"sauce\""));
    let other = sent(&house, "/welcome/finish", &finish(PASSWORD, "000000")).await;
    assert!(text_of(&other).contains("href=\"#totp\""));
    let totp = seat.code(house.now());
    let done = sent(&house, "/welcome/finish", &finish(PASSWORD, &totp)).await;
    assert_eq!(done.status, 200);
    assert!(text_of(&done).contains("Your account is ready"));
    assert_eq!(crate::recovery::codes_on(&text_of(&done)).len(), 10);
    house.pass(Span::from_secs(30));
    let entered = sign_in(&house, BOSS, PASSWORD, &seat.code(house.now())).await;
    assert_eq!(entered.status, 204);
    assert_eq!(sent(&house, "/welcome", &format!("code={code}")).await.status, 403);
    assert_eq!(sent(&house, "/welcome/finish", &finish(PASSWORD, &totp)).await.status, 403);
}

#[tokio::test]
async fn a_form_of_another_site_begins_no_account() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let code = house.invite_to_console(BOSS);
    for path in ["/welcome", "/welcome/finish"] {
        let request = form(&house, path, &format!("code={code}"));
        let request = with_header(request, "origin", "https://evil.example");
        assert_eq!(ask(&house, request).await.status, 403, "{path}");
    }
}
