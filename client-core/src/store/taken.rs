//! What is told of cases that were taken away: that they are gone, and that what was written in them was
//! handed over before. It is told once.

use serde::{Deserialize, Serialize};

use model::ids::{CaseId, RecordId, Scope};

use super::{Reader, StoreError, Writer};

/// A case whose person is not on the device any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenAway {
    case: CaseId,
    /// Whether the record that opened it is gone, and not a part of the case alone. Whom it was about is not
    /// kept: a case that was erased has a name nowhere.
    is_gone: bool,
    /// How many records of the owner's went with it, each of which the server has.
    pub sent: u64,
}

impl Reader<'_> {
    /// The cases that were taken away since somebody was told of the last.
    ///
    /// # Errors
    /// When the store fails.
    pub fn taken_away(&self) -> Result<Vec<TakenAway>, StoreError> {
        let noted = self.noted_taken()?.into_iter();
        Ok(noted.filter(|taken| taken.is_gone).collect())
    }
}

impl Writer<'_> {
    /// Notes what a scope takes with it that is about to be dropped.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_taken(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let opening = self.record_view(RecordId::from(scope.case))?;
        // What stands alone is nobody's case.
        let opening = opening.filter(|view| view.case == Some(scope.case));
        let here = opening.filter(|view| view.compartment == scope.compartment);
        let sql = "SELECT count(*) FROM records
                   WHERE anchor = ?1 AND compartment = ?2 AND created_by = ?3";
        let own = self.enrollment()?.user;
        let key =
            rusqlite::params![scope.case.as_bytes(), scope.compartment.as_str(), own.as_bytes()];
        let sent = self.count(sql, key)?;
        let mut noted = self.noted_taken()?;
        let is_gone = here.is_some();
        match noted.iter_mut().find(|taken| taken.case == scope.case) {
            Some(taken) => {
                taken.sent += sent;
                taken.is_gone |= is_gone;
            }
            None => noted.push(TakenAway { case: scope.case, is_gone, sent }),
        }
        let first = noted.len().saturating_sub(NOTED_MAX);
        self.set_noted_taken(noted.get(first..).unwrap_or_default())
    }

    /// Forgets it: its owner was told.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_taken(&mut self) -> Result<(), StoreError> {
        self.set_noted_taken(&[])
    }
}

/// As many cases are told of at most, the newest.
const NOTED_MAX: usize = 20;
