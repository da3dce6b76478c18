//! What can be asked of `cargo xtask`, and how it is written.

use std::fmt;
use std::path::PathBuf;

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Ci(Extent),
    Layering,
    Tidy,
    Deny,
    Sim(Seeds),
    Kill { rounds: Option<u64> },
    Measure { arguments: Vec<String> },
    MeasureBindings { records: u64 },
    Bindings(Bindings),
    Kotlin,
    Python,
    Proxy,
    Header,
    Android(Libraries),
    Ios,
}

/// How much of `ci` to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    All,
    Fast,
}

/// What becomes of freshly generated code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bindings {
    Write,
    Check,
}

/// Where the libraries for Android come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Libraries {
    Build,
    In(PathBuf),
}

/// Which worlds to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seeds {
    AsInCi,
    Count(u64),
    Only(u64),
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Command, Mistake> {
    let mut words = words.into_iter();
    let name = words.next().ok_or(Mistake::NoCommand)?;
    let mut options = Options { words: words.collect() };
    if name == "measure" {
        if options.words.front().is_some_and(|word| word == "--bindings") {
            options.words.pop_front();
            return measure_bindings(&mut options);
        }
        // The measuring program has options of its own; they are none of our business.
        return Ok(Command::Measure { arguments: options.words.into() });
    }
    if options.words.iter().any(|word| word == "--help" || word == "-h") {
        return Ok(Command::Help);
    }
    match name.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "ci" => ci(&mut options),
        "layering" => options.none("layering", Command::Layering),
        "tidy" => options.none("tidy", Command::Tidy),
        "deny" => options.none("deny", Command::Deny),
        "sim" => sim(&mut options),
        "kill" => kill(&mut options),
        "bindings" => bindings(&mut options),
        "kotlin" => options.none("kotlin", Command::Kotlin),
        "python" => options.none("python", Command::Python),
        "proxy" => options.none("proxy", Command::Proxy),
        "header" => options.none("header", Command::Header),
        "android" => android(&mut options),
        "ios" => options.none("ios", Command::Ios),
        _ => Err(Mistake::UnknownCommand(name)),
    }
}

/// Printed by `help`, and after every mistake.
pub(crate) const USAGE: &str = "\
usage: cargo xtask COMMAND

  ci [--fast]                    all that must be green; --fast leaves the tests and documents out
  layering                       which crate may use what
  tidy                           rules about this tree that no lint can check
  deny                           which packages may be used: licences, bans, sources
  sim [--seeds N] [--seed S]     the simulation: N worlds, or the one of seed S
  kill [--rounds N]              kills real processes while they write and synchronize, N times
  bindings [--check]             writes the Kotlin, Swift and Python of ffi, or compares them
  kotlin                         compiles and tests the Kotlin library and its sample
  python                         builds the Python wheel and tests it
  proxy                          tests devices and the server with a real nginx in between
  header                         compiles the C header, and the Swift where there is a compiler
  android [--libraries FOLDER]   builds the archive for Android apps, or packs it from libraries
  ios                            builds the framework for iOS apps
  measure [ARGUMENTS]            measures, and writes the figures into docs/measurements.md
  measure --bindings             the same for the calls of Kotlin and Python
  help                           this";

/// What was wrong with the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    NoCommand,
    UnknownCommand(String),
    UnknownOption { command: &'static str, option: String },
    NoValue { option: &'static str },
    NoFolder { option: &'static str },
    NotANumber { option: &'static str, value: String },
    Zero { option: &'static str },
    SeedAndSeeds,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => write!(f, "no command given"),
            Self::UnknownCommand(name) => write!(f, "unknown command `{name}`"),
            Self::UnknownOption { command, option } => {
                write!(f, "`{command}` has no option `{option}`")
            }
            Self::NoValue { option } => write!(f, "`{option}` needs a number after it"),
            Self::NoFolder { option } => write!(f, "`{option}` needs a folder after it"),
            Self::NotANumber { option, value } => {
                write!(f, "`{option}` takes a whole number, not `{value}`")
            }
            Self::Zero { option } => write!(f, "`{option}` must be at least 1"),
            Self::SeedAndSeeds => write!(f, "`--seed` and `--seeds` exclude each other"),
        }
    }
}

fn ci(options: &mut Options) -> Result<Command, Mistake> {
    let mut extent = Extent::All;
    while let Some(option) = options.next() {
        match option.as_str() {
            "--fast" => extent = Extent::Fast,
            _ => return Err(Mistake::UnknownOption { command: "ci", option }),
        }
    }
    Ok(Command::Ci(extent))
}

fn sim(options: &mut Options) -> Result<Command, Mistake> {
    let mut seeds = Seeds::AsInCi;
    while let Some(option) = options.next() {
        let given = match option.as_str() {
            "--seeds" => Seeds::Count(options.at_least_one("--seeds")?),
            "--seed" => Seeds::Only(options.number("--seed")?),
            _ => return Err(Mistake::UnknownOption { command: "sim", option }),
        };
        if seeds != Seeds::AsInCi {
            return Err(Mistake::SeedAndSeeds);
        }
        seeds = given;
    }
    Ok(Command::Sim(seeds))
}

fn kill(options: &mut Options) -> Result<Command, Mistake> {
    let mut rounds = None;
    while let Some(option) = options.next() {
        match option.as_str() {
            "--rounds" => rounds = Some(options.at_least_one("--rounds")?),
            _ => return Err(Mistake::UnknownOption { command: "kill", option }),
        }
    }
    Ok(Command::Kill { rounds })
}

fn bindings(options: &mut Options) -> Result<Command, Mistake> {
    let mut what = Bindings::Write;
    while let Some(option) = options.next() {
        match option.as_str() {
            "--check" => what = Bindings::Check,
            _ => return Err(Mistake::UnknownOption { command: "bindings", option }),
        }
    }
    Ok(Command::Bindings(what))
}

fn measure_bindings(options: &mut Options) -> Result<Command, Mistake> {
    let mut records = RECORDS_MEASURED;
    while let Some(option) = options.next() {
        match option.as_str() {
            "--records" => records = options.at_least_one("--records")?,
            _ => return Err(Mistake::UnknownOption { command: "measure --bindings", option }),
        }
    }
    Ok(Command::MeasureBindings { records })
}

/// As many as a worker's phone may hold after some years.
const RECORDS_MEASURED: u64 = 10_000;

fn android(options: &mut Options) -> Result<Command, Mistake> {
    let mut libraries = Libraries::Build;
    while let Some(option) = options.next() {
        match option.as_str() {
            "--libraries" => {
                let folder = options.words.pop_front();
                let folder = folder.ok_or(Mistake::NoFolder { option: "--libraries" })?;
                libraries = Libraries::In(folder.into());
            }
            _ => return Err(Mistake::UnknownOption { command: "android", option }),
        }
    }
    Ok(Command::Android(libraries))
}

/// The words after the command's name.
struct Options {
    words: std::collections::VecDeque<String>,
}

impl Options {
    /// Returns the next option. `--name=value` is taken apart, so that its value comes next.
    fn next(&mut self) -> Option<String> {
        let word = self.words.pop_front()?;
        match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => {
                self.words.push_front(value.to_owned());
                Some(name.to_owned())
            }
            _ => Some(word),
        }
    }

    fn number(&mut self, option: &'static str) -> Result<u64, Mistake> {
        let value = self.words.pop_front().ok_or(Mistake::NoValue { option })?;
        value.parse().map_err(|_| Mistake::NotANumber { option, value })
    }

    fn at_least_one(&mut self, option: &'static str) -> Result<u64, Mistake> {
        match self.number(option)? {
            0 => Err(Mistake::Zero { option }),
            number => Ok(number),
        }
    }

    fn none(&mut self, command: &'static str, then: Command) -> Result<Command, Mistake> {
        match self.words.pop_front() {
            None => Ok(then),
            Some(option) => Err(Mistake::UnknownOption { command, option }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_understood() {
        check("ci", Ok(Command::Ci(Extent::All)));
        check("ci --fast", Ok(Command::Ci(Extent::Fast)));
        check("layering", Ok(Command::Layering));
        check("tidy", Ok(Command::Tidy));
        check("deny", Ok(Command::Deny));
        check("sim", Ok(Command::Sim(Seeds::AsInCi)));
        check("sim --seeds 20", Ok(Command::Sim(Seeds::Count(20))));
        check("sim --seeds=20", Ok(Command::Sim(Seeds::Count(20))));
        check("sim --seed 0", Ok(Command::Sim(Seeds::Only(0))));
        check("kill", Ok(Command::Kill { rounds: None }));
        check("kill --rounds 7", Ok(Command::Kill { rounds: Some(7) }));
        check("bindings", Ok(Command::Bindings(Bindings::Write)));
        check("bindings --check", Ok(Command::Bindings(Bindings::Check)));
        check("kotlin", Ok(Command::Kotlin));
        check("python", Ok(Command::Python));
        check("header", Ok(Command::Header));
        check("android", Ok(Command::Android(Libraries::Build)));
        let packed = Libraries::In("jniLibs".into());
        check("android --libraries jniLibs", Ok(Command::Android(packed)));
        check("ios", Ok(Command::Ios));
        check("help", Ok(Command::Help));
        check("sim --help", Ok(Command::Help));
    }

    #[test]
    fn measure_hands_its_words_on_untouched() {
        let arguments = vec!["--records".to_owned(), "10000".to_owned()];
        check("measure --records 10000", Ok(Command::Measure { arguments }));
    }

    #[test]
    fn the_bindings_are_measured_by_themselves() {
        check("measure --bindings", Ok(Command::MeasureBindings { records: 10_000 }));
        let fewer = Command::MeasureBindings { records: 500 };
        check("measure --bindings --records 500", Ok(fewer));
        check_mistake("measure --bindings --quick", "`measure --bindings` has no option `--quick`");
    }

    #[test]
    fn a_mistake_names_what_was_wrong() {
        check_mistake("", "no command given");
        check_mistake("tydy", "unknown command `tydy`");
        check_mistake("ci --quick", "`ci` has no option `--quick`");
        check_mistake("tidy now", "`tidy` has no option `now`");
        check_mistake("android --libraries", "`--libraries` needs a folder after it");
        check_mistake("ios now", "`ios` has no option `now`");
        check_mistake("sim --seeds", "`--seeds` needs a number after it");
        check_mistake("sim --seeds many", "`--seeds` takes a whole number, not `many`");
        check_mistake("sim --seeds 0", "`--seeds` must be at least 1");
        check_mistake("sim --seeds 3 --seed 4", "`--seed` and `--seeds` exclude each other");
        check_mistake("kill --rounds -1", "`--rounds` takes a whole number, not `-1`");
    }

    #[test]
    fn the_usage_names_every_command() {
        for name in [
            "ci", "layering", "tidy", "sim", "kill", "measure", "help", "bindings", "kotlin",
            "python", "header", "android", "ios",
        ] {
            assert!(USAGE.contains(&format!("\n  {name} ")), "{name}");
        }
    }

    #[track_caller]
    fn check(line: &str, expected: Result<Command, Mistake>) {
        assert_eq!(parse(line.split_whitespace().map(str::to_owned)), expected);
    }

    #[track_caller]
    fn check_mistake(line: &str, expected: &str) {
        let mistake = parse(line.split_whitespace().map(str::to_owned)).unwrap_err();
        assert_eq!(mistake.to_string(), expected);
    }
}
