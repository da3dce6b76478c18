//! Every route, as everybody who may come.

use http_body_util::BodyExt as _;
use model::wire::{self, ErrorV1, OrderKindV1, SyncResponseV1};
use server::serve::{Access, ROUTES, Route};

use crate::house::{House, WORKER};
use crate::line::{Answer, ask, open, plain, with_header};
use crate::phone::Phone;

#[tokio::test]
async fn every_route_answers_a_stranger_by_its_access() {
    let house = House::open().await;
    for route in ROUTES {
        let answer = ask(&house, plain(&house, route.method, route.path, "")).await;
        match route.access() {
            Access::Device => {
                answer.assert_refused(401, "unauthorized");
                assert_eq!(answer.header("www-authenticate"), Some("DPoP algs=\"EdDSA\""));
                assert_eq!(answer.header("dpop-nonce"), None, "{route:?}");
            }
            // An enrolment without a body is not one; all others need nothing.
            Access::Public if route.method == "POST" => {
                answer.assert_refused(415, "unsupported_media_type");
            }
            Access::Visitor => {
                answer.assert_refused(415, "unsupported_media_type");
            }
            Access::Desk => answer.assert_refused(401, "signed_out"),
            // Tests run on the server's machine.
            Access::Public | Access::Local => assert_eq!(answer.status, 200, "{route:?}"),
        }
    }
}

#[tokio::test]
async fn every_route_of_devices_lets_a_device_in() {
    let mut house = House::open().await;
    let mut phone = Phone::enrol(&mut house, WORKER).await;
    for route in device_routes() {
        assert_eq!(visit(&mut phone, &house, route).await.0, 200, "{route:?}");
    }
}

#[tokio::test]
async fn a_revoked_device_gets_its_orders_and_nothing_else() {
    let mut house = House::open().await;
    let mut phone = Phone::enrol(&mut house, WORKER).await;
    house.revoke(phone.device.id);
    for route in device_routes() {
        let (status, body) = visit(&mut phone, &house, route).await;
        if route.path == "/v1/sync" {
            let response: SyncResponseV1 = wire::decode(&body).unwrap();
            assert_eq!(response.orders[0].order, OrderKindV1::Wipe);
            assert!(response.pull.is_empty() && response.cursor.is_none());
        } else {
            let error: ErrorV1 = wire::decode(&body).unwrap();
            assert_eq!((status, error.code.as_str()), (403, "device_revoked"), "{route:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_one() {
    let house = House::open().await;
    for route in ROUTES {
        for method in ["DELETE", "PUT", if route.method == "GET" { "POST" } else { "GET" }] {
            let answer = ask(&house, plain(&house, method, route.path, "")).await;
            answer.assert_refused(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some(route.method), "{route:?}");
        }
    }
}

#[tokio::test]
async fn other_addresses_lead_nowhere() {
    let house = House::open().await;
    for path in ["/", "/v1", "/v1/sync/", "/v1/SYNC", "/V1/sync", "/v1/../v1/sync", "/v1/sync%2f"] {
        ask(&house, plain(&house, "POST", path, "")).await.assert_refused(404, "not_found");
    }
}

#[tokio::test]
async fn every_answer_has_a_name_in_the_log_and_may_not_be_kept() {
    let house = House::open().await;
    let mut names = std::collections::BTreeSet::new();
    for path in ["/healthz", "/v1/sync", "/nowhere"] {
        let answer = ask(&house, plain(&house, "GET", path, "")).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        names.insert(answer.header("x-request-id").unwrap().to_owned());
    }
    assert_eq!(names.len(), 3);
}

#[tokio::test]
async fn a_person_reads_errors_as_json() {
    let house = House::open().await;
    for accepts in ["application/json", "text/html,*/*;q=0.8"] {
        let request = plain(&house, "GET", "/nowhere", "");
        let answer = ask(&house, with_header(request, "accept", accepts)).await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let error: ErrorV1 = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(error.code, "not_found");
    }
}

#[tokio::test]
async fn figures_count_requests_and_name_nobody() {
    let mut house = House::open().await;
    let mut phone = Phone::enrol(&mut house, WORKER).await;
    phone.push_person(&mut house).await;
    let answer = ask(&house, plain(&house, "GET", "/metrics", "")).await;
    let figures = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(
        figures.contains(
            r#"fieldbook_http_requests_total{method="POST",route="/v1/sync",status="200"}"#
        )
    );
    assert!(figures.contains("fieldbook_http_request_seconds"));
    for private in [phone.device.id.to_string(), phone.device.user.to_string(), WORKER.into()] {
        assert!(!figures.contains(&private), "{private}");
    }
}

fn device_routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.access() == Access::Device)
}

/// Goes to a route as it should be gone to. An endless answer is not read.
async fn visit(phone: &mut Phone, house: &House, route: &Route) -> (u16, Vec<u8>) {
    if route.path == "/v1/events" {
        let response = open(house, phone.events_request(house)).await;
        phone.nonce = response.headers()["dpop-nonce"].to_str().unwrap().to_owned();
        return match response.status().as_u16() {
            200 => (200, Vec::new()),
            status => (status, response.collect().await.unwrap().to_bytes().to_vec()),
        };
    }
    let request = phone.idle_request(house);
    let Answer { status, body, .. } = phone.send(house, request).await;
    (status.as_u16(), body.to_vec())
}
