//! A console user without a browser: signs in, keeps the cookie, speaks JSON.

use hyper::Request;
use hyper::body::Bytes;
use model::time::{Span, Timestamp};
use serde_json::{Value as Json, json};
use totp_rs::{Builder, Secret};

use crate::line::{Answer, ask, plain, with_header};
use crate::server::TestServer;

/// A password that nobody guesses.
pub(crate) const PASSWORD: &str = "copper lanterns sway";

/// Somebody's account, and their session when they are signed in.
#[derive(Clone)]
pub(crate) struct ConsoleClient {
    pub(crate) name: String,
    pub(crate) secret: String,
    pub(crate) cookie: Option<String>,
}

impl ConsoleClient {
    /// Sets an account up for somebody who is a member already, and signs in.
    pub(crate) async fn open(house: &mut TestServer, name: &str) -> Self {
        let mut seat = Self::set_up(house, name).await;
        // The code that set it up is used.
        house.pass(Span::from_secs(30));
        let answer = seat.sign_in(house).await;
        assert_eq!(answer.status, 204, "{:?}", answer.body);
        seat
    }

    /// Sets an account up.
    pub(crate) async fn set_up(house: &mut TestServer, name: &str) -> Self {
        let code = house.invite_to_console(name);
        let begun = send(house, "/v1/account", &json!({"code": code}), None).await;
        assert_eq!(begun.status, 200);
        let begun = body(&begun);
        let seat = Self {
            name: name.to_owned(),
            secret: begun["secret"].as_str().unwrap().to_owned(),
            cookie: None,
        };
        let totp = seat.code(house.now());
        let finish = json!({"code": code, "password": PASSWORD, "totp": totp});
        let finished = send(house, "/v1/account/finish", &finish, None).await;
        assert_eq!(finished.status, 200, "{:?}", finished.body);
        seat
    }

    /// Returns the code that the authenticator shows.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(now.as_millis() / 1_000).unwrap()).to_string()
    }

    /// Signs in as it should be, and keeps the cookie.
    pub(crate) async fn sign_in(&mut self, house: &TestServer) -> Answer {
        let totp = self.code(house.now());
        let answer = sign_in(house, &self.name, PASSWORD, &totp).await;
        let cookie = answer.header("set-cookie");
        self.cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        answer
    }

    /// `GET`.
    pub(crate) async fn get(&self, house: &TestServer, path: &str) -> Answer {
        ask(house, self.seated(plain(house, "GET", path, ""))).await
    }

    /// `POST` with a message.
    pub(crate) async fn post(&self, house: &TestServer, path: &str, message: &Json) -> Answer {
        send(house, path, message, self.cookie.as_deref()).await
    }

    /// The answer to a `POST` that succeeds.
    pub(crate) async fn told(&self, house: &TestServer, path: &str, message: &Json) -> Json {
        let answer = self.post(house, path, message).await;
        assert_eq!(answer.status, 200, "{path} {:?}", answer.body);
        body(&answer)
    }

    /// The request with the cookie.
    pub(crate) fn seated(&self, request: Request<Bytes>) -> Request<Bytes> {
        match &self.cookie {
            Some(cookie) => with_header(request, "cookie", cookie),
            None => request,
        }
    }
}

/// Tries to sign in.
pub(crate) async fn sign_in(house: &TestServer, name: &str, password: &str, totp: &str) -> Answer {
    let message = json!({"name": name, "password": password, "totp": totp});
    send(house, "/v1/session", &message, None).await
}

/// `POST` in JSON.
pub(crate) async fn send(
    house: &TestServer,
    path: &str,
    message: &Json,
    cookie: Option<&str>,
) -> Answer {
    let request = plain(house, "POST", path, message.to_string());
    let mut request = with_header(request, "content-type", "application/json");
    if let Some(cookie) = cookie {
        request = with_header(request, "cookie", cookie);
    }
    ask(house, request).await
}

/// The answer's JSON.
pub(crate) fn body(answer: &Answer) -> Json {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    serde_json::from_slice(&answer.body).unwrap()
}
