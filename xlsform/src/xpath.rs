//! The expressions of a form, read into a tree: the part of XPath 1.0 that XForms and XLSForm use.
//!
//! `${name}` is a reference. Functions are not judged here: which there are is known to who
//! translates. There is no reader of XPath on crates.io that is kept up, hands out its tree and
//! knows `${name}`.

mod write;

use model::words::Message;

pub(crate) use write::Writer;

use crate::limits::{EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX};

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ast {
    Text(String),
    Number(f64),
    /// `${name}`.
    Reference(String),
    /// `.`
    Myself,
    /// A path of names, such as `../name` or `name`. Its last step says what is meant.
    Path {
        steps: Vec<String>,
        /// Whether it is one bare name: in a filter, a column of the choices.
        bare: bool,
    },
    Call(String, Vec<Self>),
    /// `and`, `or`: of two or more.
    Many(Join, Vec<Self>),
    Two(Operator, Box<[Self; 2]>),
    Negative(Box<Self>),
}

impl Ast {
    /// Returns whether it reads a column of choices.
    pub(crate) fn names_column(&self, column: &str) -> bool {
        match self {
            Self::Path { steps, bare } => *bare && steps.iter().any(|step| step == column),
            Self::Call(_, parts) | Self::Many(_, parts) => {
                parts.iter().any(|part| part.names_column(column))
            }
            Self::Two(_, pair) => pair.iter().any(|part| part.names_column(column)),
            Self::Negative(inner) => inner.names_column(column),
            Self::Text(_) | Self::Number(_) | Self::Reference(_) | Self::Myself => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    And,
    Or,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Div,
    Mod,
}

/// Reads an expression.
///
/// # Errors
/// Says what cannot be read, or what has no counterpart: predicates, axes, unions.
pub(crate) fn read(text: &str) -> Result<Ast, Message> {
    if text.len() > EXPRESSION_BYTES_MAX {
        return Err(Message::new("xls_expression_too_long").with("most", EXPRESSION_BYTES_MAX));
    }
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: &tokens, at: 0, open: 0 };
    let (ast, _) = reader.level(0)?;
    match reader.next() {
        None => Ok(ast),
        Some(token) => Err(unreadable(&token.shown())),
    }
}

/// Returns the names that a text refers to as `${name}`.
pub(crate) fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.trim())
}

fn unreadable(what: &str) -> Message {
    Message::new("xls_expression_unreadable").with("what", what)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Text(String),
    Number(f64),
    Reference(String),
    Name(String),
    Sign(&'static str),
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("'{text}'"),
            Self::Number(number) => number.to_string(),
            Self::Reference(name) => format!("${{{name}}}"),
            Self::Name(name) => name.clone(),
            Self::Sign(sign) => (*sign).to_owned(),
        }
    }
}

/// The longer of two that begin alike comes first.
const SIGNS: [&str; 21] = [
    "!=", "<=", ">=", "..", "//", "::", "=", "<", ">", "+", "-", "*", "(", ")", ",", "/", "[", "]",
    "|", "@", ".",
];

fn tokens(text: &str) -> Result<Vec<Token>, Message> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            // Spreadsheet programs make quotes of their own.
            '\'' | '"' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => {
                let inner = rest.get(first.len_utf8()..).unwrap_or_default();
                let ends = |c: char| match first {
                    '\'' | '"' => c == first,
                    '\u{2018}' | '\u{2019}' => matches!(c, '\u{2018}' | '\u{2019}'),
                    _ => matches!(c, '\u{201c}' | '\u{201d}'),
                };
                let (end, quote) = inner
                    .char_indices()
                    .find(|(_, c)| ends(*c))
                    .ok_or_else(|| unreadable(&first.to_string()))?;
                let text = inner.get(..end).unwrap_or_default().to_owned();
                (Token::Text(text), first.len_utf8() + end + quote.len_utf8())
            }
            '$' => {
                let inner = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'));
                let (name, _) = inner.ok_or_else(|| unreadable("$"))?;
                (Token::Reference(name.trim().to_owned()), name.len() + 3)
            }
            '0'..='9' => number(rest)?,
            '.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => number(rest)?,
            _ if is_name_start(first) => {
                let end = name_end(rest);
                (Token::Name(rest.get(..end).unwrap_or_default().to_owned()), end)
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| unreadable(&first.to_string()))?;
                (Token::Sign(sign), sign.len())
            }
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

fn number(rest: &str) -> Result<(Token, usize), Message> {
    let mut end = 0;
    let mut dots = 0;
    for byte in rest.bytes() {
        match byte {
            b'0'..=b'9' => {}
            b'.' if dots == 0 => dots = 1,
            _ => break,
        }
        end += 1;
    }
    let text = rest.get(..end).unwrap_or_default();
    let number: f64 = text.parse().map_err(|_| unreadable(text))?;
    if number.is_finite() { Ok((Token::Number(number), end)) } else { Err(unreadable(text)) }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Returns where a name ends. It may hold one colon (`jr:choice-name`), hyphens and dots.
fn name_end(rest: &str) -> usize {
    let mut colons = 0;
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        let next = rest.get(at + 1..).and_then(|rest| rest.chars().next());
        let goes_on = match c {
            ':' if colons == 0 && next.is_some_and(is_name_start) => {
                colons = 1;
                true
            }
            '-' | '.' => true,
            _ => c.is_alphanumeric() || c == '_',
        };
        if !goes_on {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

/// What an expression may be nested in; each level binds tighter than the one before.
const LEVELS: [&[(&str, Binary)]; 6] = [
    &[("or", Binary::Many(Join::Or))],
    &[("and", Binary::Many(Join::And))],
    &[("=", Binary::Two(Operator::Is)), ("!=", Binary::Two(Operator::IsNot))],
    &[
        ("<", Binary::Two(Operator::Less)),
        ("<=", Binary::Two(Operator::AtMost)),
        (">", Binary::Two(Operator::More)),
        (">=", Binary::Two(Operator::AtLeast)),
    ],
    &[("+", Binary::Two(Operator::Plus)), ("-", Binary::Two(Operator::Minus))],
    &[
        ("*", Binary::Two(Operator::Times)),
        ("div", Binary::Two(Operator::Div)),
        ("mod", Binary::Two(Operator::Mod)),
    ],
];

#[derive(Debug, Clone, Copy)]
enum Binary {
    Many(Join),
    Two(Operator),
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    /// How deep the call stack is.
    open: usize,
}

/// A part with its depth: what walks the tree is bounded by it.
type Deep = (Ast, usize);

fn deeper(depth: usize) -> Result<usize, Message> {
    match depth + 1 {
        depth if depth > EXPRESSION_DEPTH_MAX => {
            Err(Message::new("xls_expression_too_deep").with("most", EXPRESSION_DEPTH_MAX))
        }
        depth => Ok(depth),
    }
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn needs(&mut self, sign: &str) -> Result<(), Message> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Message {
        match self.peek() {
            Some(token) => unreadable(&token.shown()),
            None => Message::new("xls_expression_ends_early"),
        }
    }

    fn level(&mut self, level: usize) -> Result<Deep, Message> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let (mut ast, mut depth) = self.level(level + 1)?;
        while let Some(binary) = self.operator(operators) {
            let (right, right_depth) = self.level(level + 1)?;
            ast = match (binary, ast) {
                (Binary::Many(join), Ast::Many(same, mut parts)) if same == join => {
                    parts.push(right);
                    depth = depth.max(deeper(right_depth)?);
                    Ast::Many(join, parts)
                }
                (Binary::Many(join), left) => {
                    depth = deeper(depth.max(right_depth))?;
                    Ast::Many(join, vec![left, right])
                }
                (Binary::Two(operator), left) => {
                    depth = deeper(depth.max(right_depth))?;
                    Ast::Two(operator, Box::new([left, right]))
                }
            };
        }
        Ok((ast, depth))
    }

    fn operator(&mut self, operators: &[(&str, Binary)]) -> Option<Binary> {
        let word = match self.peek()? {
            Token::Sign(sign) => *sign,
            Token::Name(name) => name.as_str(),
            _ => return None,
        };
        let found = operators.iter().find(|(known, _)| *known == word).map(|(_, binary)| *binary);
        self.at += usize::from(found.is_some());
        found
    }

    fn unary(&mut self) -> Result<Deep, Message> {
        let mut negative = false;
        while self.takes("-") {
            negative = !negative;
        }
        let (ast, depth) = self.primary()?;
        match ast {
            Ast::Number(number) if negative => Ok((Ast::Number(-number), depth)),
            ast if negative => Ok((Ast::Negative(Box::new(ast)), deeper(depth)?)),
            ast => Ok((ast, depth)),
        }
    }

    fn primary(&mut self) -> Result<Deep, Message> {
        self.open = deeper(self.open)?;
        let found = self.inner();
        self.open -= 1;
        let found = found?;
        match self.peek() {
            Some(Token::Sign("[")) => Err(Message::new("xls_no_predicate")),
            Some(Token::Sign("|")) => Err(Message::new("xls_no_union")),
            Some(Token::Sign("/" | "//")) => Err(Message::new("xls_no_path")),
            _ => Ok(found),
        }
    }

    fn inner(&mut self) -> Result<Deep, Message> {
        match self.peek() {
            Some(Token::Text(text)) => {
                let ast = Ast::Text(text.clone());
                self.at += 1;
                Ok((ast, 1))
            }
            Some(Token::Number(number)) => {
                let ast = Ast::Number(*number);
                self.at += 1;
                Ok((ast, 1))
            }
            Some(Token::Reference(name)) => {
                let ast = Ast::Reference(name.clone());
                self.at += 1;
                Ok((ast, 1))
            }
            Some(Token::Sign("(")) => {
                self.at += 1;
                let inner = self.level(0)?;
                self.needs(")")?;
                Ok(inner)
            }
            Some(Token::Name(name)) => {
                let name = name.clone();
                match self.tokens.get(self.at + 1) {
                    Some(Token::Sign("(")) => {
                        self.at += 2;
                        self.call(name)
                    }
                    _ => self.path(),
                }
            }
            Some(Token::Sign("." | ".." | "/" | "*" | "@" | "//" | "::")) => self.path(),
            _ => Err(self.unexpected()),
        }
    }

    fn call(&mut self, name: String) -> Result<Deep, Message> {
        let mut arguments = Vec::new();
        let mut depth = 0;
        if !self.takes(")") {
            loop {
                let (argument, of_it) = self.level(0)?;
                depth = depth.max(of_it);
                arguments.push(argument);
                if !self.takes(",") {
                    break;
                }
            }
            self.needs(")")?;
        }
        Ok((Ast::Call(name, arguments), deeper(depth)?))
    }

    fn path(&mut self) -> Result<Deep, Message> {
        let starts = self.at;
        let absolute = self.takes("/");
        let mut steps = Vec::new();
        loop {
            match self.next() {
                Some(Token::Name(name)) if !self.takes("::") => steps.push(name),
                Some(Token::Sign("." | "..")) => {}
                Some(Token::Name(_) | Token::Sign("*" | "@" | "//" | "::")) => {
                    return Err(Message::new("xls_no_path"));
                }
                Some(token) => return Err(unreadable(&token.shown())),
                None => return Err(Message::new("xls_expression_ends_early")),
            }
            if !self.takes("/") {
                break;
            }
        }
        let length = self.at - starts;
        if steps.is_empty() {
            let is_dot = matches!(self.tokens.get(starts), Some(Token::Sign("."))) && length == 1;
            return if is_dot { Ok((Ast::Myself, 1)) } else { Err(Message::new("xls_no_path")) };
        }
        let bare = !absolute && length == 1;
        Ok((Ast::Path { steps, bare }, 1))
    }
}
