//! `fieldbook admin restore`

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;
use model::wire::MembershipV1;
use model::words::Language;
use serde_json::json;
use server::admin::{Admin, Restored};

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::Failure;
use crate::progress;
use crate::report::Report;
use crate::words::{self, label};

/// Restore the data from a backup
#[derive(Debug, Args)]
#[command(
    long_about = "Restore the data from a backup. Stop the server first. The replaced database \
    is kept beside the new one. With their next sync the devices send back all changes that they \
    still hold and the backup does not.\n\n    \
    fieldbook admin --data ./data restore ./fieldbook-2026-11-25.backup\n\n\
    Revoked devices stay revoked and closed accounts stay closed, because `keys.db` lists them. \
    Everything else that administrators changed after the backup is lost; the command lists what \
    to check.\n\n    \
    A device may also send back changes that other people wrote, for the time that the catalogue \
    sets (`restore_window`). To end this time early, once every device has synchronized, whether \
    or not the server is running:\n\n    \
    fieldbook admin --data ./data restore --close\n\n\
    With --json: {\"file\",\"feed\",\"database_was_lost\",\"devices_shut_out\",\
    \"accounts_shut_out\",\"roles_given_again\",\"brought_back_until\"}; with --close \
    {\"was_open\"}."
)]
pub(super) struct Restore {
    /// The backup
    #[arg(required_unless_present = "close")]
    file: Option<PathBuf>,
    /// Stop accepting, from devices, changes that other people wrote before the last restore
    #[arg(long, conflicts_with = "file")]
    close: bool,
}

impl Restore {
    pub(super) fn run(self, session: &Session, json: bool) -> Result<Report, Failure> {
        let Some(backup) = self.file else { return close(session) };
        let file = backup.display().to_string();
        if matches!(backup.try_exists(), Ok(false)) {
            return Err(Failure::not_found("no_file", label("no_file", &[("file", &file)])));
        }
        let mut rng = clock::rng()?;
        let bar = progress::spinner(session.say("restoring"), json);
        let restored =
            Admin::restore(clock::now(), &mut rng, &session.config, &backup).map_err(failure)?;
        bar.finish_and_clear();
        let until = session.open()?.zone().show(restored.brought_back_until);
        let parts: [(&str, &dyn Display); 3] =
            [("file", &file), ("entry", &restored.head.0), ("until", &until)];
        let mut text = session.say_with("restored", &parts) + "\n";
        let data = session.config.data_dir.display().to_string();
        text.push_str(&look_through(&restored, &data, session.language));
        let roles: Vec<_> =
            restored.roles_given_again.iter().map(|given| role(given, Language::English)).collect();
        let json = json!({
            "file": file,
            "feed": restored.head.0,
            "database_was_lost": restored.was_lost,
            "devices_shut_out": restored.devices_shut_out,
            "accounts_shut_out": restored.accounts_shut_out,
            "roles_given_again": roles,
            "brought_back_until": restored.brought_back_until.to_string(),
        });
        Ok(Report::new(json, text))
    }
}

fn close(session: &Session) -> Result<Report, Failure> {
    let was_open = session.open()?.close_restore(clock::now()).map_err(failure)?;
    let text = match was_open {
        true => session.say("restore_closed"),
        false => session.say("restore_was_closed"),
    };
    Ok(Report::new(json!({ "was_open": was_open }), text))
}

/// Returns the list of what an administrator must check, because changes after the backup are lost.
fn look_through(restored: &Restored, data: &str, language: impl Into<Language>) -> String {
    let language = language.into();
    let Restored { was_lost, devices_shut_out, accounts_shut_out, roles_given_again, .. } =
        restored;
    let parts: [(&str, &dyn Display); 2] =
        [("devices", devices_shut_out), ("accounts", accounts_shut_out)];
    let mut lines = vec![words::say(language, "shut_out_again", &parts)];
    for given in roles_given_again {
        let role = role(given, language);
        lines.push(words::say(language, "given_again", &[("role", &role)]));
    }
    lines.push(words::say(language, "look_through", &[]));
    let command = |command: &str, what: String| {
        format!("  fieldbook admin --data {data} {command:<13} {what}")
    };
    lines.push(command("user list", words::say(language, "look_at_roles", &[])));
    if *was_lost {
        // Of an account only that it was closed is known elsewhere.
        lines.push(command("account list", words::say(language, "look_at_accounts", &[])));
        lines.push(command("devices", words::say(language, "look_at_devices", &[])));
    }
    lines.push(command("assign", words::say(language, "look_at_cases", &[])));
    lines.join("\n")
}

fn role((name, held): &(String, MembershipV1), language: impl Into<Language>) -> String {
    let parts: [(&str, &dyn Display); 2] = [("role", &held.role), ("program", &held.program)];
    format!("{name}: {}", words::say(language, "role_in", &parts))
}

#[cfg(test)]
mod tests {
    use model::ids::FeedSeq;
    use model::time::Timestamp;

    use super::*;

    #[test]
    fn what_nobody_can_know_any_more_is_named() {
        let held = MembershipV1 {
            role: "OW".parse().unwrap(),
            program: "street_outreach".parse().unwrap(),
        };
        let restored = Restored {
            head: FeedSeq(7),
            was_lost: true,
            devices_shut_out: 1,
            accounts_shut_out: 2,
            roles_given_again: vec![("Ana Ejemplo".into(), held)],
            brought_back_until: Timestamp::from_millis(1_795_000_000_000),
        };
        let text = look_through(&restored, "data", Language::English);
        for part in [
            "1 revoked devices, 2 closed accounts",
            "Ana Ejemplo: OW in street_outreach",
            "admin --data data account list",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
