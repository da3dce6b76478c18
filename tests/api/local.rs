//! Plain HTTP on `localhost`: who is answered there, and what is there.

use std::net::{IpAddr, Ipv6Addr};

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use model::time::Span;
use serde_json::json;
use server::listener::{RouteAccess, routes};
use tokio::net::{TcpListener, TcpStream};

use crate::console_client::{ConsoleClient, PASSWORD};
use crate::line::{Answer, within};
use crate::server::{TestServer, WORKER};

const BOSS: &str = "Sol Sauce";

async fn open() -> TestServer {
    let mut house = TestServer::open_with(|config| config.local_http = Some(0)).await;
    house.member(BOSS, "SUP", "street_outreach");
    house
}

fn port(house: &TestServer) -> u16 {
    house.local().rsplit_once(':').unwrap().1.parse().unwrap()
}

/// Asks as a browser does, at this address of the machine.
async fn ask_at(ip: IpAddr, house: &TestServer, request: Request<Bytes>) -> Answer {
    let stream = TcpStream::connect((ip, port(house))).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let answer = within(sender.send_request(request.map(Full::new))).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = within(body.collect()).await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body }
}

async fn ask(house: &TestServer, request: Request<Bytes>) -> Answer {
    ask_at([127, 0, 0, 1].into(), house, request).await
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Bytes::from(body.to_owned())).unwrap()
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn somebody_signs_in_and_out_at_the_local_console_without_a_certificate() {
    let mut house = open().await;
    let seat = ConsoleClient::set_up(&mut house, BOSS).await;
    house.pass(Span::from_secs(30));
    let (host, totp) = (house.local().to_owned(), seat.code(house.now()));
    let origin = format!("http://{host}");
    let from_here =
        [("host", host.as_str()), ("origin", &origin), ("sec-fetch-site", "same-origin"), FORM];

    let page = ask(&house, request("GET", "/", &[("host", &host)], "")).await;
    assert_eq!(page.status, 401);
    let typed = format!("name=Sol+Sauce&password={}&totp={totp}", PASSWORD.replace(' ', "+"));
    let entered = ask(&house, request("POST", "/signin", &from_here, &typed)).await;
    assert_eq!(entered.status, 303, "{:?}", entered.body);
    let kept = entered.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap());
    let kept: Vec<&str> = kept.collect();
    // Not every browser keeps cookies for plain HTTP that are for HTTPS alone.
    assert!(kept.iter().all(|cookie| !cookie.contains("Secure") && !cookie.contains("__Host-")));
    assert!(kept.iter().all(|cookie| cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict")));
    let token = kept.iter().find(|cookie| cookie.starts_with("fieldbook=")).unwrap();
    let token = token.split(';').next().unwrap();

    let seated = [("host", host.as_str()), ("cookie", token)];
    let page = ask(&house, request("GET", "/", &seated, "")).await;
    assert_eq!(page.status, 200);
    let me = ask(&house, request("GET", "/v1/console/me", &seated, "")).await;
    assert_eq!(me.status, 200);

    let mut leaving = from_here.to_vec();
    leaving.push(("cookie", token));
    let left = ask(&house, request("POST", "/signout", &leaving, "")).await;
    let gone = left.header("set-cookie").unwrap();
    assert_eq!(gone, "fieldbook=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(ask(&house, request("GET", "/", &seated, "")).await.status, 401);
}

#[tokio::test]
async fn the_local_console_answers_by_the_names_of_this_machine_alone() {
    let house = open().await;
    let port = port(&house);
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let host = format!("{host}:{port}");
        let answer = ask(&house, request("GET", "/signin", &[("host", &host)], "")).await;
        assert_eq!(answer.status, 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "0.0.0.0", "192.168.1.2"] {
        let host = format!("{host}:{port}");
        for path in ["/signin", "/", "/v1/console/me", "/none"] {
            let headers = [("host", host.as_str()), ("accept", "text/html")];
            let answer = ask(&house, request("GET", path, &headers, "")).await;
            answer.assert_refused(421, "other_host");
        }
    }
    let host = house.local();
    for passed_on in [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=203.0.113.9")] {
        let answer = ask(&house, request("GET", "/signin", &[("host", host), passed_on], "")).await;
        answer.assert_refused(421, "other_host");
    }
    ask(&house, request("GET", "/signin", &[], "")).await.assert_refused(421, "other_host");
}

#[tokio::test]
async fn whoever_asks_the_local_console_by_another_name_is_in_the_audit() {
    let mut house = open().await;
    let asked = request("GET", "/", &[("host", "evil.example")], "");
    ask(&house, asked).await.assert_refused(421, "other_host");
    house.stop().await;
    let rows = house.office.admin().audit(&Default::default()).unwrap();
    assert!(rows.iter().any(|row| row.outcome == "other_host"));
}

#[tokio::test]
async fn a_page_of_another_site_asks_nothing_of_the_local_console() {
    let house = open().await;
    let (host, port) = (house.local().to_owned(), port(&house));
    let message = json!({"name": WORKER, "password": PASSWORD, "totp": "000000"}).to_string();
    for origin in [
        "http://localhost:3000",
        "http://evil.example",
        &format!("https://localhost:{port}"),
        &format!("http://127.0.0.1:{port}"),
        "null",
    ] {
        let headers = [("host", host.as_str()), ("origin", origin), JSON];
        let answer = ask(&house, request("POST", "/v1/session", &headers, &message)).await;
        answer.assert_refused(403, "other_site");
        let headers = [("host", host.as_str()), ("origin", origin), FORM];
        assert_eq!(ask(&house, request("POST", "/signin", &headers, "name=x")).await.status, 403);
    }
    for site in ["cross-site", "same-site"] {
        let headers = [("host", host.as_str()), ("sec-fetch-site", site), JSON];
        let answer = ask(&house, request("POST", "/v1/session", &headers, &message)).await;
        answer.assert_refused(403, "other_site");
    }
    // Its address is no address of the server at the other door.
    let headers = [("host", house.authority.as_str()), ("origin", &format!("http://{host}")), JSON];
    let answer = crate::line::ask(&house, request("POST", "/v1/session", &headers, &message)).await;
    answer.assert_refused(403, "other_site");
}

#[tokio::test]
async fn what_the_server_answers_it_answers_at_the_local_address_too() {
    let house = open().await;
    let host = house.local();
    for route in routes() {
        let path = route.path.replace(['{', '}'], "");
        let answer = ask(&house, request(route.method, &path, &[("host", host)], "")).await;
        match route.access() {
            RouteAccess::Device => answer.assert_refused(401, "unauthorized"),
            RouteAccess::Public
            | RouteAccess::Visitor
            | RouteAccess::Console
            | RouteAccess::Open
            | RouteAccess::Page => assert_ne!(answer.status, 404, "{route:?}"),
        }
        assert_eq!(answer.header("strict-transport-security"), None, "{route:?}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{route:?}");
    }
    let garbage = ask(&house, request("BREW", "/", &[("host", host)], "")).await;
    assert_eq!(garbage.header("strict-transport-security"), None);
}

#[tokio::test]
async fn the_local_console_is_on_loopback_addresses_and_nowhere_unless_asked_for() {
    let house = open().await;
    let port = port(&house);
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok() {
        let host = house.local();
        let asked = request("GET", "/signin", &[("host", host)], "");
        assert_eq!(ask_at(Ipv6Addr::LOCALHOST.into(), &house, asked).await.status, 200);
    }
    // Another loopback address stands for every other address of this machine.
    assert!(TcpStream::connect(("127.0.0.2", port)).await.is_err());
    let other = house.reopen().await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    drop(other);
}
