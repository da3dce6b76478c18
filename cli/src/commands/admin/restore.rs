//! `fieldbook admin restore`

use std::path::PathBuf;

use clap::Args;
use model::wire::MembershipV1;
use serde_json::json;
use server::admin::{Admin, Restored};

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::Failure;
use crate::progress;
use crate::report::Report;

/// Put a backup in the place of the data
#[derive(Debug, Args)]
#[command(
    long_about = "Put a backup in the place of the data. Stop the server first. What was there \
    is kept beside it. With their next sync the devices notice, and bring back everything that \
    they still hold and the backup does not.\n\n    \
    fieldbook admin --data ./data restore ./fieldbook-2026-11-25.backup\n\n\
    Whoever was shut out stays out: `keys.db` knows the devices that were revoked and the accounts \
    that were closed. What else the office did after the backup was made is not known any more; \
    the command says what to look through.\n\n    \
    What others wrote a device brings back for as long as the catalogue says (`restore_window`). \
    End that earlier, with the server running or not, once everybody has met it:\n\n    \
    fieldbook admin --data ./data restore --close\n\n    \
    With --json: {\"file\",\"feed\",\"database_was_lost\",\"devices_shut_out\",\
    \"accounts_shut_out\",\"roles_given_again\",\"brought_back_until\"}; with --close \
    {\"was_open\"}."
)]
pub(super) struct Restore {
    /// The backup
    #[arg(required_unless_present = "close")]
    file: Option<PathBuf>,
    /// Believe no device any more what others wrote before the last restore
    #[arg(long, conflicts_with = "file")]
    close: bool,
}

impl Restore {
    pub(super) fn run(self, session: &Session, json: bool) -> Result<Report, Failure> {
        let Some(backup) = self.file else { return close(session) };
        let file = backup.display().to_string();
        if matches!(backup.try_exists(), Ok(false)) {
            return Err(Failure::not_found("no_file", format!("there is no file {file}")));
        }
        let mut rng = clock::rng()?;
        let bar = progress::spinner("restoring", json);
        let restored =
            Admin::restore(clock::now(), &mut rng, &session.config, &backup).map_err(failure)?;
        bar.finish_and_clear();
        let text = format!(
            "the data is that of {file}, up to entry {} of the feed; devices bring back what it \
             lacks, what others wrote until {}\n{}",
            restored.head.0,
            restored.brought_back_until,
            look_through(&restored, &session.config.data_dir.display().to_string())
        );
        let roles: Vec<_> = restored.roles_given_again.iter().map(role).collect();
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
        true => "no device is believed any more what others wrote before the restore",
        false => "no device was believed what others wrote: nothing is open",
    };
    Ok(Report::new(json!({ "was_open": was_open }), text.to_owned()))
}

/// What the office did after the backup was made, and the backup does not know.
fn look_through(restored: &Restored, data: &str) -> String {
    let Restored { was_lost, devices_shut_out, accounts_shut_out, roles_given_again, .. } =
        restored;
    let mut text = format!(
        "shut out again: {devices_shut_out} revoked devices, {accounts_shut_out} closed accounts\n"
    );
    for given in roles_given_again {
        text.push_str(&format!("given again, and taken away since: {}\n", role(given)));
    }
    text.push_str("Look through what the office did after the backup was made:\n");
    text.push_str(&format!("  fieldbook admin --data {data} user list     roles\n"));
    if *was_lost {
        // Of an account only that it was closed is known elsewhere.
        text.push_str(&format!(
            "  fieldbook admin --data {data} account list  passwords are those of the backup\n"
        ));
        text.push_str(&format!(
            "  fieldbook admin --data {data} devices       those enrolled since are not known\n"
        ));
    }
    text.push_str(&format!(
        "  fieldbook admin --data {data} assign        cases assigned or taken away"
    ));
    text
}

fn role((name, held): &(String, MembershipV1)) -> String {
    format!("{name}: {} in {}", held.role, held.program)
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
        let text = look_through(&restored, "data");
        for part in [
            "1 revoked devices, 2 closed accounts",
            "Ana Ejemplo: OW in street_outreach",
            "admin --data data account list",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
