//! Every route, as everybody who may come.

use std::collections::BTreeSet;

use http_body_util::BodyExt as _;
use model::catalogue::Catalogue;
use model::ids::{RecordId, ShiftId};
use model::policy;
use model::wire::{
    self, ErrorV1, OrderKindV1, SafeRequestV1, ShiftActV1, ShiftRequestV1, SyncResponseV1,
};
use serde_json::json;
use server::listener::{Route, RouteAccess, routes};

use crate::console_client::ConsoleClient;
use crate::line::{Answer, ask, figures, open, plain, posted, with_header};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

#[tokio::test]
async fn every_route_answers_a_stranger_by_its_access() {
    let house = TestServer::open().await;
    for route in routes() {
        let answer = ask(&house, plain(&house, route.method, &filled(route), "")).await;
        match route.access() {
            RouteAccess::Device => {
                answer.assert_refused(401, "unauthorized");
                assert_eq!(answer.header("www-authenticate"), Some("DPoP algs=\"EdDSA\""));
                assert_eq!(answer.header("dpop-nonce"), None, "{route:?}");
            }
            // An enrollment without a body is not one; all others need nothing.
            RouteAccess::Public if route.method == "POST" => {
                answer.assert_refused(415, "unsupported_media_type");
            }
            RouteAccess::Visitor => {
                answer.assert_refused(415, "unsupported_media_type");
            }
            RouteAccess::Console => answer.assert_refused(401, "signed_out"),
            RouteAccess::Page => {
                assert_eq!(answer.status, 401, "{route:?}");
                assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
            }
            RouteAccess::Open if route.method == "POST" => {
                assert_eq!(answer.status, 415, "{route:?}");
            }
            RouteAccess::Open => assert_eq!(answer.status, 200, "{route:?}"),
            RouteAccess::Public => assert_eq!(answer.status, 200, "{route:?}"),
        }
    }
}

#[tokio::test]
async fn every_route_of_devices_lets_a_device_in() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    for route in device_routes() {
        assert_eq!(visit(&mut phone, &house, route).await.0, 200, "{route:?}");
    }
}

#[tokio::test]
async fn a_revoked_device_gets_its_orders_and_nothing_else() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
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
    let house = TestServer::open().await;
    for route in routes() {
        let same_path = routes().iter().filter(|other| other.path == route.path);
        let allowed: BTreeSet<&str> = same_path.map(|other| other.method).collect();
        let wrong = ["DELETE", "PUT", "GET", "POST"].into_iter();
        for method in wrong.filter(|method| !allowed.contains(method)) {
            let answer = ask(&house, plain(&house, method, &filled(route), "")).await;
            assert_eq!(answer.status, 405, "{route:?}");
            let told: BTreeSet<&str> = {
                // Who may read may ask for the head alone.
                let told = answer.header("allow").unwrap().split(',').map(str::trim);
                told.filter(|method| *method != "HEAD").collect()
            };
            assert_eq!(told, allowed, "{route:?}");
        }
    }
}

#[tokio::test]
async fn other_addresses_lead_nowhere() {
    let house = TestServer::open().await;
    for path in ["/v1", "/v1/sync/", "/v1/SYNC", "/V1/sync", "/v1/../v1/sync", "/v1/sync%2f"] {
        ask(&house, plain(&house, "POST", path, "")).await.assert_refused(404, "not_found");
    }
}

#[tokio::test]
async fn every_answer_has_a_name_in_the_log_and_may_not_be_kept_framed_or_run() {
    let house = TestServer::open().await;
    let mut names = BTreeSet::new();
    for path in ["/healthz", "/v1/sync", "/nowhere"] {
        let answer = ask(&house, plain(&house, "GET", path, "")).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        names.insert(answer.header("x-request-id").unwrap().to_owned());
    }
    assert_eq!(names.len(), 3);
}

#[tokio::test]
async fn a_person_reads_errors_as_json() {
    let house = TestServer::open().await;
    let request = plain(&house, "GET", "/nowhere", "");
    let answer = ask(&house, with_header(request, "accept", "application/json")).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let error: ErrorV1 = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(error.code, "not_found");
}

#[tokio::test]
async fn figures_count_requests_and_name_nobody() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    phone.push_person(&mut house).await;
    let figures = figures(&house).await;
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

#[tokio::test]
async fn figures_are_answered_at_an_address_of_their_own_only() {
    let house = TestServer::open().await;
    assert!(figures(&house).await.starts_with("HTTP/1.1 200"));
    ask(&house, plain(&house, "GET", "/metrics", "")).await.assert_refused(404, "not_found");
}

/// Returns a route's path with something in the place of each handle.
fn filled(route: &Route) -> String {
    route
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn device_routes() -> impl Iterator<Item = &'static Route> {
    routes().iter().filter(|route| route.access() == RouteAccess::Device)
}

/// Goes to a route as it should be gone to. An endless answer is not read.
async fn visit(phone: &mut Phone, house: &TestServer, route: &Route) -> (u16, Vec<u8>) {
    if route.path == "/v1/events" {
        let response = open(house, phone.events_request(house)).await;
        phone.nonce = response.headers()["dpop-nonce"].to_str().unwrap().to_owned();
        return match response.status().as_u16() {
            200 => (200, Vec::new()),
            status => (status, response.collect().await.unwrap().to_bytes().to_vec()),
        };
    }
    let now = house.now();
    // One for each device: another's is none.
    let shift = ShiftId::from_bytes(*phone.device.id.as_bytes());
    let body = match route.path {
        "/v1/shift" => {
            let (partner, zone) = (String::new(), String::new());
            let act = ShiftActV1::Start { partner, zone, back_by: now };
            wire::encode(&ShiftRequestV1 { protocol: 1, shift, at: now, clock: now, act })
        }
        // The route before it has begun the shift.
        "/v1/safe" => {
            wire::encode(&SafeRequestV1 { protocol: 1, shift, clock: now, stamps: Vec::new() })
        }
        _ => wire::encode(&phone.device.request()),
    };
    let request = phone.proven(house, posted(house, route.path, body.unwrap()));
    let Answer { status, body, .. } = phone.send(house, request).await;
    (status.as_u16(), body.to_vec())
}

#[tokio::test]
async fn every_route_of_consoles_answers_every_role_as_its_office_is() {
    let mut house = TestServer::open().await;
    let nothing = RecordId::generate(house.now(), &mut house.rng);
    let catalogue = Catalogue::builtin().unwrap();
    for role in catalogue.roles.keys() {
        let name = format!("Role {role}");
        let mut programs = catalogue.programs.keys();
        let program = programs.find(|program| policy::fits(&catalogue, role, program)).unwrap();
        house.member(&name, role.as_str(), program.as_str());
        let seat = ConsoleClient::open(&mut house, &name).await;
        let (watches, supervises) = (role.as_str() == "PRV", role.as_str() == "SUP");
        let supervises = supervises || role.as_str() == "DIR";
        let sees_nothing = if watches { (403, "reason_needed") } else { (404, "not_found") };
        let office = if watches { (404, "not_found") } else { (403, "no_access") };
        for route in routes().iter().filter(|route| route.access() == RouteAccess::Console) {
            let (message, expected) = match route.path {
                "/v1/console/me"
                | "/v1/console/caseload"
                | "/v1/console/emergencies"
                | "/v1/console/tasks"
                | "/v1/console/colleagues" => (json!({}), (200, "")),
                "/v1/console/tasks/late" if supervises => (json!({}), (200, "")),
                "/v1/console/tasks/late" => (json!({}), (403, "no_access")),
                "/v1/console/people" if watches => {
                    (json!({"text": "alder"}), (403, "reason_needed"))
                }
                "/v1/console/people" => (json!({"text": "alder"}), (200, "")),
                "/v1/console/case" => (json!({"case": nothing}), sees_nothing),
                "/v1/console/record" => (json!({"record": nothing}), sees_nothing),
                "/v1/console/edit" => (json!({"record": nothing, "edits": []}), (404, "not_found")),
                // Outreach workers alone mediate.
                "/v1/console/create" => {
                    let message = json!({"type": "mediation", "case": nothing, "edits": []});
                    let code = if role.as_str() == "OW" { "not_assigned" } else { "role" };
                    (message, (403, code))
                }
                "/v1/console/emergency/open" => {
                    let message = json!({
                        "case": nothing, "compartment": "IDN", "minutes": 5,
                        "reason": "somebody is hurt",
                    });
                    let boss = role.as_str() == "SUP";
                    (message, if boss { (404, "not_found") } else { (403, "no_access") })
                }
                "/v1/console/emergency/close" => (json!({"emergency": 1}), (404, "not_found")),
                "/v1/console/emergency/see" => (json!({"emergency": 1}), office),
                "/v1/console/refusals" if watches || supervises => (json!({}), (200, "")),
                "/v1/console/refusals" => (json!({}), (403, "no_access")),
                "/v1/console/refusal" => (json!({"entry": 1}), sees_nothing),
                "/v1/console/refusal/accept" | "/v1/console/refusal/dismiss" => {
                    (json!({"entry": 1, "reason": "it is what happened"}), (404, "not_found"))
                }
                "/v1/console/refusal/repair" => {
                    let reason = "it is what happened";
                    (json!({"entry": 1, "edits": [], "reason": reason}), (404, "not_found"))
                }
                "/v1/console/audit" if watches => {
                    (json!({"reason": "it is the yearly review"}), (200, ""))
                }
                "/v1/console/audit" => (json!({}), (403, "no_access")),
                "/v1/session/own" | "/v1/session/recovery" => (json!({}), (200, "")),
                "/v1/session/own/end" => {
                    (json!({"session": "0123456789abcdef"}), (404, "not_found"))
                }
                "/v1/session/confirm" => (json!({}), (403, "sign_in_refused")),
                "/v1/session/password" => {
                    let message = json!({"password": "wrong", "new_password": "wrong"});
                    (message, (403, "sign_in_refused"))
                }
                // Comes last: nobody is signed in then.
                "/v1/session/end" => continue,
                other => panic!("{other} is not tested"),
            };
            let answer = match route.method {
                "GET" => seat.get(&house, route.path).await,
                _ => seat.post(&house, route.path, &message).await,
            };
            let told = if answer.status == 200 { (200, String::new()) } else { answer.refusal() };
            assert_eq!(told, (expected.0, expected.1.to_owned()), "{role} {route:?}");
        }
        // A console is no device.
        for route in device_routes() {
            let request = seat.seated(plain(&house, route.method, route.path, ""));
            ask(&house, request).await.assert_refused(401, "unauthorized");
        }
        assert_eq!(seat.post(&house, "/v1/session/end", &json!({})).await.status, 204);
    }
}

#[tokio::test]
async fn every_role_has_devices_and_a_device_is_no_console() {
    let mut house = TestServer::open().await;
    let catalogue = Catalogue::builtin().unwrap();
    for role in catalogue.roles.keys() {
        let name = format!("Role {role}");
        let mut programs = catalogue.programs.keys();
        let program = programs.find(|program| policy::fits(&catalogue, role, program)).unwrap();
        house.member(&name, role.as_str(), program.as_str());
        let mut phone = Phone::enroll(&mut house, &name).await;
        for route in device_routes() {
            assert_eq!(visit(&mut phone, &house, route).await.0, 200, "{role} {route:?}");
        }
        for route in routes().iter().filter(|route| route.access() == RouteAccess::Console) {
            let request = plain(&house, route.method, route.path, "");
            let request = phone.proven(&house, request);
            ask(&house, request).await.assert_refused(401, "signed_out");
            let request = plain(&house, route.method, route.path, "");
            let cookie = format!("__Host-fieldbook={}", phone.token);
            let request = with_header(request, "cookie", &cookie);
            ask(&house, request).await.assert_refused(401, "signed_out");
        }
    }
}
