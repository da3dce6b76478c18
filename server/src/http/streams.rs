//! Which device has which streams of events open.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use model::ids::DeviceId;
use tokio::sync::oneshot;

/// The open streams of all devices, a bounded number for each.
#[derive(Debug)]
pub(super) struct Streams {
    each: usize,
    open: Arc<Mutex<Open>>,
}

/// One open stream; dropping it closes it.
#[derive(Debug)]
pub(super) struct OpenStream {
    device: DeviceId,
    number: u64,
    open: Arc<Mutex<Open>>,
    /// Told when the stream has to make room for a newer one of its device.
    pub(super) replaced: oneshot::Receiver<()>,
}

#[derive(Debug, Default)]
struct Open {
    opened: u64,
    by_device: BTreeMap<DeviceId, VecDeque<(u64, oneshot::Sender<()>)>>,
}

impl Streams {
    pub(super) fn new(each: usize) -> Self {
        Self { each: each.max(1), open: Arc::default() }
    }

    /// Opens one more stream. A device that has all of its streams loses its oldest.
    pub(super) fn open(&self, device: DeviceId) -> OpenStream {
        let (replace, replaced) = oneshot::channel();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.opened += 1;
        let number = open.opened;
        let of_device = open.by_device.entry(device).or_default();
        of_device.push_back((number, replace));
        if of_device.len() > self.each
            && let Some((_, oldest)) = of_device.pop_front()
        {
            // It may have ended meanwhile.
            let _ = oldest.send(());
        }
        drop(open);
        metrics::gauge!("fieldbook_event_streams").increment(1.0);
        OpenStream { device, number, open: Arc::clone(&self.open), replaced }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        metrics::gauge!("fieldbook_event_streams").decrement(1.0);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_device) = open.by_device.get_mut(&self.device) {
            of_device.retain(|(number, _)| *number != self.number);
            if of_device.is_empty() {
                open.by_device.remove(&self.device);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(number: u8) -> DeviceId {
        DeviceId::from_bytes([number; 16])
    }

    #[test]
    fn the_oldest_stream_makes_room_for_one_too_many() {
        let streams = Streams::new(2);
        let mut first = streams.open(device(1));
        let mut second = streams.open(device(1));
        let other = streams.open(device(2));
        assert!(first.replaced.try_recv().is_err());
        let third = streams.open(device(1));
        assert!(first.replaced.try_recv().is_ok());
        assert!(second.replaced.try_recv().is_err());
        drop((first, second, third, other));
        assert!(streams.open.lock().unwrap().by_device.is_empty());
    }

    #[test]
    fn a_closed_stream_gives_its_place_back() {
        let streams = Streams::new(1);
        drop(streams.open(device(1)));
        let mut again = streams.open(device(1));
        assert!(again.replaced.try_recv().is_err());
    }
}
