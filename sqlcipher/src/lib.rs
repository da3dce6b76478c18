//! Prepares a process for its first encrypted database. It is a crate of its own because the device
//! and the server both need it, may run in one process, and share no other code that uses SQLite.

#![cfg_attr(not(target_family = "wasm"), expect(unsafe_code, reason = "two calls into C"))]

/// Waits until SQLCipher is ready to take keys. Called before each database is opened.
///
/// `sqlite3_open` sets SQLite up first, in one thread while others wait. SQLCipher's own part of
/// that comes last, after SQLite has said that it is ready. A thread that opens its first database
/// in that moment is let in too early: its key is refused ("An error occurred with PRAGMA key or
/// rekey"), about once in forty starts with many threads. SQLCipher's function waits for whoever
/// runs it already and does nothing when it has run.
///
/// # Errors
/// When SQLCipher cannot be set up: no memory, no random numbers.
#[cfg(not(target_family = "wasm"))]
pub fn ready() -> rusqlite::Result<()> {
    use std::ffi::{c_char, c_int};

    unsafe extern "C" {
        fn sqlcipher_extra_init(argument: *const c_char) -> c_int;
    }

    // SAFETY: both may be called by any thread at any time, and the second reads no argument. It
    // needs the first, which sets up the memory and the locks that it uses.
    let code = unsafe {
        match rusqlite::ffi::sqlite3_initialize() {
            rusqlite::ffi::SQLITE_OK => sqlcipher_extra_init(std::ptr::null()),
            failed => failed,
        }
    };
    match code {
        rusqlite::ffi::SQLITE_OK => Ok(()),
        failed => Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(failed), None)),
    }
}

/// Returns at once: a browser's worker has one thread, so no other thread opens a database first.
///
/// # Errors
/// Never.
#[cfg(target_family = "wasm")]
pub fn ready() -> rusqlite::Result<()> {
    Ok(())
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use std::process::Command;
    use std::sync::Barrier;
    use std::thread;

    use rusqlite::Connection;

    /// Only the first opening of a process can go wrong.
    const PROCESSES: usize = 150;
    const THREADS: usize = 16;
    /// What each process runs, and nothing else.
    const CHILD: &str = "tests::many_threads_give_a_key_at_once";

    #[test]
    fn the_first_databases_of_a_process_take_their_keys_whichever_thread_is_first() {
        let program = std::env::current_exe().unwrap();
        for _ in 0..PROCESSES {
            let output = Command::new(&program).args(["--exact", CHILD]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && said.contains("1 passed"), "{said}");
        }
    }

    #[test]
    fn many_threads_give_a_key_at_once() {
        let barrier = &Barrier::new(THREADS);
        let key = format!("x'{}'", "0b".repeat(32));
        let opening = || {
            barrier.wait();
            super::ready().unwrap();
            let connection = Connection::open_in_memory().unwrap();
            connection.pragma_update(None, "key", &key).unwrap();
        };
        thread::scope(|threads| {
            for _ in 0..THREADS {
                threads.spawn(opening);
            }
        });
    }
}
