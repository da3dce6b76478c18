//! The network problems that an app can meet.

use std::fmt;
use std::time::Duration;

use client_core::transport::TransportFailure;
use model::time::Span;

/// Why there was no usable answer from the server.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum NetworkProblem {
    /// No connection could be made: no signal, an unknown host, or a closed port.
    NoConnection,
    /// The answer did not come in time.
    TimedOut,
    /// The connection broke before the answer was whole.
    Cut,
    /// The server is not the one this device was enrolled with, or another server intercepts the
    /// connection, such as the log-in page of a hotel's network.
    Certificate,
    /// The server is busy.
    Busy {
        /// How long, if it said so.
        retry_after: Option<Duration>,
    },
    /// The server failed.
    ServerFailed {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is not one of a Fieldbook server of this version.
    Unreadable,
    /// The request is too large for the server.
    TooLarge,
    /// The server does not accept this device, or the invitation's code is unknown or used.
    Unauthorized {
        /// The server's name for it.
        code: String,
    },
    /// The server refused the request: the device or the server is too old.
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The server's name for it.
        code: String,
    },
    /// The request could not be made: this device has a fault.
    NotSent {
        /// What.
        reason: String,
    },
}

impl From<TransportFailure> for NetworkProblem {
    fn from(failure: TransportFailure) -> Self {
        match failure {
            TransportFailure::Unreachable => Self::NoConnection,
            TransportFailure::TimedOut => Self::TimedOut,
            TransportFailure::Cut => Self::Cut,
            TransportFailure::Certificate => Self::Certificate,
            TransportFailure::Busy { retry_after } => {
                Self::Busy { retry_after: retry_after.map(duration) }
            }
            TransportFailure::Server { status } => Self::ServerFailed { status },
            TransportFailure::Unreadable => Self::Unreadable,
            TransportFailure::TooLarge => Self::TooLarge,
            TransportFailure::Unauthorized { code } => Self::Unauthorized { code },
            TransportFailure::Rejected { status, code } => Self::Rejected { status, code },
            TransportFailure::NotSent { what } => Self::NotSent { reason: what.into() },
            other => Self::NotSent { reason: other.to_string() },
        }
    }
}

impl NetworkProblem {
    /// Returns whether a retry may succeed later without any action by a person.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NoConnection
            | Self::TimedOut
            | Self::Cut
            | Self::Certificate
            | Self::Busy { .. }
            | Self::ServerFailed { .. }
            | Self::Unreadable => true,
            Self::TooLarge
            | Self::Unauthorized { .. }
            | Self::Rejected { .. }
            | Self::NotSent { .. } => false,
        }
    }
}

impl fmt::Display for NetworkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoConnection => f.write_str("the server could not be reached"),
            Self::TimedOut => f.write_str("the server did not answer in time"),
            Self::Cut => f.write_str("the connection broke off"),
            Self::Certificate => f.write_str("the server's certificate is not the trusted one"),
            Self::Busy { .. } => f.write_str("the server is busy"),
            Self::ServerFailed { status } => write!(f, "the server failed with status {status}"),
            Self::Unreadable => f.write_str("the server's answer could not be read"),
            Self::TooLarge => f.write_str("the request is larger than the server takes"),
            Self::Unauthorized { code } => write!(f, "the server does not accept this: {code}"),
            Self::Rejected { status, code } => {
                write!(f, "the server refused the request with status {status}: {code}")
            }
            Self::NotSent { reason } => write!(f, "the request could not be made: {reason}"),
        }
    }
}

fn duration(span: Span) -> Duration {
    Duration::from_millis(u64::try_from(span.as_millis()).unwrap_or(0))
}
