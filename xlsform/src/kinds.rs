//! The types of questions, by the names that XLSForm has had for them.

use model::words::Message;

use crate::finding::Kind;

/// What a row of the survey is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowType {
    Begin(Block),
    End(Block),
    Text,
    Integer,
    Decimal,
    Range,
    Date,
    Time,
    DateTime,
    Acknowledge,
    One(Choosing),
    Several(Choosing),
    Calculate,
    Note,
    /// It is not taken.
    Left(Kind, Message),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    Group,
    Repeat,
}

/// Which list a select chooses from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choosing {
    pub(crate) list: String,
    pub(crate) or_other: bool,
}

/// Reads the cell of a type.
pub(crate) fn row_type(text: &str) -> RowType {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = words.to_lowercase();
    if let Some((word, rest)) = SELECTS
        .iter()
        .find_map(|(word, several)| Some(((word, several), lower.strip_prefix(word)?)))
        .filter(|(_, rest)| rest.starts_with(' '))
    {
        // The list keeps its case.
        let rest = words.get(words.len() - rest.len()..).unwrap_or_default().trim();
        let other = OTHERS.iter().find_map(|other| rest.strip_suffix(other));
        let list = other.unwrap_or(rest).trim().to_owned();
        let choosing = Choosing { list, or_other: other.is_some() };
        return if *word.1 { RowType::Several(choosing) } else { RowType::One(choosing) };
    }
    let plain = lower.replace('_', " ");
    let not_yet = |code: &str| RowType::Left(Kind::NotYet, Message::new(code));
    let refused = |code: &str| RowType::Left(Kind::Refused, Message::new(code));
    match plain.as_str() {
        "begin group" => RowType::Begin(Block::Group),
        "end group" => RowType::End(Block::Group),
        "begin repeat" => RowType::Begin(Block::Repeat),
        "end repeat" => RowType::End(Block::Repeat),
        "text" | "string" => RowType::Text,
        "integer" | "int" => RowType::Integer,
        "decimal" => RowType::Decimal,
        "range" => RowType::Range,
        "date" => RowType::Date,
        "time" => RowType::Time,
        "datetime" | "date time" => RowType::DateTime,
        "acknowledge" | "trigger" => RowType::Acknowledge,
        "calculate" | "calculation" => RowType::Calculate,
        "note" => RowType::Note,
        "geopoint"
        | "gps"
        | "location"
        | "q location"
        | "geotrace"
        | "geoshape"
        | "start-geopoint"
        | "background-geopoint" => refused("xls_refused_position"),
        "audit" => refused("xls_refused_audit"),
        "background-audio" => refused("xls_refused_recording"),
        "deviceid" | "device id" | "get device id" | "imei" | "uri:deviceid" | "subscriberid"
        | "subscriber id" | "get subscriber id" | "uri:subscriberid" | "simserial" | "sim id"
        | "get sim id" | "uri:simserial" | "phonenumber" | "get phone number"
        | "uri:phonenumber" => refused("xls_refused_device"),
        "start" | "start time" | "get start time" | "end" | "end time" | "get end time"
        | "today" | "get today" | "username" | "uri:username" | "email" | "uri:email" => {
            not_yet("xls_kept_by_the_record")
        }
        _ => RowType::Left(Kind::NotYet, Message::new("xls_no_type").with("name", &words)),
    }
}

/// How a select may be written, the longer before the shorter, and whether it takes several.
const SELECTS: [(&str, bool); 12] = [
    ("add select multiple prompt using", true),
    ("add select one prompt using", false),
    ("select all that apply from", true),
    ("select multiple from", true),
    ("select_multiple from", true),
    ("select multiple", true),
    ("select_multiple", true),
    ("select one from", false),
    ("select_one from", false),
    ("select one", false),
    ("select_one", false),
    ("select1", false),
];

const OTHERS: [&str; 3] = [" or_other", " or other", " or specify other"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_select_is_read_in_each_of_its_spellings() {
        let choosing = |list: &str, or_other| Choosing { list: list.to_owned(), or_other };
        for (text, wanted) in [
            ("select_one YesNo", RowType::One(choosing("YesNo", false))),
            ("select one from yes_no", RowType::One(choosing("yes_no", false))),
            ("select_multiple  toys or_other", RowType::Several(choosing("toys", true))),
            ("select all that apply from toys", RowType::Several(choosing("toys", false))),
        ] {
            assert_eq!(row_type(text), wanted, "{text}");
        }
        assert!(matches!(row_type("select_one_from_file a.csv"), RowType::Left(..)));
        assert_eq!(row_type("begin_group"), RowType::Begin(Block::Group));
    }
}
