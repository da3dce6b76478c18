//! What can be asked of `cargo xtask`, and how it is written.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Parser, Subcommand};

/// The project's own commands
#[derive(Debug, PartialEq, Eq, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One thing to do.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// All that must be green
    Ci {
        /// Leaves the tests and documents out
        #[arg(long)]
        fast: bool,
        /// Runs one step by itself
        #[arg(long, value_name = "STEP", conflicts_with = "fast")]
        only: Option<String>,
    },
    /// Which crate may use what
    Layering,
    /// Rules about this tree that no lint can check
    Tidy,
    /// Which packages may be used: licences, bans, sources
    Deny,
    /// Simulates worlds: as many as CI does, N, or the one of a seed
    Sim {
        /// How many
        #[arg(long, value_name = "N", value_parser = at_least_one(), conflicts_with = "seed")]
        seeds: Option<u64>,
        /// The seed of the only one
        #[arg(long, value_name = "S")]
        seed: Option<u64>,
    },
    /// Kills real processes while they write and synchronize
    Kill {
        /// How often; as in CI when left out
        #[arg(long, value_name = "N", value_parser = at_least_one())]
        rounds: Option<u64>,
    },
    /// Feeds readers of what comes from outside with whatever bytes bring them further
    Fuzz {
        /// How long, for each target
        #[arg(long, value_name = "N", default_value_t = 60, value_parser = at_least_one())]
        seconds: u64,
        /// The only target, by the name of its folder in fuzz/corpus
        #[arg(long, value_name = "T")]
        target: Option<String>,
    },
    /// Writes the Kotlin, Swift and Python of ffi
    Bindings {
        /// Compares them with what is committed instead
        #[arg(long)]
        check: bool,
    },
    /// Compiles and tests the Kotlin library and its sample
    Kotlin,
    /// Builds the Python wheel and tests it
    Python,
    /// Tests devices and the server with a real nginx in between
    Proxy,
    /// Compiles the field app to WebAssembly
    App,
    /// Opens the console's pages in a real browser
    Browser,
    /// Writes pictures of the console's pages into docs/console
    Screenshots,
    /// Asks ODK's engine the same of forms as our own
    Xlsform,
    /// Compiles the C header, and the Swift where there is a compiler
    Header,
    /// Builds the archive for Android apps
    Android {
        /// Packs it from the libraries in this folder
        #[arg(long, value_name = "FOLDER")]
        libraries: Option<PathBuf>,
    },
    /// Builds the framework for iOS apps
    Ios,
    /// Measures, and writes the figures into docs/measurements.md
    #[command(disable_help_flag = true)]
    Measure {
        /// The calls of Kotlin and Python instead
        #[arg(long)]
        bindings: bool,
        /// Options of the measuring program; with `--bindings` it has one, `--records N`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// What `measure --bindings` takes.
#[derive(Debug, Parser)]
pub(crate) struct MeasureBindings {
    /// As many as a worker's phone may hold after some years
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = at_least_one())]
    pub(crate) records: u64,
}

fn at_least_one() -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_command_is_understood() {
        check("ci", Command::Ci { fast: false, only: None });
        check("ci --fast", Command::Ci { fast: true, only: None });
        check("ci --only tests", Command::Ci { fast: false, only: Some("tests".into()) });
        check("sim", Command::Sim { seeds: None, seed: None });
        check("sim --seeds=20", Command::Sim { seeds: Some(20), seed: None });
        check("sim --seed 0", Command::Sim { seeds: None, seed: Some(0) });
        check("kill --rounds 7", Command::Kill { rounds: Some(7) });
        check("fuzz", Command::Fuzz { seconds: 60, target: None });
        let target = Some("change".into());
        check("fuzz --seconds 5 --target change", Command::Fuzz { seconds: 5, target });
        check("xlsform", Command::Xlsform);
        check("browser", Command::Browser);
        check("screenshots", Command::Screenshots);
        check("bindings --check", Command::Bindings { check: true });
        let libraries = Some("jniLibs".into());
        check("android --libraries jniLibs", Command::Android { libraries });
        Arguments::command().debug_assert();
    }

    #[test]
    fn measure_hands_its_words_on_untouched() {
        for line in ["--records 10000", "--only no-op", "--help", "--quick"] {
            let arguments = line.split_whitespace().map(str::to_owned).collect();
            check(&format!("measure {line}"), Command::Measure { bindings: false, arguments });
        }
        let arguments = vec!["--records".to_owned(), "500".to_owned()];
        check("measure --bindings --records 500", Command::Measure { bindings: true, arguments });
        assert_eq!(MeasureBindings::parse_from(["measure --bindings"]).records, 10_000);
    }

    #[test]
    fn a_number_that_makes_no_sense_is_refused() {
        for line in ["sim --seeds 0", "sim --seeds many", "kill --rounds -1", "fuzz --seconds 0"] {
            assert!(parse(line).is_err(), "{line}");
        }
        for line in ["sim --seeds 3 --seed 4", "ci --fast --only fmt", "tidy now", "tydy", ""] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[track_caller]
    fn check(line: &str, expected: Command) {
        assert_eq!(parse(line).unwrap().command, expected);
    }

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["xtask"].into_iter().chain(line.split_whitespace()))
    }
}
