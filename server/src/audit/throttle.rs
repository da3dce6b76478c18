//! Refusals that anybody can bring about as often as they like: noted in the audit, and not as
//! often as they like.
//!
//! The first of a kind is a row of its own, written before its answer leaves. Those that follow
//! within [`ROW_EVERY`] are counted in memory, and the count is a row when that time is over
//! (`upkeep`) or the server stops. The rows of a kind add up to all that were refused; a crash
//! loses at most the count of the last minute.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use model::ids::DeviceId;
use model::time::{Span, Timestamp};

use crate::store::acts::AuditAct;
use crate::store::audit::{Actor, Note};

/// Something that was refused before anybody looked at what it was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rejection {
    /// Whose device: as far as its token says so.
    pub(crate) actor: Actor,
    /// What was asked for.
    pub(crate) what: &'static str,
    /// Where it came from: one subscriber's address.
    pub(crate) from: Option<IpAddr>,
    /// What is done about it: most are refused.
    pub(crate) act: AuditAct,
    /// The stable name of the reason.
    pub(crate) code: &'static str,
}

impl Rejection {
    /// A request that was refused.
    pub(crate) fn of(
        actor: Actor,
        what: &'static str,
        from: Option<IpAddr>,
        code: &'static str,
    ) -> Self {
        Self { actor, what, from, act: AuditAct::Refuse, code }
    }
}

/// Which rows of what was left out are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Those whose time is over.
    Now,
    /// All of them: the server stops.
    AtTheEnd,
}

/// The refusals of the last minute.
#[derive(Default)]
pub(crate) struct RefusalThrottle {
    kinds: Mutex<BTreeMap<Kind, Counted>>,
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    source: Source,
    what: &'static str,
    act: AuditAct,
    code: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A device that was enrolled: there are only so many.
    Device(DeviceId),
    Address(IpAddr),
    /// Strangers past [`STRANGERS_MAX`].
    Elsewhere,
}

#[derive(Debug, Clone, Copy)]
struct Counted {
    actor: Actor,
    from: Option<IpAddr>,
    written_at: Timestamp,
    left_out: u64,
}

impl RefusalThrottle {
    /// Counts a refusal. Gives the row that must be written now, if one must.
    pub(crate) fn count(&self, now: Timestamp, refusal: Rejection) -> Option<Note> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kind_of(&kinds, &refusal);
        let from = refusal.from.filter(|_| kind.source != Source::Elsewhere);
        let first = Counted { actor: refusal.actor, from, written_at: now, left_out: 0 };
        let Some(counted) = kinds.get_mut(&kind) else {
            kinds.insert(kind, first);
            return Some(row(now, kind, first, 1));
        };
        if !is_over(now, *counted) {
            counted.left_out += 1;
            return None;
        }
        let times = counted.left_out + 1;
        *counted = first;
        Some(row(now, kind, first, times))
    }

    /// The rows that count what was left out. Kinds whose time is over are forgotten.
    pub(crate) fn left_out(&self, now: Timestamp, due: Due) -> Vec<Note> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows = Vec::new();
        kinds.retain(|kind, counted| {
            let is_due = due == Due::AtTheEnd || is_over(now, *counted);
            if is_due && counted.left_out > 0 {
                rows.push(row(now, *kind, *counted, counted.left_out));
                *counted = Counted { written_at: now, left_out: 0, ..*counted };
                return true;
            }
            !is_due
        });
        rows
    }
}

fn kind_of(kinds: &BTreeMap<Kind, Counted>, refusal: &Rejection) -> Kind {
    let Rejection { actor, what, from, act, code } = *refusal;
    let own = match (actor, from) {
        (Actor::Device(_, device), _) => Source::Device(device),
        (_, Some(address)) => Source::Address(address),
        (_, None) => Source::Elsewhere,
    };
    let kind = Kind { source: own, what, act, code };
    let is_stranger = matches!(own, Source::Address(_));
    if !is_stranger || kinds.contains_key(&kind) {
        return kind;
    }
    let strangers = kinds.keys().filter(|kind| matches!(kind.source, Source::Address(_))).count();
    if strangers < STRANGERS_MAX { kind } else { Kind { source: Source::Elsewhere, ..kind } }
}

/// Returns whether it is time for another row. A clock that was put back must not put the row off.
fn is_over(now: Timestamp, counted: Counted) -> bool {
    !(Span::from_millis(0)..ROW_EVERY).contains(&now.since(counted.written_at))
}

fn row(at: Timestamp, kind: Kind, Counted { actor, from, .. }: Counted, times: u64) -> Note {
    let object = match (kind.source, from) {
        (Source::Elsewhere, _) => format!("{} from other addresses", kind.what),
        (_, Some(address)) => format!("{} from {address}", kind.what),
        (_, None) => kind.what.to_owned(),
    };
    let outcome = match times {
        1 => kind.code.to_owned(),
        times => format!("{}, {times} times", kind.code),
    };
    Note { at, actor, act: kind.act, object, outcome, reason: None }
}

/// At most one row of a kind in this time.
const ROW_EVERY: Span = Span::from_minutes(1);

/// Addresses and codes of strangers that are told apart; all others share one row a minute for
/// each code. So whoever has a thousand addresses writes about seventy rows a minute, 20 MB a day.
const STRANGERS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use model::ids::UserId;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn stranger(number: u32) -> Rejection {
        let from = Some(Ipv4Addr::from(0x0A00_0000 + number).into());
        Rejection::of(Actor::Stranger, "request", from, "unknown_token")
    }

    fn told(notes: impl IntoIterator<Item = Note>) -> Vec<String> {
        notes.into_iter().map(|note| format!("{}: {}", note.object, note.outcome)).collect()
    }

    #[test]
    fn one_row_a_minute_counts_what_was_left_out_between() {
        let refusals = RefusalThrottle::default();
        let at = |seconds| START + Span::from_secs(seconds);
        let mut rows = Vec::new();
        for seconds in 0..130 {
            rows.extend(refusals.count(at(seconds), stranger(1)));
        }
        rows.extend(refusals.left_out(at(130), Due::Now));
        let expected = ["unknown_token", "unknown_token, 60 times", "unknown_token, 60 times"];
        assert_eq!(told(rows), expected.map(|outcome| format!("request from 10.0.0.1: {outcome}")));
        // The nine of the third minute are told once its time is over, and then it is forgotten.
        let rest = refusals.left_out(at(180), Due::Now);
        assert_eq!(told(rest), ["request from 10.0.0.1: unknown_token, 9 times"]);
        assert!(refusals.left_out(at(240), Due::Now).is_empty());
        assert!(refusals.kinds.lock().unwrap().is_empty());
    }

    #[test]
    fn the_end_tells_everything_that_was_left_out() {
        let refusals = RefusalThrottle::default();
        for _ in 0..3 {
            refusals.count(START, stranger(1));
        }
        let rest = refusals.left_out(START, Due::AtTheEnd);
        assert_eq!(told(rest), ["request from 10.0.0.1: unknown_token, 2 times"]);
        assert!(refusals.left_out(START, Due::AtTheEnd).is_empty());
    }

    #[test]
    fn a_thousand_addresses_share_the_rows_there_are_and_no_device_loses_its_own() {
        let refusals = RefusalThrottle::default();
        let addresses = u32::try_from(STRANGERS_MAX).unwrap() + 936;
        let rows: Vec<_> =
            (0..addresses).filter_map(|number| refusals.count(START, stranger(number))).collect();
        assert_eq!(rows.len(), STRANGERS_MAX + 1, "{:?}", told(rows));
        let rest = refusals.left_out(START + ROW_EVERY, Due::Now);
        assert_eq!(told(rest), ["request from other addresses: unknown_token, 935 times"]);

        let device = Actor::Device(UserId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
        let stolen = Rejection { actor: device, code: "wrong_key", ..stranger(1) };
        assert_eq!(told(refusals.count(START, stolen)), ["request from 10.0.0.1: wrong_key"]);
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_put_a_row_off() {
        let refusals = RefusalThrottle::default();
        assert!(refusals.count(START, stranger(1)).is_some());
        let back = Timestamp::from_millis(START.as_millis() - 86_400_000);
        assert!(refusals.count(back, stranger(1)).is_some());
        assert!(refusals.count(back, stranger(1)).is_none());
    }
}
