//! `fieldbook admin assign`

use std::fmt::Display;

use clap::Args;
use model::ids::CaseId;
use serde_json::json;

use super::Session;
use super::session::{about_user, case_id};
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;

/// Assign a case to a person
#[derive(Debug, Args)]
#[command(long_about = "Assign a case to a person. With the next sync their devices receive all \
    records of the case that their roles let them see. Assigning the case again changes nothing.\n\n    \
    fieldbook admin --data ./data assign 'Ana Ejemplo' 0190c0de-0000-7000-8000-000000000001\n\n\
    The id of a case is the id of its person or property record.\n\n\
    With --json: {\"user\",\"case\",\"assigned\":true}.")]
pub(super) struct Assign {
    /// The person's name
    name: String,
    /// The case's id
    #[arg(value_parser = case_id)]
    case: CaseId,
}

impl Assign {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        admin
            .assign(clock::now(), &self.name, self.case)
            .map_err(|error| about_user(&admin, &self.name, error))?;
        let parts: [(&str, &dyn Display); 2] = [("name", &self.name), ("case", &self.case)];
        let text = session.say_with("works_on_case", &parts);
        let json = json!({"user": self.name, "case": self.case.to_string(), "assigned": true});
        Ok(Report::new(json, text))
    }
}
