//! Faults besides the network: programs die, clocks jump, backups are restored.

use client_core::engine::{Event, Reason};
use client_core::store::Opened;
use client_core::store::outbox::Wanted;
use model::ids::CaseId;
use model::time::Span;
use rand::RngExt;

use crate::phone::Phone;
use crate::world::World;

impl World {
    /// Somebody drives into a tunnel, or out of it.
    pub(crate) fn signal_changes(&mut self) {
        let Some(phone) = self.some_phone() else { return };
        let signal = !self.phones[phone].signal;
        self.phones[phone].signal = signal;
        self.trace.say(format!("phone {phone} has {} signal", if signal { "a" } else { "no" }));
        if signal && self.rng.random() {
            self.want_sync(phone, Reason::Schedule);
        }
    }

    /// A program dies between two things.
    pub(crate) fn a_phone_dies(&mut self) {
        let Some(phone) = self.some_phone() else { return };
        self.tally.count("device crash while idle");
        self.kill(phone, "while nothing happens");
    }

    /// A phone's clock is set, by hand or by a network that is wrong.
    pub(crate) fn a_clock_jumps(&mut self) {
        let Some(phone) = self.some_phone() else { return };
        let far = self.rng.random_bool(0.3);
        let most: i64 = if far { 40 * 24 * 3_600_000 } else { 6 * 3_600_000 };
        let jump = Span::from_millis(self.rng.random_range(-most..=most));
        let phone_now = &mut self.phones[phone];
        phone_now.skew = if self.rng.random_bool(0.3) { Span::default() } else { jump };
        let forwards = jump > Span::default();
        self.tally.count(if forwards { "clock forwards" } else { "clock backwards" });
        self.trace.say(format!("phone {phone}'s clock is off by {}", self.phones[phone].skew));
        self.handle(phone, Event::TimerFired);
    }

    /// Somebody's phone is backed up to their computer.
    pub(crate) fn a_phone_is_backed_up(&mut self) {
        if let Some(phone) = self.some_phone() {
            self.back_up_phone(phone);
        }
    }

    /// Somebody's phone is put back to what the backup has.
    pub(crate) fn a_phone_is_restored(&mut self) {
        let with_copy: Vec<_> =
            self.alive().into_iter().filter(|phone| self.phones[*phone].has_copy()).collect();
        if !with_copy.is_empty() {
            let phone = self.pick(&with_copy);
            self.restore_phone(phone);
        }
    }

    /// A phone is copied as a whole, keys and all, and both are used for a while.
    pub(crate) fn a_phone_is_cloned(&mut self) {
        let Some(phone) = self.some_phone() else { return };
        if self.phones[phone].copied {
            return;
        }
        self.tally.count("phone cloned");
        self.kill(phone, "to be cloned");
        let twin = self.clone_phone(phone);
        self.trace.say(format!("phone {twin} is a clone of phone {phone}"));
    }

    /// Closes a phone's program and copies its store.
    pub(crate) fn back_up_phone(&mut self, phone: usize) {
        self.phones[phone].kill(false);
        self.phones[phone].take_copy();
        self.tally.count("store copied");
        self.trace.say(format!("phone {phone}'s store is copied"));
        self.start(phone);
    }

    /// Puts a phone's copy back: what was done since is gone from it.
    pub(crate) fn restore_phone(&mut self, phone: usize) {
        self.kill(phone, "to be restored");
        self.phones[phone].restore_copy();
        self.phones[phone].copied = true;
        self.tally.count("store restored from a copy");
        let opened = self.phones[phone].start(self.clock);
        self.tally.add("restored store noticed", u64::from(opened == Some(Opened::Restored)));
        self.trace.say(format!("phone {phone}'s store is restored from its copy: {opened:?}"));
        self.excuse("the store that held it was replaced by an older copy");
    }

    /// Phones that wait for the server to take a case back, and for a backup that still has it.
    pub(crate) fn carry_out_plans(&mut self) {
        for phone in self.alive() {
            let Some(case) = self.phones[phone].late_work else { continue };
            if self.phones[phone].has_confirmed_drop_of(case) && self.phones[phone].has_copy() {
                self.restore_phone(phone);
                let rows = self.rows(phone);
                let kept = rows.iter().find(|row| row.case == Some(case)).map(|row| row.record);
                if let Some(record) = kept {
                    self.edit_record(phone, record);
                }
                self.want_sync(phone, Reason::Person);
            } else if self.rng.random_bool(0.3) {
                self.want_sync(phone, Reason::Person);
            }
        }
    }

    /// The administrator makes a backup.
    pub(crate) fn the_server_is_backed_up(&mut self) {
        self.tally.count("backup");
        self.trace.say("the server is backed up");
        let backup = self.server.back_up(self.clock);
        self.backup = Some((backup, self.department.clone()));
    }

    /// The server's disk is lost, and the backup put in its place.
    pub(crate) fn the_server_is_restored(&mut self) {
        let Some((backup, department)) = self.backup.take() else {
            return self.the_server_is_backed_up();
        };
        self.tally.count("server restored");
        self.trace.say("the server is restored from its backup");
        self.server.restore(self.clock, &backup);
        self.department = department.clone();
        self.restored = true;
        self.backup = Some((backup, department));
        self.excuse("the server that held it was put back");
    }

    /// The server dies while nobody asks it anything.
    pub(crate) fn the_server_dies_at_rest(&mut self) {
        self.tally.count("server crash between requests");
        self.trace.say("the server dies and comes back");
        self.server.crash(self.clock);
    }
}

impl Phone {
    /// Returns whether it holds changes of a case that the server has not acknowledged.
    pub(crate) fn has_unsent_in(&self, case: CaseId) -> bool {
        let Some(device) = &self.device else { return false };
        let read = device.store().read();
        let page = read.outbox_page(Wanted::All, usize::MAX, usize::MAX).unwrap();
        page.iter().any(|item| {
            read.record_view(item.record).unwrap().is_some_and(|view| view.case == Some(case))
        })
    }

    /// Returns whether nothing of a case is on the phone, and the server knows.
    fn has_confirmed_drop_of(&self, case: CaseId) -> bool {
        let Some(device) = &self.device else { return false };
        let read = device.store().read();
        !read.holds_case(case).unwrap()
            && read.pending_revocations().unwrap().is_empty()
            && read.dropped_scopes(usize::MAX).unwrap().is_empty()
    }
}
