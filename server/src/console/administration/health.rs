//! What the server knows of itself, without a word about any case.

use model::time::Span;
use ui::views::{BackupView, HealthView};

use crate::console::{ConsoleError, Reader};
use crate::store::catalogues::short;

impl Reader<'_> {
    /// Returns how the server is.
    pub(super) fn health(&self) -> Result<HealthView, ConsoleError> {
        if !self.administers() {
            return Err(ConsoleError::NotFound);
        }
        let digest = &self.context.catalogue.digest;
        let dates = self.db.catalogue_dates()?;
        let published = dates.into_iter().find(|(known, _)| known[..] == digest[..]);
        let audit = self.db.audit_head()?;
        let people = self.db.staff()?;
        let last = self.db.last_backup()?;
        Ok(HealthView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            catalogue: short(digest),
            published: published.map(|(_, since)| since),
            tables: self.db.tables_version()?,
            bytes: self.db.size()?,
            feed: self.db.feed_head()?.seq.0,
            devices: people.iter().map(|member| member.devices).sum(),
            people: u64::try_from(people.len()).unwrap_or(u64::MAX),
            backup: last.map(|(file, at)| BackupView {
                file,
                at,
                old: self.now.since(at) >= OLD_AFTER,
            }),
            audit_rows: audit.seq,
            audit_head: hex::encode(audit.hash),
        })
    }
}

/// A backup that is older than this is pointed out.
const OLD_AFTER: Span = Span::from_days(7);
