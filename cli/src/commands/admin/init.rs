//! `fieldbook admin init`

use std::fmt::Display;

use clap::Args;
use serde_json::json;
use server::admin::Admin;

use super::Session;
use super::session::open_failure;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::words::label;

/// Create a data folder
#[derive(Debug, Args)]
#[command(
    long_about = "Create a server's data folder: its master key, its keys and an empty database. \
    A folder that already holds data is left as it is.\n\n    \
    fieldbook admin --data ./data init --department 'Justice and Intervention'\n\n\
    Keep a copy of the file `master.key` outside this folder: without it nobody can read the \
    data, not even you.\n\n\
    With --json: {\"data\",\"department\"}."
)]
pub(super) struct Init {
    /// The department's name, as people will see it
    #[arg(long, value_name = "NAME")]
    department: String,
}

impl Init {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        if self.department.trim().is_empty() {
            return Err(Failure::invalid("usage", label("department_is_empty", &[])));
        }
        let mut rng = clock::rng()?;
        Admin::init(clock::now(), &mut rng, &session.config, &self.department)
            .map_err(open_failure)?;
        let data = session.config.data_dir.display().to_string();
        let parts: [(&str, &dyn Display); 2] = [("department", &self.department), ("data", &data)];
        let text = session.say_with("folder_ready", &parts);
        Ok(Report::new(json!({"data": data, "department": self.department}), text))
    }
}
