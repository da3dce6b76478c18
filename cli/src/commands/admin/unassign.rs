//! `fieldbook admin unassign`

use std::fmt::Display;

use clap::Args;
use model::ids::CaseId;
use serde_json::json;

use super::Session;
use super::session::{about_user, case_id};
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;

/// Unassign a case from a person
#[derive(Debug, Args)]
#[command(long_about = "Unassign a case from a person. With the next sync their devices send any \
    unsent changes, and then remove the case's records.\n\n    \
    fieldbook admin --data ./data unassign 'Ana Ejemplo' 0190c0de-0000-7000-8000-000000000001\n\n\
    With --json: {\"user\",\"case\",\"assigned\":false}.")]
pub(super) struct Unassign {
    /// The person's name
    name: String,
    /// The case's id
    #[arg(value_parser = case_id)]
    case: CaseId,
}

impl Unassign {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        admin
            .unassign(clock::now(), &self.name, self.case)
            .map_err(|error| about_user(&admin, &self.name, error))?;
        let parts: [(&str, &dyn Display); 2] = [("name", &self.name), ("case", &self.case)];
        let text = session.say_with("left_case", &parts);
        let json = json!({"user": self.name, "case": self.case.to_string(), "assigned": false});
        Ok(Report::new(json, text))
    }
}
