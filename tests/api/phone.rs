//! A device on the line, without the device's program.

use ed25519_dalek::SigningKey;
use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice, enroll_request, new_key};
use hyper::Request;
use hyper::body::Bytes;
use model::ids::CaseId;
use model::proof::{DpopClaims, dpop_proof, token_hash};
use model::wire::{self, EnrollResponseV1, PushV1, SyncRequestV1, SyncResponseV1};

use crate::line::{Answer, ask, plain, posted, with_header};
use crate::server::TestServer;

/// An enrolled device with its token and its newest nonce.
pub(crate) struct Phone {
    pub(crate) device: RawDevice,
    pub(crate) token: String,
    pub(crate) nonce: String,
}

impl Phone {
    /// Enrolls somebody's device.
    pub(crate) async fn enroll(house: &mut TestServer, name: &str) -> Self {
        let code = house.invite(name);
        let key = new_key(&mut house.rng);
        let answer = enroll(house, &key, &code).await;
        assert_eq!(answer.status, 200);
        Self::enrolled(house, key, &answer)
    }

    /// The device that this answer enrolled.
    pub(crate) fn enrolled(house: &mut TestServer, key: SigningKey, answer: &Answer) -> Self {
        let message: EnrollResponseV1 = answer.message();
        assert_eq!(answer.header("dpop-nonce").map(str::len), Some(message.nonce.len()));
        let device = RawDevice::enrolled(&mut house.rng, key, &message);
        Self { device, token: message.token, nonce: message.nonce }
    }

    /// The claims of a proof as it should be.
    pub(crate) fn claims(&self, house: &TestServer, method: &str, path: &str) -> DpopClaims {
        DpopClaims {
            jti: "any".into(),
            htm: method.into(),
            htu: format!("https://{}{path}", house.authority),
            iat: 0,
            ath: token_hash(&self.token),
            nonce: Some(self.nonce.clone()),
        }
    }

    /// The request with token and proof.
    pub(crate) fn proven(&self, house: &TestServer, request: Request<Bytes>) -> Request<Bytes> {
        let claims = self.claims(house, request.method().as_str(), request.uri().path());
        self.claiming(self.device.key(), &claims, request)
    }

    /// The request with token and a proof by this key of these claims.
    pub(crate) fn claiming(
        &self,
        key: &SigningKey,
        claims: &DpopClaims,
        request: Request<Bytes>,
    ) -> Request<Bytes> {
        let request = with_header(request, "authorization", &format!("DPoP {}", self.token));
        with_header(request, "dpop", &dpop_proof(key, claims).unwrap())
    }

    /// `POST /v1/sync` with this body.
    pub(crate) fn sync_request(
        &self,
        house: &TestServer,
        body: impl Into<Bytes>,
    ) -> Request<Bytes> {
        self.proven(house, posted(house, "/v1/sync", body))
    }

    /// `POST /v1/sync` that asks for nothing and hands nothing over.
    pub(crate) fn idle_request(&self, house: &TestServer) -> Request<Bytes> {
        self.sync_request(house, wire::encode(&self.device.request()).unwrap())
    }

    /// `GET /v1/events`.
    pub(crate) fn events_request(&self, house: &TestServer) -> Request<Bytes> {
        self.proven(house, plain(house, "GET", "/v1/events", ""))
    }

    /// Sends a request and keeps the nonce that the answer brings: every answer brings one.
    pub(crate) async fn send(&mut self, house: &TestServer, request: Request<Bytes>) -> Answer {
        let answer = ask(house, request).await;
        let nonce = answer.header("dpop-nonce").expect("an answer to a device has a nonce");
        assert_ne!(nonce, self.nonce);
        self.nonce = nonce.to_owned();
        answer
    }

    /// Sends a body to `/v1/sync`.
    pub(crate) async fn send_body(&mut self, house: &TestServer, body: impl Into<Bytes>) -> Answer {
        let request = self.sync_request(house, body);
        self.send(house, request).await
    }

    /// Synchronizes once.
    pub(crate) async fn sync(
        &mut self,
        house: &TestServer,
        mut request: SyncRequestV1,
    ) -> SyncResponseV1 {
        self.device.sign(&mut request);
        let answer = self.send_body(house, wire::encode(&request).unwrap()).await;
        assert_eq!(answer.status, 200, "{:?}", answer.refusal());
        let response: SyncResponseV1 = answer.message();
        self.device.seen = Some(response.head);
        response
    }

    /// Pushes changes.
    pub(crate) async fn push(&mut self, house: &TestServer, push: Vec<PushV1>) -> SyncResponseV1 {
        let request = SyncRequestV1 { push, ..self.device.request() };
        self.sync(house, request).await
    }

    /// Makes a person and hands it over.
    pub(crate) async fn push_person(&mut self, house: &mut TestServer) -> Made {
        let edits = content::person(&mut house.rng);
        let made = self.device.make(house.now(), "person", None, &edits);
        self.push(house, vec![made.push()]).await;
        made
    }

    /// An encounter of a case.
    pub(crate) fn encounter(&mut self, house: &mut TestServer, case: CaseId) -> Made {
        let edits = content::encounter(house.now(), &mut house.rng);
        self.device.make(house.now(), "outreach_contact", Some(case), &edits)
    }
}

/// Asks to enroll the device of this key.
pub(crate) async fn enroll(house: &TestServer, key: &SigningKey, code: &str) -> Answer {
    let body = wire::encode(&enroll_request(key, code)).unwrap();
    ask(house, posted(house, "/v1/enroll", body)).await
}
