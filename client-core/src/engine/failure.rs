//! Why an exchange failed, and what that asks of the device.

use model::time::Span;

/// Why a request got no usable answer. Each names a different next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportFailure {
    /// No connection could be made: no signal, no such host, nobody listening.
    #[error("the server could not be reached")]
    Unreachable,
    /// The connection stood, and the answer did not come in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke off")]
    Cut,
    /// The server is not the one this device was enrolled with, or something stands in between.
    #[error("the server's certificate is not the one this device trusts")]
    Certificate,
    /// The server asks for patience (429 or 503).
    #[error("the server is busy")]
    Busy {
        /// What its `Retry-After` says.
        retry_after: Option<Span>,
    },
    /// The server failed (any other 5xx).
    #[error("the server failed with status {status}")]
    Server {
        /// The status.
        status: u16,
    },
    /// The answer is not one that this protocol knows.
    #[error("the server's answer could not be read")]
    Unreadable,
    /// The request is larger than the server takes (413).
    #[error("the request is larger than the server takes")]
    TooLarge,
    /// The server does not accept this device's token or proof (401, 403).
    #[error("the server does not accept this device: {code}")]
    Unauthorized {
        /// The server's name for it.
        code: String,
    },
    /// The server refused the request as it is (any other 4xx), such as an unknown protocol.
    #[error("the server refused the request with status {status}: {code}")]
    Rejected {
        /// The status.
        status: u16,
        /// The server's name for it.
        code: String,
    },
    /// The request could not be made: something on this device is missing or broken.
    #[error("the request could not be made: {what}")]
    NotSent {
        /// What is wrong.
        what: &'static str,
    },
}

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The same again, after a while.
    Retry,
    /// The same again, not before this has passed.
    RetryAfter(Span),
    /// A smaller request.
    RetrySmaller,
    /// Nothing that the device can do by itself.
    Stop,
}

/// Which page sizes a failure speaks against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shrink {
    Nothing,
    Push,
    Both,
}

impl TransportFailure {
    /// Returns what to do about it.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Unreachable
            | Self::TimedOut
            | Self::Cut
            | Self::Certificate
            | Self::Server { .. }
            | Self::Unreadable => Remedy::Retry,
            Self::Busy { retry_after } => retry_after.map_or(Remedy::Retry, Remedy::RetryAfter),
            Self::TooLarge => Remedy::RetrySmaller,
            Self::Unauthorized { .. } | Self::Rejected { .. } | Self::NotSent { .. } => {
                Remedy::Stop
            }
        }
    }

    /// Returns whether the request certainly did not reach any server.
    pub fn never_left(&self) -> bool {
        match self {
            Self::Unreachable | Self::Certificate | Self::NotSent { .. } => true,
            Self::TimedOut
            | Self::Cut
            | Self::Busy { .. }
            | Self::Server { .. }
            | Self::Unreadable
            | Self::TooLarge
            | Self::Unauthorized { .. }
            | Self::Rejected { .. } => false,
        }
    }

    pub(super) fn page_to_shrink(&self) -> Shrink {
        match self {
            // A thin line: pages that come through are worth more than large ones.
            Self::TimedOut | Self::Cut => Shrink::Both,
            Self::TooLarge => Shrink::Push,
            Self::Unreachable
            | Self::Certificate
            | Self::Busy { .. }
            | Self::Server { .. }
            | Self::Unreadable
            | Self::Unauthorized { .. }
            | Self::Rejected { .. }
            | Self::NotSent { .. } => Shrink::Nothing,
        }
    }

    /// Returns whether it is worth a person's seconds to try again. A wrong certificate (the log-in
    /// page of a hotel's network) goes away when the person goes away.
    pub(super) fn may_pass_soon(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::TimedOut
            | Self::Cut
            | Self::Busy { .. }
            | Self::Server { .. }
            | Self::Unreadable
            | Self::TooLarge => true,
            Self::Certificate
            | Self::Unauthorized { .. }
            | Self::Rejected { .. }
            | Self::NotSent { .. } => false,
        }
    }
}
