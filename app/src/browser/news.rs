//! News from the server, while the store is open.

use std::rc::Rc;
use std::sync::Arc;

use client_core::driver::{Cancel, EventListener, ListenEvent};
use send_wrapper::SendWrapper;

use super::clock::BrowserClock;
use super::line::FetchTransport;
use super::state::{Lent, State};

impl State {
    /// Waits until there is something new, or a connection that broke is to be tried again. Returns whether
    /// to synchronize: not if the store was shut meanwhile, or somebody listens already.
    pub(super) async fn listen(self: &Rc<Self>) -> bool {
        if self.device.borrow().is_none() || self.listening.borrow().is_some() {
            return false;
        }
        let cancel = Cancel::new();
        self.listening.replace(Some(cancel.clone()));
        // Kept from one wait to the next: it knows how long the server has been away.
        let mut ear = self.ear.take().unwrap_or_else(|| {
            let line = Arc::new(FetchTransport::new(self.origin.clone()));
            EventListener::with_clock(line, Arc::new(BrowserClock))
        });
        let mut device = Lent(SendWrapper::new(Rc::clone(self)));
        loop {
            match ear.next(&mut device, &cancel).await {
                Ok(ListenEvent::Connected | ListenEvent::Disconnected(_)) => {}
                Ok(ListenEvent::News) => {
                    self.listening.take();
                    self.ear.replace(Some(ear));
                    return true;
                }
                // Whoever shut the store has let go of both.
                Ok(ListenEvent::Nothing) | Err(_) => return false,
            }
        }
    }

    /// Ends the wait.
    pub(super) fn stop_listening(&self) {
        self.ear.take();
        if let Some(cancel) = self.listening.take() {
            cancel.cancel();
        }
    }
}
