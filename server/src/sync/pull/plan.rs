//! In which order a page goes through what is new in the feed, and how far it can know it.

use std::ops::Range;

use model::ids::FeedSeq;

/// Places in the feed of what concerns a device, in ascending order, read up to a limit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'a> {
    places: &'a [FeedSeq],
    /// Whether as many were read as may be: past the last of them nothing is known.
    is_cut: bool,
}

impl<'a> Window<'a> {
    /// Returns the window of these places, which were read with this limit.
    pub(super) fn new(places: &'a [FeedSeq], limit: usize) -> Self {
        Self { places, is_cut: places.len() >= limit }
    }

    /// Returns the last place up to which all of them are known; `None` when all are.
    fn known_until(self) -> Option<FeedSeq> {
        if self.is_cut { self.places.last().copied() } else { None }
    }
}

/// What a page goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// In the feed's order.
    pub(super) steps: Vec<Step>,
    /// Everything up to this entry of the feed is among the steps.
    pub(super) horizon: FeedSeq,
}

/// One part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Changes that arrived one after the other, by their places in the window.
    Arrivals(Range<usize>),
    /// A scope that was opened, by its place in the window.
    Opening(usize),
}

impl Plan {
    /// Puts scopes that were opened and changes that arrived into the feed's order, up to where both
    /// are known. `head` is the feed's end.
    pub(super) fn of(head: FeedSeq, openings: Window<'_>, arrivals: Window<'_>) -> Self {
        let known_until = [openings.known_until(), arrivals.known_until()];
        let horizon = known_until.into_iter().flatten().fold(head, FeedSeq::min);
        let before = |entry: FeedSeq| arrivals.places.partition_point(|place| *place < entry);
        let mut steps = Vec::new();
        let mut done = 0;
        let mut arrive = |steps: &mut Vec<Step>, until: usize| {
            if done < until {
                steps.push(Step::Arrivals(done..until));
                done = until;
            }
        };
        for (at, opened) in openings.places.iter().enumerate() {
            if *opened > horizon {
                break;
            }
            arrive(&mut steps, before(*opened));
            steps.push(Step::Opening(at));
        }
        arrive(&mut steps, before(horizon.next()));
        Self { steps, horizon }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// What stands at an entry of the feed.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Entry {
        Opened,
        Arrived,
        /// It concerns another device.
        Nothing,
    }

    fn feeds() -> impl Strategy<Value = Vec<Entry>> {
        let entry = prop_oneof![Just(Entry::Opened), Just(Entry::Arrived), Just(Entry::Nothing)];
        prop::collection::vec(entry, 0..60)
    }

    fn places(feed: &[Entry], wanted: Entry, after: FeedSeq, limit: usize) -> Vec<FeedSeq> {
        let numbered = (1..).map(FeedSeq).zip(feed);
        let of_it = numbered.filter(|(at, entry)| **entry == wanted && *at > after);
        of_it.map(|(at, _)| at).take(limit).collect()
    }

    proptest! {
        #[test]
        fn however_few_are_read_at_once_page_by_page_each_comes_once_and_in_the_feeds_order(
            feed in feeds(),
            openings_at_once in 1_usize..8,
            arrivals_at_once in 1_usize..8,
        ) {
            let head = FeedSeq(feed.len() as u64);
            let mut given = Vec::new();
            let mut from = FeedSeq(0);
            loop {
                let openings = places(&feed, Entry::Opened, from, openings_at_once);
                let arrivals = places(&feed, Entry::Arrived, from, arrivals_at_once);
                let plan = Plan::of(
                    head,
                    Window::new(&openings, openings_at_once),
                    Window::new(&arrivals, arrivals_at_once),
                );
                for step in plan.steps {
                    match step {
                        Step::Opening(at) => given.push((openings[at], Entry::Opened)),
                        Step::Arrivals(range) => {
                            given.extend(arrivals[range].iter().map(|at| (*at, Entry::Arrived)));
                        }
                    }
                }
                prop_assert!(plan.horizon <= head);
                if plan.horizon == head {
                    break;
                }
                prop_assert!(plan.horizon > from, "a page that comes no further");
                from = plan.horizon;
            }
            let all: BTreeMap<FeedSeq, Entry> = (1..).map(FeedSeq).zip(feed).collect();
            let concerns = all.into_iter().filter(|(_, entry)| *entry != Entry::Nothing);
            prop_assert_eq!(given, concerns.collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_is_given_past_what_was_read_of_either() {
        let openings = [3, 9].map(FeedSeq);
        let arrivals = [1, 2, 4].map(FeedSeq);
        let plan = Plan::of(
            FeedSeq(20),
            Window::new(&openings, 8),
            Window::new(&arrivals, arrivals.len()),
        );
        let steps = vec![Step::Arrivals(0..2), Step::Opening(0), Step::Arrivals(2..3)];
        assert_eq!(plan, Plan { steps, horizon: FeedSeq(4) });
    }

    #[test]
    fn where_nothing_is_new_a_page_reaches_the_feeds_end() {
        let plan = Plan::of(FeedSeq(7), Window::new(&[], 8), Window::new(&[], 8));
        assert_eq!(plan, Plan { steps: Vec::new(), horizon: FeedSeq(7) });
    }
}
