//! The connection to the server, kept from run to run.

use std::sync::Arc;

use client_core::driver::Driver;
use client_core::transport::Transport;

/// A transport, and the driver that synchronizes over it.
pub(crate) struct Connection {
    pub(crate) transport: Arc<dyn Transport>,
    /// Remembers failures, so that background runs become rarer.
    pub(crate) driver: Driver,
}

impl Connection {
    pub(crate) fn new(transport: Arc<dyn Transport>) -> Self {
        Self { driver: Driver::new(transport.clone()), transport }
    }

    /// Forgets earlier failures, so that the next request does not wait because of them.
    pub(crate) fn forget_failures(&mut self) {
        self.driver = Driver::new(self.transport.clone());
    }
}
