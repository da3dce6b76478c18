//! Putting another catalogue in force, and the one before it again.

use model::catalogue::CatalogueSource;
use model::catalogue::compare::Difference;
use model::time::Timestamp;

use super::{Admin, AdminError, AuditAct, note};
use crate::access::recompute;
use crate::context::Context;
use crate::error::OpenError;
use crate::store::catalogues::{DIGITS, short};
use crate::writer::write_alone;

/// A catalogue that is or was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueVersion {
    /// Its digest, in hexadecimal digits.
    pub digest: String,
    /// When it first was in force.
    pub since: Timestamp,
    /// Whether it is in force now.
    pub in_force: bool,
}

impl Admin {
    /// Returns what a catalogue would change for those who work by the one that is in force.
    ///
    /// # Errors
    /// When the catalogue has mistakes, or the store fails.
    pub fn compare_catalogue(
        &self,
        source: &CatalogueSource,
    ) -> Result<Vec<Difference>, AdminError> {
        let reading = self.database.reading();
        Ok(self.context_with(source)?.succession(&reading)?)
    }

    /// Puts a catalogue in force: who may see what and what is due is worked out by it in the same
    /// transaction, and a running server follows. Devices have it with their next sync.
    ///
    /// # Errors
    /// When the catalogue has mistakes, would leave records that nobody could read, or is in force
    /// already; or the store fails. Then nothing has changed.
    pub fn publish_catalogue(
        &self,
        now: Timestamp,
        source: &CatalogueSource,
    ) -> Result<(), AdminError> {
        let context = self.context_with(source)?;
        write_alone(&self.database, &context, |tx| {
            if tx.db.catalogue_in_force()?.as_deref() == Some(&context.catalogue.digest[..]) {
                return Err(AdminError::InForce);
            }
            let differences = context.succession(tx.db)?;
            let unreadable: Vec<_> =
                differences.into_iter().filter(Difference::is_unreadable).collect();
            if !unreadable.is_empty() {
                return Err(AdminError::Succession(unreadable));
            }
            tx.context.put_in_force(now, tx.db, true)?;
            let object = format!("catalogue {}", short(&context.catalogue.digest));
            note(now, tx, AuditAct::PublishCatalogue, object, "done")?;
            recompute::everybody_if_due(now, tx)?;
            Ok(recompute::derived_if_due(tx)?)
        })
    }

    /// Lists the catalogues that were in force, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn catalogues(&self) -> Result<Vec<CatalogueVersion>, AdminError> {
        let db = self.database.reading();
        let in_force = db.catalogue_in_force()?;
        let versions = db.catalogue_dates()?.into_iter().map(|(digest, since)| {
            let in_force = in_force.as_ref() == Some(&digest);
            CatalogueVersion { digest: hex::encode(digest), since, in_force }
        });
        Ok(versions.collect())
    }

    /// Returns a catalogue that was in force: the one whose digest begins so; the one before that
    /// which is in force now if none is given.
    ///
    /// # Errors
    /// [`AdminError::UnknownCatalogue`] when there is none, or several begin so; or the store fails.
    pub fn earlier_catalogue(&self, digest: Option<&str>) -> Result<CatalogueSource, AdminError> {
        let db = self.database.reading();
        let wanted = match digest {
            Some(digits) => digits.to_lowercase(),
            None => db.catalogue_before()?.map(hex::encode).unwrap_or_default(),
        };
        let begins = |source: &CatalogueSource| hex::encode(source.digest()).starts_with(&wanted);
        let mut found = db.catalogues()?.into_iter().filter(begins);
        match (found.next(), found.next()) {
            (Some(only), None) if !wanted.is_empty() => Ok(only),
            _ => Err(AdminError::UnknownCatalogue),
        }
    }

    fn context_with(&self, source: &CatalogueSource) -> Result<Context, AdminError> {
        let reading = self.database.reading();
        self.context.with_catalogue(&reading, source.clone()).map_err(|error| match error {
            OpenError::Catalogue(mistakes) => AdminError::Catalogue(mistakes),
            OpenError::Store(error) => error.into(),
            other => other.into(),
        })
    }
}

impl CatalogueVersion {
    /// Returns the first digits of its digest, enough to name it.
    pub fn short(&self) -> String {
        self.digest.chars().take(DIGITS).collect()
    }
}
