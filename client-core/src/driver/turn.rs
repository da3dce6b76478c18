//! Waiting for a store that another process has open.

use std::time::Duration;

use crate::store::OpenError;

/// Opens a store as soon as nobody else has it open, and waits for that for a bounded time: what
/// others do with it takes milliseconds, and is not lengthened by a slow network.
///
/// `open` is called again after each [`OpenError::Locked`].
///
/// # Errors
/// What `open` said last.
pub fn in_turn<T>(mut open: impl FnMut() -> Result<T, OpenError>) -> Result<T, OpenError> {
    for _ in 1..TRIES {
        match open() {
            Err(OpenError::Locked) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    open()
}

/// Short beside a save, so that whoever waits is seldom late.
const PAUSE: Duration = Duration::from_millis(4);

/// Half a minute of pauses: twenty others on a slow disk are through long before.
const TRIES: u32 = 7_500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_finds_the_store_open_gets_it_once_it_is_closed() {
        let mut left = 3;
        let opened = in_turn(|| {
            left -= 1;
            if left > 0 { Err(OpenError::Locked) } else { Ok("open") }
        });
        assert_eq!(opened.unwrap(), "open");
    }

    #[test]
    fn another_failure_is_not_tried_again() {
        let mut tries = 0;
        let failed: Result<(), _> = in_turn(|| {
            tries += 1;
            Err(OpenError::NotFound)
        });
        assert!(matches!(failed, Err(OpenError::NotFound)));
        assert_eq!(tries, 1);
    }
}
