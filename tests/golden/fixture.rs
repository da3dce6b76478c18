//! Fixture files: found, compared, and made once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use ciborium::Value;
use model::catalogue::{Catalogue, CatalogueSource};

/// Where version 1's fixtures are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/v1")
}

/// Returns whether missing fixtures are to be made.
pub(crate) fn writing() -> bool {
    env::var_os("FIELDBOOK_WRITE_GOLDEN").is_some_and(|value| value == "1")
}

/// The fixture at `path` under [`folder`]; when it is missing and fixtures are to be made, it
/// becomes what `make` says. One that is there is never touched.
pub(crate) fn read(path: &str, make: impl FnOnce() -> String) -> String {
    let at = folder().join(path);
    if !at.exists() {
        assert!(writing(), "{path} is missing: FIELDBOOK_WRITE_GOLDEN=1 makes it");
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(&at, make()).unwrap();
    }
    fs::read_to_string(&at).unwrap()
}

/// A fixture of bytes for people and for the test: the bytes as they read, then in hexadecimal.
pub(crate) fn render(reading: &str, bytes: &[u8]) -> String {
    let mut text = format!("{}\n\n", reading.trim_end());
    for line in bytes.chunks(32) {
        for byte in line {
            write!(text, "{byte:02x}").unwrap();
        }
        text.push('\n');
    }
    text
}

/// The reading and the bytes of such a fixture.
pub(crate) fn parse(text: &str) -> (&str, Vec<u8>) {
    let (reading, hex) = text.trim_end().rsplit_once("\n\n").expect("a reading, then the bytes");
    let digits: String = hex.split_whitespace().collect();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (reading, (0..digits.len()).step_by(2).map(byte).collect())
}

/// CBOR as people read it, near RFC 8949 §8: one line for each entry of a map or list.
pub(crate) fn diagnostic(bytes: &[u8]) -> String {
    let value: Value = ciborium::from_reader(bytes).unwrap();
    let mut text = String::new();
    write_value(&mut text, &value, 0);
    text
}

/// The catalogue that the golden changes and databases were written with.
pub(crate) fn catalogue_source() -> CatalogueSource {
    let mut source = CatalogueSource::default();
    for path in [
        "access.toml",
        "code_lists.toml",
        "common.toml",
        "department.toml",
        "types/encounter.toml",
        "types/person.toml",
    ] {
        let text = fs::read_to_string(folder().join("catalogue").join(path)).unwrap();
        source.files.insert(path.to_owned(), text);
    }
    source
}

/// The same, checked.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::load(&catalogue_source()).unwrap()
}

fn write_value(text: &mut String, value: &Value, depth: usize) {
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            text.push('{');
            for (key, value) in entries {
                line(text, depth + 1);
                write_value(text, key, depth + 1);
                text.push_str(": ");
                write_value(text, value, depth + 1);
            }
            line(text, depth);
            text.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for item in items {
                line(text, depth + 1);
                write_value(text, item, depth + 1);
            }
            line(text, depth);
            text.push(']');
        }
        Value::Map(_) => text.push_str("{}"),
        Value::Array(_) => text.push_str("[]"),
        Value::Bytes(bytes) => {
            text.push_str("h'");
            bytes.iter().for_each(|byte| write!(text, "{byte:02x}").unwrap());
            text.push('\'');
        }
        Value::Text(words) => write!(text, "{words:?}").unwrap(),
        Value::Integer(number) => write!(text, "{}", i128::from(*number)).unwrap(),
        Value::Bool(flag) => write!(text, "{flag}").unwrap(),
        Value::Null => text.push_str("null"),
        other => panic!("no message holds {other:?}"),
    }
}
