//! Who is out on a shift, for those who supervise them.

use model::catalogue::Label;
use model::wire::StampKindV1;
use ui::views::safety::{OutRow, Tap};

use super::{ConsoleError, ConsoleUser, Reader};
use crate::store::shifts::{Shift, Stamp};

impl ConsoleUser<'_> {
    /// Returns how many of those they supervise are late or have called for help.
    pub(super) fn alarms(&self) -> Result<u64, ConsoleError> {
        let rows = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            match reader.supervised_programs().is_empty() {
                true => Ok(Vec::new()),
                false => reader.out_now(),
            }
        })?;
        let alarms = rows.iter().filter(|row| row.help.is_some() || row.back_by < self.now);
        Ok(u64::try_from(alarms.count()).unwrap_or(u64::MAX))
    }
}

impl Reader<'_> {
    /// Returns the people of their programs who are out: first who called for help, then by when they mean to
    /// be back, so that those who are late stand before the others.
    pub(super) fn out_now(&self) -> Result<Vec<OutRow>, ConsoleError> {
        let supervised = self.supervised_programs();
        if supervised.is_empty() {
            return Err(ConsoleError::NotFound);
        }
        let shifts = self.db.shifts_out()?;
        if shifts.is_empty() {
            return Ok(Vec::new());
        }
        let (held, names) = (self.db.all_memberships()?, self.db.users()?);
        let is_theirs = |shift: &Shift| {
            let held = held.get(&shift.user).into_iter().flatten();
            held.into_iter().any(|held| supervised.contains(&held.program))
        };
        let rows = shifts.into_iter().filter(is_theirs).map(|shift| {
            let stamps = self.db.last_stamps(shift.id)?;
            let name = names.get(&shift.user).cloned().unwrap_or_default();
            Ok(self.out_row(shift, name, &stamps))
        });
        let mut rows = rows.collect::<Result<Vec<_>, ConsoleError>>()?;
        rows.sort_by_key(|row| (row.help.is_none(), row.back_by));
        Ok(rows)
    }

    fn out_row(&self, shift: Shift, name: String, stamps: &[Stamp]) -> OutRow {
        let tap = |stamp: &Stamp| Tap {
            tapped: stamp.tapped_at,
            received: stamp.received_at,
            locked: stamp.kind == StampKindV1::SafeLocked,
        };
        let last = |fits: &dyn Fn(StampKindV1) -> bool| {
            stamps.iter().filter(|it| fits(it.kind)).max_by_key(|it| it.tapped_at).map(tap)
        };
        // What anybody can tap who holds the phone takes no call for help back.
        let proven = last(&|kind| kind == StampKindV1::Safe);
        let help = last(&|kind| kind == StampKindV1::Help)
            .filter(|help| proven.is_none_or(|safe| safe.tapped <= help.tapped));
        OutRow {
            name,
            partner: shift.partner,
            zone: (!shift.zone.is_empty()).then(|| self.zone_label(&shift.zone)),
            back_by: shift.back_by,
            safe: last(&|kind| kind != StampKindV1::Help),
            help,
        }
    }

    fn zone_label(&self, code: &str) -> Label {
        let list = self.context.catalogue.code_lists.get(ZONES);
        let known = list.into_iter().flat_map(|list| &list.options);
        let mut known = known.filter(|(option, _)| option.as_str() == code);
        known.next().map_or_else(|| Label::same(code), |(_, label)| label.clone())
    }
}

/// The list of the parts of the city (`catalogue/code_lists.toml`).
const ZONES: &str = "zone";
