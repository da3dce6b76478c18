//! What the audit says was done: one list, by which rows are written and looked for.

use std::fmt;
use std::str::FromStr;

macro_rules! acts {
    ($($(#[$words:meta])* $act:ident: $name:literal;)+) => {
        /// Something that is done and noted in the audit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum AuditAct {
            $($(#[$words])* $act,)+
        }

        impl AuditAct {
            /// Every act, in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$act),+];

            /// Returns its name in the audit's rows.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$act => $name,)+
                }
            }
        }
    };
}

acts! {
    /// Work that was refused was accepted after all.
    AcceptRefusedWork: "accept refused work";
    /// A program took a case over.
    AcceptTransfer: "accept transfer";
    /// A person was added.
    AddUser: "add user";
    /// The server told where it will be, or by which key.
    Announce: "announce";
    /// The next address was announced.
    AnnounceAddress: "announce address";
    /// The next key was announced.
    AnnounceKey: "announce key";
    /// A question about an opening in an emergency was answered.
    AnswerAboutEmergency: "answer about emergency";
    /// Whoever watches over privacy asked about an opening in an emergency.
    AskAboutEmergency: "ask about emergency";
    /// A program was asked to take a case over.
    AskTransfer: "ask transfer";
    /// A case was assigned.
    Assign: "assign";
    /// A backup was made.
    Backup: "backup";
    /// A console account's secret was shown.
    BeginAccount: "begin account";
    /// A worker on shift called for help.
    CallForHelp: "call for help";
    /// When somebody is away was noted, or is not so any more.
    ChangeAbsence: "change absence";
    /// Somebody changed their own password.
    ChangePassword: "change password";
    /// A worker on shift said that they are safe.
    CheckIn: "check in";
    /// A console account was closed.
    CloseAccount: "close account";
    /// An opening in an emergency was closed.
    CloseEmergency: "close emergency";
    /// No device is believed any more what others wrote before a restore.
    CloseRestore: "close restore";
    /// Somebody at the console showed again who they are.
    ConfirmSession: "confirm session";
    /// A record was made.
    Create: "create";
    /// Records were disclosed under a consent.
    Disclose: "disclose";
    /// Work that was refused was dismissed.
    DismissRefusedWork: "dismiss refused work";
    /// Sessions of the console account were ended, by an administrator or by its owner.
    EndSessions: "end sessions";
    /// A worker is back from a shift.
    EndShift: "end shift";
    /// A device enrolled.
    Enroll: "enrol";
    /// A case was erased.
    Erase: "erase";
    /// A device wanted more kept than one may in a day.
    ExceedBudget: "exceed budget";
    /// The audit was exported.
    ExportAudit: "export audit";
    /// A worker on shift comes back later.
    ExtendShift: "extend shift";
    /// A role was given.
    GiveRole: "give role";
    /// The data folder was made.
    Init: "init";
    /// A device was invited.
    Invite: "invite";
    /// A device was invited to reconnect.
    InviteToReconnect: "invite to reconnect";
    /// A console account was invited.
    InviteToConsole: "invite to the console";
    /// A device was ordered to show nothing, or carries that out.
    LockDevice: "lock device";
    /// An opening in an emergency was looked at.
    LookAtEmergency: "look at emergency";
    /// Somebody made recovery codes in the place of those they had.
    MakeRecoveryCodes: "make recovery codes";
    /// A case was opened in an emergency.
    OpenInAnEmergency: "open in an emergency";
    /// A device was ordered to wipe itself.
    OrderWipe: "order wipe";
    /// A case was printed.
    Print: "print";
    /// A catalogue was put in force.
    PublishCatalogue: "publish catalogue";
    /// Records were read.
    Read: "read";
    /// A device said what it holds after a restore.
    Reconcile: "reconcile";
    /// A device was bound to the department again.
    Reconnect: "reconnect";
    /// Something was refused.
    Refuse: "refuse";
    /// A program did not take a case over.
    RefuseTransfer: "refuse transfer";
    /// The server's certificate was renewed.
    RenewCertificate: "renew certificate";
    /// Work that was refused was written anew.
    RepairRefusedWork: "repair refused work";
    /// The server was restored from a backup.
    Restore: "restore";
    /// A device was revoked.
    RevokeDevice: "revoke device";
    /// A console account was set up.
    SetAccount: "set account";
    /// Grants were worked out anew.
    Settle: "settle";
    /// Somebody at the console asked how a person is reached.
    ShowContact: "show contact";
    /// Somebody signed in, or tried to.
    SignIn: "sign in";
    /// Somebody signed out.
    SignOut: "sign out";
    /// The server started.
    Start: "start";
    /// A worker went out.
    StartShift: "start shift";
    /// A reason was stated.
    StateAReason: "state a reason";
    /// A program is not asked any more to take a case over.
    TakeBackTransfer: "take back transfer";
    /// A role was taken away.
    TakeRole: "take role";
    /// A case was taken away.
    Unassign: "unassign";
    /// The order to show nothing was taken back.
    UnlockDevice: "unlock device";
    /// A record was shown on a device.
    View: "view";
    /// A record was changed.
    Write: "write";
}

impl fmt::Display for AuditAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no act has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no act `{0}`")]
pub struct UnknownAct(pub String);

impl FromStr for AuditAct {
    type Err = UnknownAct;

    fn from_str(name: &str) -> Result<Self, UnknownAct> {
        let known = Self::ALL.iter().find(|act| act.name() == name);
        known.copied().ok_or_else(|| UnknownAct(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_found_by_its_name_and_no_other_is() {
        for act in AuditAct::ALL {
            assert_eq!(act.name().parse(), Ok(*act));
        }
        assert!(AuditAct::ALL.is_sorted_by(|one, other| one.name() < other.name()));
        assert!("raed".parse::<AuditAct>().is_err());
    }
}
