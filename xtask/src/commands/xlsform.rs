//! `cargo xtask xlsform`: asks ODK's engine the same as our own, form by form and answer by answer.
//!
//! pyxform makes XForms of the forms, ODK's engine plays made-up answers on them, and
//! `xlsform/examples/oracle.rs` compares what it says after each with what the imported form says.

use std::fs;
use std::path::{Path, PathBuf};

use super::python;
use crate::cargo::{ALL, BUILT, Cargo};
use crate::failure::Failure;
use crate::tool::{self, Needed, Tool};

/// Plays all forms, and fails if anything differs.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let Fetched { python, engine, mut forms } = fetch(root)?;
    let own = root.join("xlsform/forms");
    for entry in fs::read_dir(&own).map_err(|error| Failure::io("xlsform/forms", error))? {
        let path = entry.map_err(|error| Failure::io("xlsform/forms", error))?.path();
        forms.extend(Some(path).filter(|path| path.extension().is_some_and(|it| it == "md")));
    }
    forms.sort();
    let made = root.join(TARGET).join("forms");
    let mut make = Tool::new(&python).word(root.join("xlsform/oracle/forms.py")).word(&made);
    for form in &forms {
        make = make.word(form);
    }
    make.run(root)?;

    // The whole workspace decides over features, as in the steps before: nothing is compiled twice.
    Cargo::new(&format!("build {ALL} --example oracle")).run(root)?;
    let oracle = || Tool::new(root.join(BUILT).join("examples/oracle"));
    let names = forms.iter().filter_map(|form| Some(form.file_stem()?.to_str()?.to_owned()));
    let names: Vec<String> = names.collect();
    let file = |name: &str, ending: &str| made.join(format!("{name}.{ending}"));
    let mut play = Tool::new("node").env("TZ", "UTC").word(engine.join("play.mjs"));
    for name in &names {
        let (form, plan) = (file(name, "xlsx"), file(name, "plan.json"));
        oracle().word("plan").word(form).word(SEED).word(&plan).run(root)?;
        play = play.word(file(name, "xml")).word(plan).word(file(name, "states.json"));
    }
    play.run(&engine)?;
    let mut differ = Vec::new();
    for name in &names {
        let compare = oracle().word("compare").word(file(name, "xlsx"));
        let compare = compare.word(file(name, "plan.json")).word(file(name, "states.json"));
        if let Err(failure) = compare.run(root) {
            differ.push(failure);
        }
    }
    println!("{} forms played", names.len());
    differ.pop().map_or(Ok(()), Err)
}

/// What is played with comes from elsewhere.
pub(crate) struct Fetched {
    python: PathBuf,
    /// The folder of ODK's engine.
    engine: PathBuf,
    /// The forms of others.
    forms: Vec<PathBuf>,
}

/// Fetches what is not there yet.
pub(crate) fn fetch(root: &Path) -> Result<Fetched, Failure> {
    tool::ensure(root, &[NODE, NPM])?;
    let (python, pip) = python::environment(root, TARGET, "xlsform/oracle/requirements.txt")?;
    let target = root.join(TARGET);
    let engine = engine(root, &target)?;
    let forms = corpus(root, &target, pip)?;
    Ok(Fetched { python, engine, forms })
}

const TARGET: &str = "target/xlsform";

/// Installs ODK's engine, and returns its folder.
fn engine(root: &Path, target: &Path) -> Result<PathBuf, Failure> {
    let folder = target.join("engine");
    fs::create_dir_all(&folder).map_err(|error| Failure::io("target/xlsform/engine", error))?;
    for file in ["package.json", "package-lock.json", "play.mjs"] {
        python::copy(&root.join("xlsform/oracle").join(file), &folder.join(file))?;
    }
    Tool::new("npm").words("ci --ignore-scripts --no-audit --no-fund").run(&folder)?;
    Ok(folder)
}

/// Fetches the forms of others, and returns those that are played.
fn corpus(root: &Path, target: &Path, pip: Tool) -> Result<Vec<PathBuf>, Failure> {
    let folder = target.join("corpus");
    let archive = folder.join("pyxform-1.0.1.tar.gz");
    fs::create_dir_all(&folder).map_err(|error| Failure::io("target/xlsform/corpus", error))?;
    if !archive.is_file() {
        pip.words("download --no-deps --no-binary :all: --require-hashes --requirement")
            .word("xlsform/oracle/corpus.txt")
            .word("--dest")
            .word(&folder)
            .run(root)?;
    }
    Tool::new("tar").words("--extract --gzip --file").word(&archive).run(&folder)?;
    let mut found: Vec<PathBuf> = Vec::new();
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        let failed = |error| Failure::io(folder.display().to_string(), error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                open.push(path);
            } else if CORPUS.contains(&name) && !found.iter().any(|known| same_name(known, &path)) {
                found.push(path);
            }
        }
    }
    if found.len() == CORPUS.len() {
        return Ok(found);
    }
    let why = format!("{} of {} forms are in it", found.len(), CORPUS.len());
    Err(Failure::unreadable(archive.display().to_string(), why))
}

fn same_name(one: &Path, other: &Path) -> bool {
    one.file_name() == other.file_name()
}

const NODE: Needed = Needed {
    program: "node",
    // The engine runs from this version on.
    trial: "--eval process.exit(process.versions.node.split('.')[0]<20?1:0)",
    package: "nodejs",
};
const NPM: Needed = Needed { program: "npm", trial: "--version", package: "npm" };

/// Of the answers that are made up.
const SEED: &str = "1";

/// The forms that are played: all of the package that pyxform still takes and that ask anything.
const CORPUS: [&str; 31] = [
    "allow_comment_rows_test.xls",
    "another_loop.xls",
    "attribute_columns_test.xlsx",
    "badly_named_choices_sheet.xls",
    "blank_second_row.xls",
    "cascading_select_test_equivalent.xls",
    "choice_filter_test.xlsx",
    "choice_name_as_type.xls",
    "choice_name_same_as_select_name.xls",
    "flat_xlsform_test.xlsx",
    "group.xls",
    "ict_survey_fails.xls",
    "loop.xls",
    "new_cascading_select.xls",
    "ODKValidateWarnings.xlsx",
    "or_other.xlsx",
    "search_and_select.xlsx",
    "select_one_external.xlsx",
    "settings.xls",
    "sms_info.xls",
    "spaces_in_choices_header.xls",
    "specify_other.xls",
    "style_settings.xls",
    "table-list.xls",
    "text_and_integer.xls",
    "widgets.xls",
    "xl_date_ambiguous_v1.xlsx",
    "xlsform_spec_test.xlsx",
    "xml_escaping.xls",
    "yes_or_no_question.xls",
    "calculate.xls",
];
