//! Connections that only read: as many as there are cores, handed out in turn.
//!
//! A read ends when there is nobody left to read for, or no time ([`Patience`]): SQLite asks every
//! few hundred of its steps, whatever the statement is. The connection serves the next read then.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::{Database, Reading};
use crate::error::StoreError;
use crate::store::patience::Patience;

/// The connections that nobody uses now.
pub(crate) struct ReaderPool {
    idle: Mutex<Vec<Watched>>,
    freed: Condvar,
}

impl ReaderPool {
    /// Hands out these. There must be at least one, or nobody is ever served.
    ///
    /// # Errors
    /// When a connection cannot be watched.
    pub(crate) fn new(databases: Vec<Database>) -> Result<Self, StoreError> {
        let watched = databases.into_iter().map(Watched::new).collect::<Result<_, _>>()?;
        Ok(Self { idle: Mutex::new(watched), freed: Condvar::new() })
    }

    /// Reads one state of the database: nothing changes under `work`.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Reading<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read_within(&Patience::default(), work)
    }

    /// Reads one state of the database for somebody who does not wait for ever.
    ///
    /// # Errors
    /// [`StoreError::TooLong`] when it was given up, whatever `work` made of that.
    pub(crate) fn read_within<T, E: From<StoreError>>(
        &self,
        patience: &Patience,
        work: impl FnOnce(&Reading<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let loan = self.take();
        let Watched { database, watch } = &*loan;
        database.read(|snapshot| {
            let watching = Watching::begin(watch, patience)?;
            let done = work(snapshot);
            // Before the transaction ends: that is not to be given up.
            match watching.end() {
                Ended::InTime => done,
                Ended::GivenUp => Err(StoreError::TooLong.into()),
            }
        })
    }

    fn take(&self) -> Loan<'_> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.pop() {
                return Loan { readers: self, connection: Some(connection) };
            }
            idle = self.freed.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Connections, and the patience of the one for whom they are used.
pub(crate) struct PatientReaders<'a> {
    readers: &'a ReaderPool,
    patience: Patience,
}

impl<'a> PatientReaders<'a> {
    pub(crate) fn new(readers: &'a ReaderPool, patience: Patience) -> Self {
        Self { readers, patience }
    }

    /// As [`ReaderPool::read_within`].
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Reading<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.readers.read_within(&self.patience, work)
    }
}

/// A connection that asks now and then whether it is to go on.
struct Watched {
    database: Database,
    watch: Arc<Watch>,
}

impl Watched {
    fn new(mut database: Database) -> Result<Self, StoreError> {
        let watch = Arc::new(Watch::default());
        let asked = watch.clone();
        let look = move || asked.is_over();
        database.connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(look))?;
        Ok(Self { database, watch })
    }
}

/// What a connection is used for now.
#[derive(Default)]
struct Watch {
    patience: Mutex<Option<Patience>>,
    /// Whether something was given up since the use began.
    is_given_up: AtomicBool,
}

impl Watch {
    fn is_over(&self) -> bool {
        let patience = self.patience.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = patience.as_ref().is_some_and(Patience::is_over);
        if is_over {
            self.is_given_up.store(true, Ordering::Relaxed);
        }
        is_over
    }

    fn set(&self, patience: Option<Patience>) {
        *self.patience.lock().unwrap_or_else(PoisonError::into_inner) = patience;
    }
}

/// A use of a connection.
struct Watching<'a> {
    watch: &'a Watch,
    patience: &'a Patience,
}

enum Ended {
    InTime,
    GivenUp,
}

impl<'a> Watching<'a> {
    fn begin(watch: &'a Watch, patience: &'a Patience) -> Result<Self, StoreError> {
        if patience.is_over() {
            return Err(StoreError::TooLong);
        }
        watch.is_given_up.store(false, Ordering::Relaxed);
        watch.set(Some(patience.clone()));
        Ok(Self { watch, patience })
    }

    fn end(self) -> Ended {
        match self.watch.is_given_up.load(Ordering::Relaxed) || self.patience.is_left() {
            true => Ended::GivenUp,
            false => Ended::InTime,
        }
    }
}

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        self.watch.set(None);
    }
}

/// A connection on loan.
struct Loan<'a> {
    readers: &'a ReaderPool,
    connection: Option<Watched>,
}

impl Deref for Loan<'_> {
    type Target = Watched;

    fn deref(&self) -> &Watched {
        // Taken only when this is dropped.
        match &self.connection {
            Some(connection) => connection,
            None => unreachable!("a loan holds its connection until it ends"),
        }
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
        self.readers.freed.notify_one();
    }
}

/// Steps of SQLite's machine between two looks whether to go on: some microseconds of work, and a
/// look costs a tenth of one.
const STEPS_BETWEEN_LOOKS: i32 = 500;

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;
    use std::sync::mpsc;
    use std::thread;

    use model::time::Timestamp;

    use super::*;
    use crate::clock::Clock;

    /// Counts, and does not end by itself.
    const WITHOUT_END: &str =
        "WITH RECURSIVE number(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number)
         SELECT sum(n) FROM number";

    fn one_reader() -> ReaderPool {
        ReaderPool::new(vec![Database::in_memory()]).unwrap()
    }

    fn counted(readers: &ReaderPool, patience: &Patience, sql: &str) -> Result<i64, StoreError> {
        readers.read_within(patience, |db| Ok(db.db.query_row(sql, [], |row| row.get(0))?))
    }

    /// A clock that goes on by a millisecond each time that somebody looks at it.
    #[derive(Default)]
    struct Ticking(AtomicI64);

    impl Clock for Ticking {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
        }
    }

    #[test]
    fn a_read_past_its_deadline_is_given_up_and_its_connection_serves_the_next() {
        let readers = one_reader();
        let clock = Arc::new(Ticking::default());
        let patience = Patience::default().until(clock.clone(), Timestamp::from_millis(20));
        let late = counted(&readers, &patience, WITHOUT_END);
        assert!(matches!(late, Err(StoreError::TooLong)), "{late:?}");
        assert_eq!(clock.0.load(Ordering::Relaxed), 21);
        // One that has no time left does not begin.
        assert!(matches!(counted(&readers, &patience, "SELECT 1"), Err(StoreError::TooLong)));
        assert_eq!(counted(&readers, &Patience::default(), "SELECT 1").unwrap(), 1);
    }

    #[test]
    fn what_is_read_in_time_is_answered() {
        let readers = one_reader();
        let clock = Arc::new(Ticking::default());
        let patience = Patience::default().until(clock, Timestamp::from_millis(20));
        assert_eq!(counted(&readers, &patience, "SELECT 1").unwrap(), 1);
    }

    #[test]
    fn what_was_given_up_is_told_whatever_was_made_of_the_error() {
        let readers = one_reader();
        let clock = Arc::new(Ticking::default());
        let patience = Patience::default().until(clock, Timestamp::from_millis(20));
        let told = readers.read_within(&patience, |db| {
            let swallowed = db.db.query_row(WITHOUT_END, [], |row| row.get(0));
            Ok::<i64, StoreError>(swallowed.unwrap_or(0))
        });
        assert!(matches!(told, Err(StoreError::TooLong)), "{told:?}");
    }

    /// Tells when it is looked at for the first time, which is in the midst of a read.
    struct Signal(mpsc::Sender<()>);

    impl Clock for Signal {
        fn now(&self) -> Timestamp {
            // Nobody listens after the first.
            let _ = self.0.send(());
            Timestamp::from_millis(0)
        }
    }

    #[test]
    fn somebody_who_goes_frees_the_connection_that_reads_for_them() {
        let readers = one_reader();
        let (looked, looks) = mpsc::channel();
        let end_of_time = Timestamp::from_millis(i64::MAX);
        let patience = Patience::default().until(Arc::new(Signal(looked)), end_of_time);
        let asker = patience.asker();
        let given_up = thread::scope(|scope| {
            let reading = scope.spawn(|| counted(&readers, &patience, WITHOUT_END));
            // The first look is before it begins, the second one in its midst.
            looks.recv().unwrap();
            looks.recv().unwrap();
            drop(asker);
            reading.join().unwrap()
        });
        assert!(matches!(given_up, Err(StoreError::TooLong)), "{given_up:?}");
        assert_eq!(counted(&readers, &Patience::default(), "SELECT 1").unwrap(), 1);
    }
}
