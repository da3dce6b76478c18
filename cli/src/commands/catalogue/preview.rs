//! `fieldbook catalogue preview`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use model::forms::{self, Facts, Filling, FormState};
use model::ids::UserId;
use model::input;
use model::people::People;
use model::words::LanguageTag;

use super::source;
use crate::clock;
use crate::commands::device::{Assignment, Form, Words, input_failure, pairs, record_type};
use crate::failure::Failure;
use crate::report::Report;

/// Show a form as it will be asked
#[derive(Debug, Args)]
#[command(
    long_about = "Show a form as it will be asked: its sections and questions, which must be \
    answered (*), and what may be entered. With answers it shows what they make of it.\n\n    \
    fieldbook catalogue preview mediation --catalogue ./catalogue-next retaliation=true\n\n\
    With --json: as `device form`."
)]
pub(super) struct Preview {
    /// The record type, such as mediation
    #[arg(value_name = "TYPE")]
    of: String,
    /// The folder of the catalogue; the built-in one if it is left out
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// The answers so far
    #[arg(value_name = "FIELD=VALUE")]
    values: Vec<Assignment>,
}

impl Preview {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        let catalogue = source::load(self.catalogue.as_deref())?;
        let record_type = record_type(&catalogue, &self.of)?;
        let (now, people) = (clock::now(), People::new(UserId::from_bytes([0; 16]), []));
        let edits = input::first_values(now, &catalogue, &people, record_type, pairs(&self.values))
            .map_err(|error| input_failure(record_type, &error))?;
        let mut answers = BTreeMap::new();
        edits.iter().for_each(|edit| forms::apply(&mut answers, edit));
        let filling = Filling { now, answers: &answers, facts: &Facts::default() };
        let state = FormState::of(&catalogue, record_type, filling);
        let words = Words { catalogue: &catalogue, language, people: &people };
        Ok(Form { words, record_type, state }.report())
    }
}
