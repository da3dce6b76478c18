//! What a running server does without being asked.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::http::App;
use crate::service::Service;

/// Notices what an administrator's command wrote, so that it takes effect at once: the core wakes
/// those who wait for the feed, and `written` those who wait for anything else.
pub(super) async fn notice_changes(service: Service, every: Duration, written: watch::Sender<u64>) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_failing = false;
    loop {
        ticks.tick().await;
        let looking = service.clone();
        let failing = match spawn_blocking(move || looking.changed_elsewhere()).await {
            Ok(Ok(true)) => {
                written.send_modify(|times| *times = times.wrapping_add(1));
                false
            }
            Ok(Ok(false)) => false,
            Ok(Err(error)) => {
                // Said once, not four times a second.
                if !was_failing {
                    tracing::warn!(%error, "what others write is not noticed just now");
                }
                true
            }
            Err(_) => return tracing::error!("what others write is not noticed any more"),
        };
        was_failing = failing;
    }
}

/// Forgets from time to time what need not be remembered any more, and notes how much was refused
/// meanwhile.
pub(super) async fn sweep(app: App, figures: PrometheusHandle, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.sweep();
        figures.run_upkeep();
        let noting = app.clone();
        match spawn_blocking(move || noting.note_left_out()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "refusals are not counted in the audit"),
            Err(_) => return tracing::error!("nothing is forgotten any more"),
        }
    }
}

/// Lets some time pass.
pub(super) async fn pause(time: Duration) {
    sleep_until(Instant::now() + time).await;
}
