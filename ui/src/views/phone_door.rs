//! What a phone shows before its store is open.

/// What a phone shows before its store is open: nothing of what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneDoor<'a> {
    /// Nobody is enrolled here.
    Enroll {
        /// The code that was typed, or came with the invitation's link.
        code: &'a str,
        /// How many characters the passphrase must have.
        length_min: usize,
        /// Why it did not work.
        problem: Option<EnrollProblem>,
    },
    /// The store is shut.
    Unlock {
        /// The page that was wanted.
        back: &'a str,
        /// Why it is still shut.
        problem: Option<UnlockProblem>,
    },
    /// Its passphrase is forgotten: all on it can be given up, and the phone set up anew.
    Anew {
        /// Whether it was asked for without saying that one is sure.
        unsure: bool,
    },
    /// The keys were destroyed.
    Destroyed,
}

/// Why a phone is not enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnrollProblem {
    /// There is no code.
    CodeMissing,
    /// The server does not take the code: it is unknown, used or too old.
    CodeRefused,
    /// The passphrase is too short.
    SecretShort,
    /// The passphrase was typed differently the second time.
    SecretsDiffer,
    /// The server cannot be reached.
    Unreachable,
    /// The phone has no room.
    NoRoom,
    /// Something else, in words for people.
    Other(String),
}

/// Why a store is still shut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnlockProblem {
    /// The passphrase is wrong.
    Wrong {
        /// How many wrong ones may still come before the keys are destroyed.
        tries_left: u8,
    },
    /// Too many wrong ones came: the next is tried after so many seconds.
    TooSoon {
        /// How many.
        seconds: u64,
    },
    /// The passphrase is right, and the store does not open.
    Unreadable,
}
