//! What the pages of those show who watch over privacy.

/// What became of it when somebody showed again that it is they.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// It is they.
    Done,
    /// The password or the code was wrong; which of them is told to nobody.
    Wrong,
    /// It was wrong too often: the session has ended.
    SignedOut,
}
