//! `fieldbook admin init`

use clap::Args;
use serde_json::json;
use server::admin::Admin;

use super::Session;
use super::session::open_failure;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;

/// Make a data folder
#[derive(Debug, Args)]
#[command(
    long_about = "Make a server's data folder: its master key, its keys, an empty database. A \
    folder that holds data already is left as it is.\n\n    \
    fieldbook admin --data ./data init --department 'Justice and Intervention'\n\n\
    Keep a copy of the file `master.key` where the folder is not: without it nobody can read the \
    data, you neither.\n\n\
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
            return Err(Failure::invalid("usage", "`--department` is empty"));
        }
        let mut rng = clock::rng()?;
        Admin::init(clock::now(), &mut rng, &session.config, &self.department)
            .map_err(open_failure)?;
        let data = session.config.data_dir.display().to_string();
        let text = format!(
            "{} is ready in {data}.\nKeep a copy of {data}/master.key where this folder is not.\n\
             Next:\n  fieldbook serve --data {data}\n  \
             fieldbook admin --data {data} user add NAME --role ROLE --program PROGRAM",
            self.department
        );
        Ok(Report::new(json!({"data": data, "department": self.department}), text))
    }
}
