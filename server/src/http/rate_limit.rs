//! How often, and how many at a time: one device or one address must not take what is there for
//! all. Both tables are bounded themselves.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use model::time::Timestamp;

/// How often something may happen: `burst` times at once, then `per_second`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Most at once.
    pub burst: u32,
    /// How many come back every second.
    pub per_second: u32,
}

/// A bucket of tokens for each key, each refilled with time.
pub(crate) struct RateLimiter<K> {
    rate: Rate,
    by_key: Mutex<BTreeMap<K, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    /// Thousandths of a token.
    millitokens: u64,
    at: Timestamp,
}

impl<K: Ord + Copy> RateLimiter<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, by_key: Mutex::default() }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// After how many seconds there will be one.
    pub(crate) fn take(&self, now: Timestamp, key: K) -> Result<(), u64> {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if by_key.len() >= KEYS_MAX && !by_key.contains_key(&key) {
            self.make_room(now, &mut by_key);
        }
        let full = Bucket { millitokens: self.full(), at: now };
        let bucket = by_key.entry(key).or_insert(full);
        *bucket = self.refilled(now, *bucket);
        if bucket.millitokens >= TOKEN {
            bucket.millitokens -= TOKEN;
            return Ok(());
        }
        let missing = TOKEN - bucket.millitokens;
        let per_second = u64::from(self.rate.per_second.max(1)) * TOKEN;
        Err(missing.div_ceil(per_second).max(1))
    }

    /// Forgets the keys whose bucket is full: a new one would be, too.
    pub(crate) fn sweep(&self, now: Timestamp) {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        by_key.retain(|_, bucket| self.refilled(now, *bucket).millitokens < self.full());
    }

    fn make_room(&self, now: Timestamp, by_key: &mut BTreeMap<K, Bucket>) {
        by_key.retain(|_, bucket| self.refilled(now, *bucket).millitokens < self.full());
        if by_key.len() >= KEYS_MAX {
            // So many at once is an attack; the one that was quiet longest is not it.
            let quietest = by_key.iter().min_by_key(|(_, bucket)| bucket.at).map(|(key, _)| *key);
            quietest.map(|key| by_key.remove(&key));
        }
    }

    fn refilled(&self, now: Timestamp, bucket: Bucket) -> Bucket {
        let elapsed = u64::try_from(now.since(bucket.at).as_millis()).unwrap_or(0);
        let gained = elapsed.saturating_mul(u64::from(self.rate.per_second));
        let millitokens = bucket.millitokens.saturating_add(gained).min(self.full());
        Bucket { millitokens, at: now.max(bucket.at) }
    }

    fn full(&self) -> u64 {
        u64::from(self.rate.burst) * TOKEN
    }
}

const TOKEN: u64 = 1_000;

/// Most keys remembered: about a megabyte, and more devices than a department has.
const KEYS_MAX: usize = 10_000;

/// A number of places for each key.
pub(crate) struct ConcurrencyLimiter<K> {
    each: usize,
    taken: Arc<Mutex<BTreeMap<K, usize>>>,
}

/// One taken place; dropping it gives it back.
pub(crate) struct Place<K: Ord> {
    key: K,
    taken: Arc<Mutex<BTreeMap<K, usize>>>,
}

impl<K: Ord + Copy> ConcurrencyLimiter<K> {
    pub(crate) fn new(each: usize) -> Self {
        Self { each, taken: Arc::default() }
    }

    /// Takes a place; none when this key has all of its places.
    pub(crate) fn take(&self, key: K) -> Option<Place<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(key).or_insert(0);
        if *count >= self.each {
            if *count == 0 {
                taken.remove(&key);
            }
            return None;
        }
        *count += 1;
        Some(Place { key, taken: Arc::clone(&self.taken) })
    }
}

impl<K: Ord> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

/// An address as far as it tells one subscriber from another: IPv6 gives each of them 2^64.
pub(crate) fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let bits = u128::from(address);
            std::net::Ipv6Addr::from(bits & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use model::time::Span;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn a_burst_passes_and_the_next_waits_for_a_token() {
        let buckets = RateLimiter::new(Rate { burst: 3, per_second: 2 });
        for _ in 0..3 {
            assert_eq!(buckets.take(START, 'a'), Ok(()));
        }
        assert_eq!(buckets.take(START, 'a'), Err(1));
        assert_eq!(buckets.take(START, 'b'), Ok(()));
        let half_a_second = START + Span::from_millis(500);
        assert_eq!(buckets.take(half_a_second, 'a'), Ok(()));
        assert_eq!(buckets.take(half_a_second, 'a'), Err(1));
        // A clock put back gives nothing.
        assert_eq!(buckets.take(START, 'a'), Err(1));
    }

    #[test]
    fn buckets_are_forgotten_when_full_and_their_number_is_bounded() {
        let buckets = RateLimiter::new(Rate { burst: 1, per_second: 1 });
        for key in 0..2 * KEYS_MAX {
            assert_eq!(buckets.take(START, key), Ok(()));
        }
        assert_eq!(buckets.by_key.lock().unwrap().len(), KEYS_MAX);
        buckets.sweep(START + Span::from_secs(1));
        assert!(buckets.by_key.lock().unwrap().is_empty());
    }

    #[test]
    fn a_place_given_back_can_be_taken_again() {
        let places = ConcurrencyLimiter::new(2);
        let (first, second) = (places.take(1), places.take(1));
        assert!(first.is_some() && second.is_some());
        assert!(places.take(1).is_none());
        assert!(places.take(2).is_some());
        drop(first);
        assert!(places.take(1).is_some());
        drop(second);
        assert!(places.taken.lock().unwrap().is_empty());
    }

    #[test]
    fn an_address_of_version_six_counts_with_its_neighbours() {
        let address = |text: &str| subscriber(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:2"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
        assert_ne!(address("10.0.0.1"), address("10.0.0.2"));
    }
}
