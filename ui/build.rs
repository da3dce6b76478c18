//! Makes a method of each message in `words`, so that a page which asks for one that there is not does
//! not compile, and one that nobody asks for is dead code.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};
use fluent_syntax::parser;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=words");
    println!("cargo::rerun-if-changed=templates");
    let (english, spanish) = (read("en")?, read("es")?);
    for (key, message) in &english {
        match spanish.get(key) {
            None => return Err(format!("words/es.ftl has no `{key}`").into()),
            Some(other) if other.variables != message.variables => {
                return Err(format!("`{key}` has other variables in words/es.ftl").into());
            }
            Some(_) => {}
        }
    }
    if let Some(key) = spanish.keys().find(|key| !english.contains_key(*key)) {
        return Err(format!("words/en.ftl has no `{key}`").into());
    }
    let folder = env::var_os("OUT_DIR").ok_or("cargo names no folder for what is made")?;
    fs::write(Path::new(&folder).join("words.rs"), methods(&english)?)?;
    Ok(())
}

/// A message of one language.
struct Message {
    text: String,
    variables: BTreeSet<String>,
}

/// Reads all messages of a language, by their keys.
fn read(language: &str) -> Result<BTreeMap<String, Message>, Box<dyn Error>> {
    let path = format!("words/{language}.ftl");
    let source = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let resource = parser::parse(source.as_str())
        .map_err(|(_, errors)| format!("{path} cannot be read: {errors:?}"))?;
    let mut messages = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let key = message.id.name.to_owned();
        let pattern = message.value.ok_or(format!("{path}: `{key}` is empty"))?;
        let mut variables = BTreeSet::new();
        note_variables(&pattern, &mut variables);
        let known = Message { text: shown(&pattern), variables };
        if messages.insert(key.clone(), known).is_some() {
            return Err(format!("{path} has `{key}` twice").into());
        }
    }
    Ok(messages)
}

fn note_variables(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            note_in_expression(expression, variables);
        }
    }
}

fn note_in_expression(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => note_in_inline(inline, variables),
        Expression::Select { selector, variants } => {
            note_in_inline(selector, variables);
            variants.iter().for_each(|variant| note_variables(&variant.value, variables));
        }
    }
}

fn note_in_inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(variables.insert(id.name.to_owned())),
        InlineExpression::Placeable { expression } => note_in_expression(expression, variables),
        InlineExpression::FunctionReference { arguments, .. } => {
            let CallArguments { positional, .. } = arguments;
            positional.iter().for_each(|argument| note_in_inline(argument, variables));
        }
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { .. } => {}
    }
}

/// Returns the beginning of a message, for the documentation of its method.
fn shown(pattern: &Pattern<&str>) -> String {
    let parts = pattern.elements.iter().map(|element| match element {
        PatternElement::TextElement { value } => (*value).to_owned(),
        PatternElement::Placeable { .. } => "…".to_owned(),
    });
    parts.collect::<String>().replace(['\n', '`'], " ")
}

fn methods(messages: &BTreeMap<String, Message>) -> Result<String, Box<dyn Error>> {
    let mut code = String::from("impl Words {\n");
    for (key, message) in messages {
        let name = key.replace('-', "_");
        let mut parameters = String::new();
        let mut arguments = String::new();
        for variable in &message.variables {
            write!(parameters, ", {variable}: impl Into<FluentValue<'static>>")?;
            write!(arguments, "(\"{variable}\", {variable}.into()), ")?;
        }
        writeln!(code, "    /// Says `{}`.", message.text)?;
        writeln!(code, "    pub(crate) fn {name}(&self{parameters}) -> String {{")?;
        writeln!(code, "        self.said(\"{key}\", [{arguments}])\n    }}\n")?;
    }
    code.push_str("}\n");
    Ok(code)
}
