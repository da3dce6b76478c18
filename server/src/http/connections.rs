//! Which connections are open, whose they are, and which of them makes room for another.
//!
//! Until a device or a person has proven who they are on it, a connection is a stranger's: strangers
//! of one address have few, and the oldest of all strangers' goes first when places run short. So
//! connections that anybody can open never keep out those who belong here.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::ids::{DeviceId, UserId};
use tokio::sync::oneshot;

/// What the connection is busy with, shared between the bytes below and the requests above.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    answering: AtomicBool,
    head_begun: AtomicBool,
    /// How many requests were begun.
    requests: AtomicU64,
    proven: AtomicBool,
}

impl Activity {
    /// A request's head has been read.
    pub(crate) fn begin(&self) {
        self.answering.store(true, Ordering::Release);
        self.head_begun.store(false, Ordering::Release);
        self.requests.fetch_add(1, Ordering::AcqRel);
    }

    /// Somebody has proven on the connection who they are.
    pub(crate) fn prove(&self) {
        self.proven.store(true, Ordering::Release);
    }

    /// The answer has been handed over.
    pub(crate) fn end(&self) {
        self.answering.store(false, Ordering::Release);
    }

    /// The first byte of a request's head has come.
    pub(crate) fn begin_head(&self) {
        self.head_begun.store(true, Ordering::Release);
    }

    /// Returns whether a request is being answered.
    pub(crate) fn is_answering(&self) -> bool {
        self.answering.load(Ordering::Acquire)
    }

    /// Returns whether somebody has proven on the connection who they are.
    pub(crate) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Acquire)
    }

    /// Returns how many requests were begun.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Acquire)
    }

    /// Returns whether the peer waits for nothing and is in the middle of nothing.
    pub(crate) fn is_idle(&self) -> bool {
        !self.answering.load(Ordering::Acquire) && !self.head_begun.load(Ordering::Acquire)
    }

    /// Returns whether it was answered before and asks for nothing now.
    pub(crate) fn is_resting(&self) -> bool {
        self.requests.load(Ordering::Acquire) > 0 && self.is_idle()
    }
}

/// Whose connection it is, once that was proven on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A device that proved its key.
    Device(DeviceId),
    /// Somebody who is signed in.
    User(UserId),
}

/// The open connections. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    unproven_each: usize,
    proven_each: usize,
    open: Arc<Mutex<Open>>,
}

/// One open connection; dropping it takes it off the list.
#[derive(Debug)]
pub(crate) struct OpenConnection {
    number: u64,
    connections: Connections,
    activity: Arc<Activity>,
}

/// Told when a connection has to end at once.
pub(crate) type Evicted = oneshot::Receiver<()>;

#[derive(Debug, Default)]
struct Open {
    opened: u64,
    by_number: BTreeMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    standing: Holding,
    activity: Arc<Activity>,
    evict: oneshot::Sender<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holding {
    /// A stranger's, from this address.
    Unproven(IpAddr),
    Proven(Holder),
    /// A proxy of ours: requests of many come over it.
    OfProxy,
}

impl Connections {
    /// Strangers have `unproven_each` connections of one address, each holder has `proven_each`.
    pub(crate) fn new(unproven_each: usize, proven_each: usize) -> Self {
        Self {
            unproven_each: unproven_each.max(1),
            proven_each: proven_each.max(1),
            open: Arc::default(),
        }
    }

    /// Lets a stranger's connection in. Where its address has all that strangers have, the oldest
    /// that was answered and asks nothing makes room; none is let in when all are busy, for they
    /// may be about to prove who they are.
    pub(crate) fn let_in(&self, address: IpAddr) -> Option<(Arc<OpenConnection>, Evicted)> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = Holding::Unproven(address);
        if open.count(standing) >= self.unproven_each {
            let resting = |entry: &Entry| entry.standing == standing && entry.activity.is_resting();
            open.evict_oldest(resting).then_some(())?;
        }
        Some(self.add(&mut open, standing, Activity::default()))
    }

    /// Lets in a connection of a proxy of ours.
    pub(crate) fn let_proxy_in(&self) -> (Arc<OpenConnection>, Evicted) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let activity = Activity::default();
        activity.prove();
        self.add(&mut open, Holding::OfProxy, activity)
    }

    /// Ends the stranger's connection that is open longest. None is, where nobody is a stranger.
    pub(crate) fn make_room(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.evict_oldest(|entry| matches!(entry.standing, Holding::Unproven(_)));
    }

    fn add(
        &self,
        open: &mut Open,
        standing: Holding,
        activity: Activity,
    ) -> (Arc<OpenConnection>, Evicted) {
        let (evict, evicted) = oneshot::channel();
        let activity = Arc::new(activity);
        open.opened += 1;
        let number = open.opened;
        open.by_number.insert(number, Entry { standing, activity: Arc::clone(&activity), evict });
        (Arc::new(OpenConnection { number, connections: self.clone(), activity }), evicted)
    }
}

impl OpenConnection {
    /// Returns what the connection is busy with.
    pub(crate) fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Somebody has proven on it who they are. When they have too many, their oldest ends: a phone
    /// that changed networks leaves connections behind that nobody uses.
    pub(crate) fn prove(&self, holder: Holder) {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = Holding::Proven(holder);
        match open.by_number.get_mut(&self.number) {
            Some(entry) if entry.standing == standing || entry.standing == Holding::OfProxy => {
                return;
            }
            Some(entry) => entry.standing = standing,
            // It is being ended.
            None => return,
        }
        self.activity.prove();
        if open.count(standing) > self.connections.proven_each {
            open.evict_oldest(|entry| entry.standing == standing);
        }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.by_number.remove(&self.number);
    }
}

impl Open {
    fn count(&self, standing: Holding) -> usize {
        self.by_number.values().filter(|entry| entry.standing == standing).count()
    }

    /// Ends the oldest of these; says whether there was one.
    fn evict_oldest(&mut self, which: impl Fn(&Entry) -> bool) -> bool {
        let oldest = self.by_number.iter().find(|(_, entry)| which(entry)).map(|(at, _)| *at);
        let Some(entry) = oldest.and_then(|oldest| self.by_number.remove(&oldest)) else {
            return false;
        };
        metrics::counter!("fieldbook_connections_evicted_total").increment(1);
        // It may be ending already.
        let _ = entry.evict.send(());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn device(number: u8) -> Holder {
        Holder::Device(DeviceId::from_bytes([number; 16]))
    }

    fn answered(line: &OpenConnection) {
        line.activity().begin();
        line.activity().end();
    }

    #[test]
    fn of_one_address_the_strangers_that_rest_make_room_and_the_busy_stay() {
        let connections = Connections::new(2, 8);
        let (first, mut first_evicted) = connections.let_in(HERE).unwrap();
        let (second, mut second_evicted) = connections.let_in(HERE).unwrap();
        assert!(connections.let_in(HERE).is_none(), "both may be about to prove who they are");
        let elsewhere = connections.let_in(THERE);
        assert!(elsewhere.is_some());
        answered(&second);
        let third = connections.let_in(HERE);
        assert!(third.is_some());
        assert!(second_evicted.try_recv().is_ok());
        assert!(first_evicted.try_recv().is_err());
        // Whoever has proven who they are leaves the strangers' share.
        first.prove(device(1));
        assert!(connections.let_in(HERE).is_some());
    }

    #[test]
    fn when_places_run_short_the_oldest_stranger_goes_and_nobody_else() {
        let connections = Connections::new(9, 8);
        let (_proxy, mut proxy) = connections.let_proxy_in();
        let (known, mut known_evicted) = connections.let_in(HERE).unwrap();
        known.prove(device(1));
        let (_older, mut older) = connections.let_in(HERE).unwrap();
        let (_newer, mut newer) = connections.let_in(THERE).unwrap();
        connections.make_room();
        assert!(older.try_recv().is_ok() && newer.try_recv().is_err());
        connections.make_room();
        connections.make_room();
        assert!(newer.try_recv().is_ok());
        assert!(known_evicted.try_recv().is_err() && proxy.try_recv().is_err());
    }

    #[test]
    fn a_holder_with_too_many_loses_the_oldest_of_their_own() {
        let connections = Connections::new(9, 2);
        let mut open: Vec<_> = (0..4).map(|_| connections.let_in(HERE).unwrap()).collect();
        open[0].0.prove(device(2));
        for (line, _) in &open[1..] {
            line.prove(device(1));
            line.prove(device(1));
        }
        let ended: Vec<_> =
            open.iter_mut().map(|(_, evicted)| evicted.try_recv().is_ok()).collect();
        assert_eq!(ended, [false, true, false, false]);
        drop(open);
        assert!(connections.open.lock().unwrap().by_number.is_empty());
    }
}
