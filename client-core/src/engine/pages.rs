//! How much one request carries: large pages on a good line, small ones on a thin one.

use model::limits;

use super::Budget;

/// What one request may push and ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSizes {
    /// Most bytes pushed.
    pub push_bytes: usize,
    /// Most changes pushed: less than a request may hold only once the bytes are as few as they get.
    pub push_changes: usize,
    /// Most bytes asked for.
    pub pull_bytes: usize,
}

impl Default for PageSizes {
    fn default() -> Self {
        Self {
            push_bytes: PUSH_BYTES_MAX,
            push_changes: limits::REQUEST_CHANGES_MAX,
            pull_bytes: limits::PAGE_BYTES_MAX,
        }
    }
}

impl PageSizes {
    /// Halves both. Answers whether anything became smaller.
    pub fn shrink(&mut self) -> bool {
        let before = *self;
        self.push_bytes = (self.push_bytes / 2).max(PAGE_BYTES_MIN);
        self.pull_bytes = (self.pull_bytes / 2).max(PAGE_BYTES_MIN);
        *self != before
    }

    /// Halves what is pushed: the bytes first, then the changes. Answers whether it became smaller.
    pub fn shrink_push(&mut self) -> bool {
        let before = *self;
        if self.push_bytes > PAGE_BYTES_MIN {
            self.push_bytes = (self.push_bytes / 2).max(PAGE_BYTES_MIN);
        } else {
            self.push_changes = (self.push_changes / 2).max(1);
        }
        *self != before
    }

    /// Makes what is pushed as little as it gets, but for the one change that always goes. Answers
    /// whether its bytes became fewer.
    pub fn shrink_push_to_least(&mut self) -> bool {
        let before = self.push_bytes;
        (self.push_bytes, self.push_changes) = (PAGE_BYTES_MIN, 1);
        self.push_bytes != before
    }

    /// Doubles all, up to their limits: the last page came through.
    pub fn grow(&mut self) {
        self.push_changes = (self.push_changes * 2).min(limits::REQUEST_CHANGES_MAX);
        self.push_bytes = (self.push_bytes * 2).min(PUSH_BYTES_MAX);
        self.pull_bytes = (self.pull_bytes * 2).min(limits::PAGE_BYTES_MAX);
    }

    pub(super) fn budget(self, offer_again: bool) -> Budget {
        Budget {
            push_changes_max: self.push_changes,
            push_bytes_max: self.push_bytes,
            pull_bytes_max: self.pull_bytes,
            offer_again,
            try_stuck: false,
        }
    }
}

/// Most bytes of changes pushed in one request. With what else a request may hold it stays far
/// below [`limits::REQUEST_BYTES_MAX`], even when nothing can be compressed.
pub const PUSH_BYTES_MAX: usize = 1024 * 1024;

/// The smallest page. At 20 kbit/s, the slowest line worth the name, it takes seven seconds.
pub const PAGE_BYTES_MIN: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_halve_to_sixteen_kib_and_grow_back() {
        let mut pages = PageSizes::default();
        let mut sizes = vec![pages.pull_bytes / 1024];
        while pages.shrink() {
            sizes.push(pages.pull_bytes / 1024);
        }
        assert_eq!(sizes, [1024, 512, 256, 128, 64, 32, 16]);
        assert!(!pages.shrink());
        for _ in 0..6 {
            pages.grow();
        }
        assert_eq!(pages, PageSizes::default());
        pages.grow();
        assert_eq!(pages, PageSizes::default());
    }

    #[test]
    fn where_fewer_bytes_do_not_help_fewer_changes_go_down_to_one() {
        let mut pages = PageSizes::default();
        let mut sizes = vec![];
        while pages.shrink_push() {
            sizes.push(pages.push_changes);
        }
        assert_eq!(sizes[5..], [2000, 1000, 500, 250, 125, 62, 31, 15, 7, 3, 1]);
        assert!(!pages.shrink_push_to_least());
        let mut pages = PageSizes::default();
        assert!(pages.shrink_push_to_least() && !pages.shrink_push());
    }

    #[test]
    fn a_request_too_large_for_the_server_asks_for_no_smaller_answer() {
        let mut pages = PageSizes::default();
        assert!(pages.shrink_push());
        let expected = PageSizes { push_bytes: PUSH_BYTES_MAX / 2, ..PageSizes::default() };
        assert_eq!(pages, expected);
    }
}
