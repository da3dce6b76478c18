//! A user's own account, and the requests that need a fresh confirmation of identity.

use model::time::Span;
use serde_json::json;
use server::admin::AuditFilter;

use crate::console_client::{ConsoleClient, PASSWORD, body, sign_in};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

const OFFICER: &str = "Pat Paloverde";
const BOSS: &str = "Sol Sauce";
const OTHER_PASSWORD: &str = "seven velvet anchors";

async fn officer(house: &mut TestServer) -> ConsoleClient {
    house.member(OFFICER, "PRV", "street_outreach");
    ConsoleClient::open(house, OFFICER).await
}

async fn boss(house: &mut TestServer) -> ConsoleClient {
    house.member(BOSS, "SUP", "hospital_response");
    ConsoleClient::open(house, BOSS).await
}

fn acts(house: &mut TestServer, act: &str) -> Vec<String> {
    let filter = AuditFilter { act: Some(act.parse().unwrap()), ..AuditFilter::default() };
    let rows = house.office.admin().audit(&filter).unwrap();
    rows.into_iter().map(|row| format!("{}: {}", row.object, row.outcome)).collect()
}

#[tokio::test]
async fn the_audit_and_an_emergency_ask_whoever_sits_there_to_show_again_who_they_are() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let person = phone.push_person(&mut house).await;
    let (officer, boss) = (officer(&mut house).await, boss(&mut house).await);
    let open = json!({
        "case": person.record, "compartment": "OUT", "minutes": 30,
        "reason": "somebody was shot on Third Street",
    });
    // Whoever signed in a moment ago has shown it.
    let why = json!({"reason": "the yearly review"});
    assert_eq!(officer.post(&house, "/v1/console/audit", &why).await.status, 200);
    house.pass(Span::from_minutes(10));
    let refused = officer.post(&house, "/v1/console/audit", &json!({})).await;
    refused.assert_refused(403, "confirm_first");
    let refused = boss.post(&house, "/v1/console/emergency/open", &open).await;
    refused.assert_refused(403, "confirm_first");
    assert!(acts(&mut house, "refuse").contains(&"audit: confirm_first".to_owned()));
    // Everything else goes on.
    assert_eq!(boss.get(&house, "/v1/console/caseload").await.status, 200);

    let confirm = json!({"password": PASSWORD});
    assert_eq!(officer.post(&house, "/v1/session/confirm", &confirm).await.status, 204);
    assert_eq!(officer.post(&house, "/v1/console/audit", &json!({})).await.status, 200);
    let code = boss.code(house.now());
    let confirm = json!({"totp": code});
    assert_eq!(boss.post(&house, "/v1/session/confirm", &confirm).await.status, 204);
    assert_eq!(boss.post(&house, "/v1/console/emergency/open", &open).await.status, 200);
    // A code counts once.
    let again = boss.post(&house, "/v1/session/confirm", &confirm).await;
    again.assert_refused(403, "sign_in_refused");
    assert_eq!(acts(&mut house, "confirm session").len(), 2);
}

#[tokio::test]
async fn a_session_in_which_somebody_guesses_ends() {
    let mut house = TestServer::open().await;
    let seat = boss(&mut house).await;
    let guesses = [
        json!({}),
        json!({"password": "a guess"}),
        json!({"totp": "000000"}),
        // What is right beside what is wrong is wrong.
        json!({"password": PASSWORD, "totp": "000000"}),
    ];
    for guess in &guesses {
        let answer = seat.post(&house, "/v1/session/confirm", guess).await;
        answer.assert_refused(403, "sign_in_refused");
    }
    let change = json!({"password": "a guess", "new_password": OTHER_PASSWORD});
    let last = seat.post(&house, "/v1/session/password", &change).await;
    last.assert_refused(401, "signed_out");
    assert_eq!(seat.get(&house, "/v1/console/me").await.status, 401);
    assert_eq!(acts(&mut house, "end sessions").len(), 1);
}

#[tokio::test]
async fn somebody_changes_their_own_password_and_is_signed_in_there_only() {
    let mut house = TestServer::open().await;
    let here = boss(&mut house).await;
    house.pass(Span::from_secs(30));
    let mut elsewhere = here.clone();
    assert_eq!(elsewhere.sign_in(&house).await.status, 204);
    let weak = json!({"password": PASSWORD, "new_password": "sol sauce 123"});
    let refused = here.post(&house, "/v1/session/password", &weak).await;
    refused.assert_refused(422, "weak_password");
    let change = json!({"password": PASSWORD, "new_password": OTHER_PASSWORD});
    assert_eq!(here.post(&house, "/v1/session/password", &change).await.status, 204);
    assert_eq!(here.get(&house, "/v1/console/me").await.status, 200);
    assert_eq!(elsewhere.get(&house, "/v1/console/me").await.status, 401);
    house.pass(Span::from_secs(30));
    let code = here.code(house.now());
    assert_eq!(sign_in(&house, BOSS, PASSWORD, &code).await.status, 403);
    assert_eq!(sign_in(&house, BOSS, OTHER_PASSWORD, &code).await.status, 204);
    assert_eq!(acts(&mut house, "change password"), [": 1 other sessions ended"]);
}

#[tokio::test]
async fn somebody_sees_where_they_are_signed_in_and_ends_it_there() {
    let mut house = TestServer::open().await;
    let here = boss(&mut house).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        house.pass(Span::from_secs(30));
        let mut other = here.clone();
        assert_eq!(other.sign_in(&house).await.status, 204);
        others.push(other);
    }
    let stranger = officer(&mut house).await;
    let listed = body(&here.get(&house, "/v1/session/own").await);
    let rows = listed["sessions"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.iter().filter(|row| row["here"] == true).count(), 1);
    let newest = rows.iter().find(|row| row["here"] == false).unwrap();
    // Nobody ends a session of somebody else.
    let end = json!({"session": newest["session"]});
    let refused = stranger.post(&house, "/v1/session/own/end", &end).await;
    refused.assert_refused(404, "not_found");
    assert_eq!(here.post(&house, "/v1/session/own/end", &end).await.status, 204);
    let mut ended = 0;
    for other in &others {
        ended += usize::from(other.get(&house, "/v1/console/me").await.status == 401);
    }
    assert_eq!(ended, 1);
    assert_eq!(here.post(&house, "/v1/session/own/end", &json!({})).await.status, 204);
    for other in &others {
        assert_eq!(other.get(&house, "/v1/console/me").await.status, 401);
    }
    assert_eq!(here.get(&house, "/v1/console/me").await.status, 200);
    assert_eq!(stranger.get(&house, "/v1/console/me").await.status, 200);
}
