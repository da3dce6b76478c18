//! `fieldbook device form`

use std::collections::BTreeMap;

use clap::Args;
use model::forms;
use model::input;

use super::asked::Form;
use super::typed::{self, Assignment, input_failure, pairs};
use super::wording::Words;
use super::{Session, record_failure};
use crate::failure::Failure;
use crate::report::Report;

/// Show what a form asks
#[derive(Debug, Args)]
#[command(
    long_about = "Show what the form of a record type asks with these answers: which questions \
    are asked, which must be answered (*), what may be entered, and what is wrong. Nothing is \
    saved.\n\n    \
    fieldbook device --dir ~/field form mediation --case CASE retaliation=true\n\n\
    With --json: {\"type\",\"sections\",\"questions\":[{\"field\",\"shown\",\"required\",\
    \"read_only\",\"options\",\"computed\",\"problems\":[{\"code\",\"problem\"}]}]}."
)]
pub(super) struct ShowForm {
    /// The record's type, such as person or `outreach_contact`
    #[arg(value_name = "TYPE")]
    record_type: String,
    /// The case it belongs to: the id of its person or property record, or its first characters
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// The answers so far
    #[arg(value_name = "FIELD=VALUE")]
    values: Vec<Assignment>,
}

impl ShowForm {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let catalogue = session.catalogue();
        let record_type = typed::record_type(&catalogue, &self.record_type)?;
        let people = session.people()?;
        let typed = pairs(&self.values);
        let edits = input::first_values(session.now, &catalogue, &people, record_type, typed)
            .map_err(|error| input_failure(record_type, &error))?;
        let case = self.case.map(|id| session.case(&id)).transpose()?;
        let mut answers = BTreeMap::new();
        edits.iter().for_each(|edit| forms::apply(&mut answers, edit));
        let state = session
            .device
            .form(session.now, record_type, case, &answers)
            .map_err(record_failure)?;
        let language = session.language;
        let words = Words { catalogue: &catalogue, language, people: &people };
        Ok(Form { words, record_type, state }.report())
    }
}
