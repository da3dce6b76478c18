//! Who people and their devices are: accounts and sessions at the console, enrollment of devices by
//! code, a device that is bound again, and who was shut out for good.

pub mod accounts;
pub mod device;
pub(crate) mod enrollment;
pub(crate) mod reconnect;
pub(crate) mod shut_out;
