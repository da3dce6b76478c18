//! Every answer that is not a success, in one place: status, stable code, one sentence.

use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use model::wire::{self, ErrorV1, WireError};
use model::words::{Language, Message};
use serde::Serialize;

use super::media::{CBOR, JSON};
use crate::console::{ConsoleError, Mistake};
use crate::error::{EnrollRefusal, ReconnectRefusal, SafetyRefusal, StoreError, SyncError};
use crate::identity::accounts::{AccountRefusal, OwnRefusal, SignInRefusal};

/// Why a request gets no success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ApiError {
    /// The body is not the message it should be.
    #[error("the body is not a message of this protocol")]
    Malformed,
    /// The body claims zstd and is not.
    #[error("the body is not valid zstd, or needs a window of more than 8 MiB")]
    BadCompression,
    /// The message is of another protocol or a list of it is too long.
    #[error(transparent)]
    Message(WireError),
    /// Who asks is not known, or did not prove it. Never says what was wrong.
    #[error("this request needs a valid token and a proof of the device's key")]
    Unauthorized,
    /// Who asks is known; the proof is not fresh.
    #[error("the proof must contain the nonce from the DPoP-Nonce header")]
    UseNonce,
    /// An enrollment that failed, whatever the reason.
    #[error("this code is invalid or has expired; ask for a new one")]
    EnrollmentRefused,
    /// The device's department is another one.
    #[error("this device belongs to another department")]
    OtherDepartment,
    /// The code is for somebody else than the device's owner.
    #[error("this code is for another person, not for the device's owner")]
    OtherOwner,
    /// The sync request names another device than its token.
    #[error("the request names another device than its token")]
    WrongDevice,
    /// The push is not signed by the device.
    #[error("the push does not carry this device's signature")]
    BadSignature,
    /// The device was revoked. Its sync requests are still answered, with its orders.
    #[error("this device was revoked; synchronize to receive the server's orders")]
    DeviceRevoked,
    /// Nobody is signed in, or not any more.
    #[error("sign in first; a session expires after half an hour without a request")]
    SignedOut,
    /// A page of another site asks in the name of whoever is signed in.
    #[error("the server refuses requests from pages of other sites")]
    OtherSite,
    /// Another machine, or a name that is not this machine's, at the door for this machine alone.
    #[error("this address answers to this machine only, as localhost")]
    OtherHost,
    /// Signing in failed, whatever the reason.
    #[error("the name, the password or the code is wrong")]
    SignInRefused,
    /// Signing in failed too often.
    #[error("too many failed attempts to sign in with this name; try again later")]
    SignInLocked {
        /// Seconds.
        retry_after: u64,
    },
    /// An account that cannot be set up, or not like this.
    #[error(transparent)]
    Account(AccountRefusal),
    /// What was asked at the console is refused.
    #[error(transparent)]
    Console(ConsoleError),
    /// No such path.
    #[error("there is nothing at this address")]
    NotFound,
    /// The path exists for another method.
    #[error("this address accepts {0} only")]
    MethodNotAllowed(&'static str),
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    RequestTimeout,
    /// The body ended early.
    #[error("the body ended early")]
    BodyCut,
    /// Body over its limit, as sent or inflated.
    #[error("the body is longer than {max} bytes")]
    TooLarge {
        /// The limit.
        max: usize,
    },
    /// Not JSON of the message it should be. Told to whoever wrote it, and never logged.
    #[error("the body is not the JSON that this address expects: {0}")]
    Json(String),
    /// Something else after a list's address than where its page begins.
    #[error("this address takes no query, or only `?before=` with a number")]
    NotAPage,
    /// Another kind of body.
    #[error("the body must be {0}")]
    MediaType(&'static str),
    /// A compressed body from the console.
    #[error("the body must not be compressed")]
    Compressed,
    /// Compressed in another way.
    #[error("the body may be compressed only with zstd")]
    Encoding,
    /// Too often, or too many at a time.
    #[error("too many requests; try again later")]
    TooMany {
        /// Seconds.
        retry_after: u64,
    },
    /// More to do than can be done just now.
    #[error("the server is busy; try again later")]
    Busy,
    /// About to end.
    #[error("the server is stopping; try again later")]
    Stopping,
    /// What was asked takes longer to read than anybody may have read for them.
    #[error("this took too long to read; ask for less, or try again later")]
    ReadTooLong,
    /// The store does not answer.
    #[error("the server is not ready; try again later")]
    NotReady,
    /// There is no room left on the server's disk.
    #[error("the server's disk is full; nothing was lost, try again when there is room")]
    DiskFull,
    /// The store failed. Logged where it is answered, never told.
    #[error("something went wrong on the server; nothing was lost, try again later")]
    Store(#[source] StoreError),
    /// A bug: the work panicked. Its place was logged by the panic hook.
    #[error("something went wrong on the server; nothing was lost, try again later")]
    Panicked,
    /// A bug: an answer that is longer than a device reads, or cannot be written at all.
    #[error("something went wrong on the server; nothing was lost, try again later")]
    Unwritable,
}

impl ApiError {
    /// The status and the stable code. `docs/protocol.md` lists them all.
    pub(crate) fn kind(&self) -> (StatusCode, &str) {
        match self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed"),
            Self::BadCompression => (StatusCode::BAD_REQUEST, "bad_compression"),
            Self::Message(WireError::Protocol(_)) => (StatusCode::BAD_REQUEST, "protocol"),
            Self::Message(WireError::TooMany { .. }) => (StatusCode::BAD_REQUEST, "limits"),
            Self::Message(WireError::TooLarge { .. }) | Self::TooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "request_too_large")
            }
            Self::Message(WireError::Malformed) => (StatusCode::BAD_REQUEST, "malformed"),
            Self::BodyCut => (StatusCode::BAD_REQUEST, "body_cut"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::UseNonce => (StatusCode::UNAUTHORIZED, "use_dpop_nonce"),
            Self::EnrollmentRefused => (StatusCode::FORBIDDEN, "enrollment_refused"),
            Self::OtherDepartment => (StatusCode::FORBIDDEN, "other_department"),
            Self::OtherOwner => (StatusCode::FORBIDDEN, "other_owner"),
            Self::WrongDevice => (StatusCode::FORBIDDEN, "wrong_device"),
            Self::BadSignature => (StatusCode::FORBIDDEN, "bad_signature"),
            Self::DeviceRevoked => (StatusCode::FORBIDDEN, "device_revoked"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "request_timeout"),
            Self::Json(_) | Self::NotAPage => (StatusCode::BAD_REQUEST, "malformed"),
            Self::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out"),
            Self::OtherSite => (StatusCode::FORBIDDEN, "other_site"),
            Self::OtherHost => (StatusCode::MISDIRECTED_REQUEST, "other_host"),
            Self::SignInRefused => (StatusCode::FORBIDDEN, "sign_in_refused"),
            Self::SignInLocked { .. } => (StatusCode::TOO_MANY_REQUESTS, "sign_in_locked"),
            Self::Account(AccountRefusal::WeakPassword) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "weak_password")
            }
            Self::Account(AccountRefusal::WrongTotp) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "wrong_totp")
            }
            Self::Account(_) => (StatusCode::FORBIDDEN, "account_refused"),
            Self::Console(ConsoleError::NotFound) => (StatusCode::NOT_FOUND, "not_found"),
            Self::Console(refusal @ (ConsoleError::Invalid(_) | ConsoleError::Doubtful(_))) => {
                (StatusCode::UNPROCESSABLE_ENTITY, refusal.code())
            }
            Self::Console(refusal) => (StatusCode::FORBIDDEN, refusal.code()),
            Self::MediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::Compressed | Self::Encoding => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding")
            }
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            Self::ReadTooLong => (StatusCode::SERVICE_UNAVAILABLE, "read_too_long"),
            Self::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
            Self::DiskFull => (StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
            Self::Store(_) | Self::Panicked | Self::Unwritable => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }

    /// The message in Spanish; none where only English is known.
    fn in_spanish(&self, code: &str) -> Option<String> {
        match self {
            Self::Console(refusal) => Some(refusal.in_language(Language::Spanish)),
            // What the reader of JSON says is in English.
            Self::Json(_) => None,
            Self::NotAPage => Message::new("not_a_page").in_language(Language::Spanish),
            _ => Message::new(code).in_language(Language::Spanish),
        }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
            }
            Self::UseNonce => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(NONCE_CHALLENGE));
            }
            Self::TooMany { retry_after } | Self::SignInLocked { retry_after } => {
                headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after));
            }
            Self::Busy | Self::Stopping | Self::ReadTooLong | Self::NotReady | Self::DiskFull => {
                headers.insert(RETRY_AFTER, HeaderValue::from(BUSY_RETRY_SECONDS));
            }
            Self::MethodNotAllowed(method) => {
                headers.insert(ALLOW, HeaderValue::from_static(method));
            }
            Self::Encoding => {
                headers.insert(http::header::ACCEPT_ENCODING, HeaderValue::from_static("zstd"));
            }
            _ => {}
        }
        headers
    }
}

const CHALLENGE: &str = "DPoP algs=\"EdDSA\"";
const NONCE_CHALLENGE: &str = "DPoP error=\"use_dpop_nonce\", algs=\"EdDSA\"";
const BUSY_RETRY_SECONDS: u64 = 5;

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.kind();
        let code = code.to_owned();
        match &self {
            Self::Store(source) => tracing::error!(error = %Causes(source), "a request failed"),
            Self::DiskFull => tracing::error!("the disk is full: nothing can be recorded"),
            Self::ReadTooLong => tracing::warn!("a read took too long and was given up"),
            Self::Panicked => tracing::error!("the work on a request panicked"),
            Self::Unwritable => tracing::error!("an answer cannot be sent to any device"),
            _ => {}
        }
        let in_spanish = self.in_spanish(&code);
        let error = ErrorV1 { code, message: self.to_string() };
        // A struct of two strings can always be written.
        let body = wire::encode(&error).unwrap_or_default();
        let mut response = (status, body).into_response();
        response.headers_mut().extend(self.headers());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(CBOR));
        let mistakes = match self {
            Self::Console(ConsoleError::Invalid(mistakes) | ConsoleError::Doubtful(mistakes)) => {
                mistakes
            }
            _ => Vec::new(),
        };
        response.extensions_mut().insert(AsJson { error, in_spanish, mistakes });
        response
    }
}

/// The error once more, for [`as_asked`].
#[derive(Clone, Serialize)]
struct AsJson {
    #[serde(flatten)]
    error: ErrorV1,
    #[serde(skip)]
    in_spanish: Option<String>,
    /// What is wrong with a request, by field, for programs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mistakes: Vec<Mistake>,
}

/// The stable code of an answer that is an error of ours.
pub(super) fn code_of(response: &Response) -> Option<&str> {
    response.extensions().get().map(|AsJson { error, .. }| error.code.as_str())
}

/// Returns what an answer that is an error of ours tells people, in a language.
pub(super) fn told(response: &Response, language: Language) -> Option<String> {
    let AsJson { error, in_spanish, .. } = response.extensions().get()?;
    let spanish = in_spanish.as_ref().filter(|_| language == Language::Spanish);
    Some(spanish.unwrap_or(&error.message).clone())
}

/// Writes an error as JSON for those who ask for it, which are people with a browser or `curl`, in
/// their language.
pub(super) fn as_asked(wants_json: bool, language: Language, mut response: Response) -> Response {
    if let Some(mut error) = response.extensions_mut().remove::<AsJson>()
        && wants_json
    {
        if language == Language::Spanish
            && let Some(message) = error.in_spanish.take()
        {
            error.error.message = message;
        }
        let body = serde_json::to_vec(&error).unwrap_or_default();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        *response.body_mut() = body.into();
    }
    response
}

/// An error with all its causes, for the log.
struct Causes<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => Self::Stopping,
            StoreError::DiskFull => Self::DiskFull,
            StoreError::TooLong => Self::ReadTooLong,
            error => Self::Store(error),
        }
    }
}

impl From<WireError> for ApiError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Malformed => Self::Malformed,
            error => Self::Message(error),
        }
    }
}

impl From<EnrollRefusal> for ApiError {
    /// Gives all refusals one answer: a stranger who tries codes must not learn which of them
    /// exist.
    fn from(refusal: EnrollRefusal) -> Self {
        match refusal {
            EnrollRefusal::Malformed(_) => Self::Malformed,
            EnrollRefusal::Store(error) => error.into(),
            _ => Self::EnrollmentRefused,
        }
    }
}

impl From<ReconnectRefusal> for ApiError {
    /// Gives strangers who try codes one answer: they must not learn which of them exist. A user
    /// with a good code, or without any, is told what to do better.
    fn from(refusal: ReconnectRefusal) -> Self {
        match refusal {
            ReconnectRefusal::Malformed(_) => Self::Malformed,
            ReconnectRefusal::OtherDepartment => Self::OtherDepartment,
            ReconnectRefusal::OtherOwner => Self::OtherOwner,
            ReconnectRefusal::Revoked => Self::DeviceRevoked,
            ReconnectRefusal::Store(error) => error.into(),
            _ => Self::EnrollmentRefused,
        }
    }
}

impl From<AccountRefusal> for ApiError {
    fn from(refusal: AccountRefusal) -> Self {
        match refusal {
            AccountRefusal::Store(error) => error.into(),
            refusal => Self::Account(refusal),
        }
    }
}

impl From<SignInRefusal> for ApiError {
    /// Gives all refusals one answer: a stranger who tries names or passwords must not learn which
    /// of them exist.
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::Locked { retry_after } => Self::SignInLocked { retry_after },
            SignInRefusal::Store(error) => error.into(),
            SignInRefusal::Wrong(_) => Self::SignInRefused,
        }
    }
}

impl From<OwnRefusal> for ApiError {
    fn from(refusal: OwnRefusal) -> Self {
        match refusal {
            OwnRefusal::Wrong => Self::SignInRefused,
            OwnRefusal::SignedOut => Self::SignedOut,
            OwnRefusal::WeakPassword => Self::Account(AccountRefusal::WeakPassword),
            OwnRefusal::NotFound => Self::Console(ConsoleError::NotFound),
            OwnRefusal::Store(error) => error.into(),
        }
    }
}

impl From<ConsoleError> for ApiError {
    fn from(refusal: ConsoleError) -> Self {
        match refusal {
            ConsoleError::Store(error) => error.into(),
            refusal => Self::Console(refusal),
        }
    }
}

impl From<SafetyRefusal> for ApiError {
    fn from(refusal: SafetyRefusal) -> Self {
        match refusal {
            SafetyRefusal::NotFound => Self::NotFound,
            SafetyRefusal::Limits(error) => error.into(),
            SafetyRefusal::Store(error) => error.into(),
        }
    }
}

impl From<SyncError> for ApiError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::WrongDevice => Self::WrongDevice,
            SyncError::BadSignature => Self::BadSignature,
            SyncError::Limits(error) => error.into(),
            SyncError::UsedUp { retry_after } => Self::TooMany { retry_after },
            SyncError::Store(error) => error.into(),
        }
    }
}
