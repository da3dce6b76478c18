//! How an answer reads where it is kept: a value as the edits that make it.

use serde::{Deserialize, Serialize};

use super::{Answer, KeptAnswer};
use crate::forms;
use crate::ids::FieldName;
use crate::record::Edit;
use crate::value::FieldValue;

/// A text that is no answer as it is kept, or a value that cannot be written as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kept answer does not read")]
pub struct UnreadableAnswer;

impl Answer {
    /// Writes it as it is kept.
    ///
    /// # Errors
    /// When its value has no such form; none that this version makes is so.
    pub fn to_text(&self, field: &FieldName) -> Result<String, UnreadableAnswer> {
        let stored = match self {
            Self::Value(value) => Stored::of_value(field, value),
            Self::Typed(text) => Stored::Typed(text.clone()),
            Self::Nothing => Stored::Value(Vec::new()),
        };
        stored.to_text()
    }

    /// Reads it as it is kept.
    ///
    /// # Errors
    /// When it does not read.
    pub fn from_text(text: &str) -> Result<Self, UnreadableAnswer> {
        Ok(match serde_json::from_str(text).map_err(|_| UnreadableAnswer)? {
            Stored::Value(edits) => Self::of_edits(&edits),
            Stored::Typed(text) => Self::Typed(text),
        })
    }
}

impl KeptAnswer {
    /// Reads an answer and what stood there before, each as it is kept.
    ///
    /// # Errors
    /// When one of them does not read.
    pub fn from_texts(answer: &str, base: Option<&str>) -> Result<Self, UnreadableAnswer> {
        let base = base.map(Answer::from_text).transpose()?;
        let base = base.and_then(|base| base.value().cloned());
        Ok(Self { answer: Answer::from_text(answer)?, base })
    }
}

/// Writes what stood in the record that is edited as it is kept.
///
/// # Errors
/// As [`Answer::to_text`].
pub fn base_to_text(field: &FieldName, base: &FieldValue) -> Result<String, UnreadableAnswer> {
    Stored::of_value(field, base).to_text()
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    Value(Vec<Edit>),
    Typed(String),
}

impl Stored {
    fn of_value(field: &FieldName, value: &FieldValue) -> Self {
        Self::Value(forms::edits_between(field, None, Some(value)))
    }

    fn to_text(&self) -> Result<String, UnreadableAnswer> {
        serde_json::to_string(self).map_err(|_| UnreadableAnswer)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::value::Scalar;

    #[test]
    fn the_text_of_an_answer_does_not_change() {
        for (answer, text) in [
            (
                Answer::Value(FieldValue::Scalar(Scalar::Integer(20))),
                r#"{"value":[{"edit":"set","field":"minutes","value":{"integer":20}}]}"#,
            ),
            (
                Answer::Value(FieldValue::Choices(["crisis", "rapport"].map(option).into())),
                r#"{"value":[{"edit":"add","field":"minutes","option":"crisis"},{"edit":"add","field":"minutes","option":"rapport"}]}"#,
            ),
            (
                Answer::Value(FieldValue::Counter(3)),
                r#"{"value":[{"edit":"increment","field":"minutes","by":3}]}"#,
            ),
            (
                Answer::Value(FieldValue::SharedNote("call".into())),
                r#"{"value":[{"edit":"note","field":"minutes","at":0,"delete":0,"insert":"call"}]}"#,
            ),
            (
                Answer::Value(FieldValue::Log(BTreeMap::from([(
                    "01KB".to_owned(),
                    [("goal".to_owned(), Scalar::Text("a job".into()))].into(),
                )]))),
                r#"{"value":[{"edit":"log","field":"minutes","id":"01KB","entry":{"goal":{"text":"a job"}}}]}"#,
            ),
            (Answer::Typed("a few".into()), r#"{"typed":"a few"}"#),
            (Answer::Nothing, r#"{"value":[]}"#),
        ] {
            assert_eq!(answer.to_text(&field()).as_deref(), Ok(text));
            assert_eq!(Answer::from_text(text), Ok(answer));
        }
    }

    #[test]
    fn an_answer_is_read_with_what_stood_there_before() {
        let value = FieldValue::Scalar(Scalar::Integer(20));
        let base = base_to_text(&field(), &value).unwrap();
        let read = |base| KeptAnswer::from_texts(r#"{"typed":"a few"}"#, base).unwrap().base;
        assert_eq!(read(Some(&base)), Some(value));
        assert_eq!(read(None), None);
    }

    #[test]
    fn a_text_that_is_no_answer_is_refused() {
        for text in ["", "{}", r#"{"value":20}"#, r#"{"guessed":"a few"}"#] {
            assert_eq!(Answer::from_text(text), Err(UnreadableAnswer), "{text}");
        }
    }

    fn option(code: &str) -> crate::ids::OptionCode {
        code.parse().unwrap()
    }

    fn field() -> FieldName {
        "minutes".parse().unwrap()
    }
}
