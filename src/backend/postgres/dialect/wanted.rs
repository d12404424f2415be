//! What simple checks of a table want of a column, read off their words.
//!
//! A check that is not understood is passed over: a value that it refuses is refused by the server.

use crate::schema::{Column, Table};

use super::names::literal;

/// What checks say of one column.
#[derive(Debug, Default, PartialEq)]
struct Wanted {
    /// The only values there may be, unquoted.
    only: Vec<String>,
    low: Option<f64>,
    high: Option<f64>,
    shortest: Option<usize>,
    like: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Value(String),
    Sign(String),
}

/// A value for a column that its table's checks take, if they say something that is understood.
pub(super) fn value(table: &Table, column: &Column, row: usize) -> Option<String> {
    let step = if is_whole(column) { 1.0 } else { 0.01 };
    let mut wanted = Wanted::default();
    for check in &table.checks {
        let tokens = plain(&tokens(&check.expression), &column.name);
        let others = tokens.iter().any(|token| {
            matches!(token, Token::Name(name) if *name != column.name && table.columns.contains_key(name))
        });
        if !others {
            wanted.read(&tokens, &column.name, step);
        }
    }
    wanted.value(column, row, step)
}

fn is_whole(column: &Column) -> bool {
    matches!(&*column.sql_type, "smallint" | "integer" | "bigint")
}

fn is_number(column: &Column) -> bool {
    is_whole(column)
        || column.sql_type.starts_with("numeric")
        || matches!(&*column.sql_type, "real" | "double precision" | "money")
}

impl Wanted {
    fn read(&mut self, tokens: &[Token], column: &str, step: f64) {
        let is_column = |token: &Token| *token == Token::Name(column.to_owned());
        match tokens {
            [only] if is_column(only) => self.only.push("true".to_owned()),
            [Token::Name(not), only] if not == "not" && is_column(only) => {
                self.only.push("false".to_owned());
            }
            _ => {}
        }
        for (place, token) in tokens.iter().enumerate() {
            if !is_column(token) {
                continue;
            }
            let before = &tokens[..place];
            let after = &tokens[place + 1..];
            if let [.., Token::Name(call), Token::Sign(open)] = before
                && open == "("
                && !is_connective(call)
            {
                let is_length = matches!(&**call, "length" | "char_length" | "character_length");
                if let [
                    Token::Sign(close),
                    Token::Sign(sign),
                    Token::Value(value),
                    ..,
                ] = after
                    && is_length
                    && close == ")"
                    && let Ok(length) = value.parse::<usize>()
                {
                    match sign.as_str() {
                        ">" => self.shortest = Some(length + 1),
                        ">=" | "=" => self.shortest = Some(length),
                        _ => {}
                    }
                }
                continue;
            }
            match after {
                [Token::Sign(is), Token::Name(any), rest @ ..] if is == "=" && any == "any" => {
                    let values = rest.iter().map_while(|token| match token {
                        Token::Value(value) => Some(Some(value.clone())),
                        Token::Name(name) if name == "array" => Some(None),
                        Token::Sign(sign) if sign != "]" => Some(None),
                        Token::Name(_) | Token::Sign(_) => None,
                    });
                    self.only.extend(values.flatten());
                }
                [Token::Sign(sign), Token::Value(value), ..] => self.compare(sign, value, step),
                _ => {}
            }
            if let [.., Token::Value(value), Token::Sign(sign)] = before {
                let turned = match sign.as_str() {
                    "<" => ">",
                    "<=" => ">=",
                    ">" => "<",
                    ">=" => "<=",
                    other => other,
                };
                self.compare(turned, value, step);
            }
        }
    }

    fn compare(&mut self, sign: &str, value: &str, step: f64) {
        let number = value.parse::<f64>().ok();
        match (sign, number) {
            ("=", _) => self.only.push(value.to_owned()),
            ("~~", _) => self.like = Some(value.to_owned()),
            (">", Some(number)) => self.low = Some(number + step),
            (">=", Some(number)) => self.low = Some(number),
            ("<", Some(number)) => self.high = Some(number - step),
            ("<=", Some(number)) => self.high = Some(number),
            _ => {}
        }
    }

    fn value(&self, column: &Column, row: usize, step: f64) -> Option<String> {
        if !self.only.is_empty() {
            let value = &self.only[row % self.only.len()];
            return Some(if is_number(column) || column.sql_type == "boolean" {
                value.clone()
            } else {
                format!("{}::{}", literal(value), column.sql_type)
            });
        }
        if is_number(column) {
            if self.low.is_none() && self.high.is_none() {
                return None;
            }
            #[expect(clippy::cast_precision_loss, reason = "rows are few")]
            let row = row as f64;
            let low = self
                .low
                .unwrap_or_else(|| self.high.map_or(1.0, |high| high.min(1.0)));
            let number = match (self.low, self.high) {
                (None, Some(high)) if high < 1.0 => high - row * step,
                (_, Some(high)) => low + (row * step) % (high - low + step).max(step),
                (_, None) => low + row,
            };
            let text = if step < 1.0 {
                format!("{number:.2}")
            } else {
                format!("{number:.0}")
            };
            // A value below zero is no operand of a cast, should one follow.
            return Some(if number < 0.0 {
                format!("({text})")
            } else {
                text
            });
        }
        let number = (row + 1).to_string();
        if let Some(pattern) = &self.like {
            let text = pattern.replace('%', &number).replace('_', "x");
            return Some(literal(&text));
        }
        let shortest = self.shortest.filter(|length| *length > number.len())?;
        Some(literal(&format!("{number:0>shortest$}")))
    }
}

/// Without casts, and without parentheses round a single word or value that is no argument.
fn plain(tokens: &[Token], column: &str) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::new();
    let mut rest = tokens;
    while let Some((token, behind)) = rest.split_first() {
        rest = behind;
        if *token == Token::Sign("::".to_owned()) {
            rest = behind_type(rest);
            continue;
        }
        kept.push(token.clone());
        while let [.., Token::Sign(open), inner, Token::Sign(close)] = &*kept
            && open == "("
            && close == ")"
            && !matches!(inner, Token::Sign(_))
        {
            let caller = kept.len().checked_sub(4).and_then(|place| kept.get(place));
            let is_argument = matches!(caller, Some(Token::Name(name))
                if name != column && !is_connective(name));
            if is_argument {
                break;
            }
            let inner = inner.clone();
            kept.truncate(kept.len() - 3);
            kept.push(inner);
        }
    }
    kept
}

/// Whether a word before a parenthesis calls nothing.
fn is_connective(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "when" | "then" | "any")
}

/// What stands behind a type's name.
fn behind_type(tokens: &[Token]) -> &[Token] {
    let mut rest = tokens.get(1..).unwrap_or_default();
    loop {
        rest = match rest {
            [Token::Name(word), behind @ ..]
                if matches!(
                    &**word,
                    "varying" | "precision" | "with" | "without" | "time" | "zone"
                ) =>
            {
                behind
            }
            [Token::Sign(open), Token::Sign(close), behind @ ..] if open == "[" && close == "]" => {
                behind
            }
            [Token::Sign(dot), Token::Name(_), behind @ ..] if dot == "." => behind,
            [
                Token::Sign(open),
                Token::Value(_),
                Token::Sign(close),
                behind @ ..,
            ] if open == "(" && close == ")" => behind,
            _ => return rest,
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '.';
        let (token, length) = if first.is_whitespace() {
            (None, first.len_utf8())
        } else if first == '\'' || first == '"' {
            let (inside, length) = quoted(rest, first);
            let token = if first == '"' {
                Token::Name(inside)
            } else {
                Token::Value(inside)
            };
            (Some(token), length)
        } else if first.is_ascii_digit() {
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            (Some(Token::Value(rest[..end].to_owned())), end)
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c| !is_part(c) || c == '.').unwrap_or(rest.len());
            (Some(Token::Name(rest[..end].to_lowercase())), end)
        } else {
            let is_sign = |c: char| "<>=~!:".contains(c);
            let end = rest
                .find(|c| !is_sign(c))
                .unwrap_or(rest.len())
                .max(first.len_utf8());
            (Some(Token::Sign(rest[..end].to_owned())), end)
        };
        found.extend(token);
        rest = &rest[length..];
    }
    found
}

fn quoted(text: &str, quote: char) -> (String, usize) {
    let mut inside = String::new();
    let mut at = 1;
    while let Some(end) = text[at..].find(quote) {
        inside.push_str(&text[at..at + end]);
        at += end + 1;
        if !text[at..].starts_with(quote) {
            return (inside, at);
        }
        inside.push(quote);
        at += 1;
    }
    (inside, text.len())
}

#[cfg(test)]
mod tests {
    use crate::schema::{Check, Name};

    use super::*;

    #[test]
    fn values_are_what_checks_take() {
        for (sql_type, check, values) in [
            (
                "text",
                "c = ANY (ARRAY['a'::text, 'b''s'::text])",
                ["'a'::text", "'b''s'::text"],
            ),
            (
                "character varying(5)",
                "(c)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])",
                ["'a'::character varying(5)", "'b'::character varying(5)"],
            ),
            (
                "text",
                "(c = 'x'::text) OR (c = 'y'::text)",
                ["'x'::text", "'y'::text"],
            ),
            ("integer", "c > 10", ["11", "12"]),
            ("integer", "(c >= 5) AND (c <= 6)", ["5", "6"]),
            (
                "integer",
                "(c >= '-5'::integer) AND (c < '-3'::integer)",
                ["(-5)", "(-4)"],
            ),
            ("integer", "c < 0", ["(-1)", "(-2)"]),
            ("integer", "10 < c", ["11", "12"]),
            (
                "numeric(3,2)",
                "(c > (0)::numeric) AND (c < (1)::numeric)",
                ["0.01", "0.02"],
            ),
            ("text", "char_length(c) >= 3", ["'001'", "'002'"]),
            ("text", "c ~~ '%@%.x'::text", ["'1@1.x'", "'2@2.x'"]),
            ("integer", "c = ANY (ARRAY[3, 4])", ["3", "4"]),
            ("boolean", "c", ["true", "true"]),
        ] {
            let mut table = Table::new(Name::new("t"));
            let column = Column::new("c", sql_type);
            table.columns.insert("c".to_owned(), column.clone());
            table.checks.push(Check {
                name: None,
                expression: check.to_owned(),
                extra: Vec::new(),
            });
            for (row, expected) in values.iter().enumerate() {
                assert_eq!(
                    value(&table, &column, row).as_deref(),
                    Some(*expected),
                    "{check}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_passed_over() {
        let mut table = Table::new(Name::new("t"));
        for name in ["c", "d"] {
            table
                .columns
                .insert(name.to_owned(), Column::new(name, "integer"));
        }
        for expression in ["c > d", "(c > 10) OR (d > 0)", "abs(c) < 3", "c <> 5"] {
            let expression = expression.to_owned();
            table.checks = vec![Check {
                name: None,
                expression,
                extra: Vec::new(),
            }];
            assert_eq!(value(&table, &table.columns["c"], 0), None);
        }
    }
}
