//! The server's log names the requester and the request, and contains no recorded data.

use fieldbook_tests::content;
use fieldbook_tests::log::Log;

use crate::line::{ask, plain};
use crate::phone::Phone;
use crate::server::TestServer;

#[tokio::test]
async fn a_log_tells_who_asked_for_what_and_nothing_of_what_they_said() {
    let log = Log::of_this_process("server=trace,model=trace,hyper=info");
    let mut house = TestServer::open().await;
    house.office.worker(house.now(), "Quillon Zephyrine");
    let mut phone = Phone::enroll(&mut house, "Quillon Zephyrine").await;
    let token = phone.token.clone();
    let edits = [content::text("name", "Xanthe Vervain"), content::text("notes", "by the quarry")];
    let made = phone.device.make(house.now(), "person", None, &edits);
    phone.push(&house, vec![made.push()]).await;
    ask(&house, plain(&house, "GET", "/a/person/called/Wystan", "")).await;
    let not_json = phone.send_body(&house, "Vervain").await;
    assert_eq!(not_json.status, 400);

    let log = log.text();
    let device = phone.device.id.to_string();
    let line = log.lines().find(|line| line.contains("/v1/sync") && line.contains(&device));
    let line = line.expect("a line for each request");
    for field in ["http.method", "http.route", "http.status", "duration.ms", "request"] {
        assert!(line.contains(field), "{field} in {line}");
    }
    for private in
        ["Quillon", "Zephyrine", "Xanthe", "Vervain", "quarry", "Wystan", &token, &phone.nonce]
    {
        assert!(!log.contains(private), "{private}");
    }
}
