//! What is shown to whoever sets an account up.

/// A step of setting an account up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Welcome<'a> {
    /// The code of the invitation is asked for.
    Code(Option<WelcomeProblem>),
    /// The authenticator is set up, and a password is chosen.
    Account {
        /// The code of the invitation.
        code: &'a str,
        /// What goes into the authenticator.
        begun: &'a WelcomeBegun,
        /// What was wrong the last time.
        problem: Option<WelcomeProblem>,
    },
    /// The account is there.
    Done {
        /// Its recovery codes.
        codes: &'a [String],
    },
}

/// What goes into an authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WelcomeBegun {
    /// Whose account it will be.
    pub name: String,
    /// The secret, as it is typed.
    pub secret: String,
    /// The same as an address that a camera reads.
    pub otpauth: String,
}

/// What was wrong when somebody set an account up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WelcomeProblem {
    /// No invitation has this code, or not any more.
    Code,
    /// Too much was tried from there: it is tried again after so many seconds.
    TooMany(u64),
    /// The password is short or easily guessed.
    WeakPassword,
    /// The code is not the authenticator's.
    WrongTotp,
}
