//! The signals that end a long-running command: Ctrl-C, and SIGTERM from a service manager.

use std::future::{Future, pending};

/// Listens from now on, in a runtime; what is returned ends when the process is asked to end.
/// Never, when the system cannot tell.
pub fn asked_to_end() -> impl Future<Output = ()> + Send {
    let (interrupted, terminated) = (interrupted(), terminated());
    async move {
        tokio::select! {
            () = interrupted => {}
            () = terminated => {}
        }
    }
}

#[cfg(unix)]
fn interrupted() -> impl Future<Output = ()> + Send {
    came(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(unix)]
fn terminated() -> impl Future<Output = ()> + Send {
    came(tokio::signal::unix::SignalKind::terminate())
}

#[cfg(unix)]
fn came(kind: tokio::signal::unix::SignalKind) -> impl Future<Output = ()> + Send {
    // Registered here, not when the future is first looked at: a signal in between would kill.
    let registered = tokio::signal::unix::signal(kind);
    async move {
        match registered {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => pending().await,
        }
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

#[cfg(not(unix))]
async fn terminated() {
    pending::<()>().await;
}
