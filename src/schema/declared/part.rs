//! One part of an index: `name(10)`, `lower(email) desc nulls last`, `tags jsonb_path_ops`.

use super::{
    super::{
        IndexKey, IndexPart,
        expression::{Kind, Token},
    },
    directive::{Columns, Problem},
    parser::{Parser, unwrap},
};

/// Words that end an operator class or an expression.
const ORDER: &[&str] = &["collate", "asc", "desc", "nulls"];

/// Reads the part that stands in a range.
pub(super) fn parse(parser: &mut Parser<'_>, columns: &Columns) -> Result<IndexPart, Problem> {
    let Some(first) = parser.peek() else {
        return Err(parser.expected("a column or an expression"));
    };
    let (key, prefix) = key(parser, columns, first)?;
    let mut part = match key {
        IndexKey::Column(name) => IndexPart::column(name),
        IndexKey::Expression(sql) => IndexPart::expression(sql),
    };
    part.prefix = prefix;
    if parser.eat(&["collate"]) {
        part.collation = Some(collation(parser)?);
    }
    if !is_order(parser) && parser.peek().is_some() {
        part.operator_class = Some(operator_class(parser)?);
    }
    if parser.eat(&["desc"]) {
        part.descending = true;
    } else {
        parser.eat(&["asc"]);
    }
    if parser.eat(&["nulls", "first"]) {
        part.nulls_first = Some(true);
    } else if parser.eat(&["nulls", "last"]) {
        part.nulls_first = Some(false);
    }
    // PostgreSQL puts nulls last, or first where the order is from high to low.
    // https://www.postgresql.org/docs/current/indexes-ordering.html
    if part.nulls_first == Some(part.descending) {
        part.nulls_first = None;
    }
    match parser.peek() {
        None => Ok(part),
        Some(token) => Err(Problem {
            range: token.start..token.end,
            message: format!("unexpected `{}`", token.text(parser.text)),
            hint: Some("an expression stands in parentheses of its own".to_owned()),
        }),
    }
}

fn is_order(parser: &Parser<'_>) -> bool {
    ORDER.iter().any(|word| parser.is_word(word))
}

fn key(
    parser: &mut Parser<'_>,
    columns: &Columns,
    first: Token,
) -> Result<(IndexKey, Option<u32>), Problem> {
    if first.kind == Kind::Symbol('(') {
        let range = parser.group()?;
        let (start, end) = (range.start, range.end);
        if is_operator(parser.peek()) {
            return Ok((IndexKey::Expression(until_order(parser, first)), None));
        }
        let inner = parser.text.get(start..end).unwrap_or_default().trim();
        return Ok((IndexKey::Expression(inner.to_owned()), None));
    }
    let next = parser.peek_after();
    let Some(name) = first.name(parser.text) else {
        return Ok((IndexKey::Expression(until_order(parser, first)), None));
    };
    if next.is_some_and(|next| next.kind == Kind::Symbol('(')) {
        parser.advance();
        let range = parser.group()?;
        let inside = parser.text.get(range).unwrap_or_default().trim();
        if let (Ok(prefix), Some(column)) = (inside.parse::<u32>(), columns.find(&name)) {
            return Ok((IndexKey::Column(column.to_owned()), Some(prefix)));
        }
        if is_operator(parser.peek()) {
            return Ok((IndexKey::Expression(until_order(parser, first)), None));
        }
        let end = parser.before();
        let call = parser.text.get(first.start..end).unwrap_or_default();
        return Ok((IndexKey::Expression(call.to_owned()), None));
    }
    if is_operator(next) {
        return Ok((IndexKey::Expression(until_order(parser, first)), None));
    }
    parser.advance();
    let column = columns.require(&name, first.start..first.end)?;
    Ok((IndexKey::Column(column), None))
}

fn is_operator(token: Option<Token>) -> bool {
    token.is_some_and(|token| matches!(token.kind, Kind::Symbol(_)))
}

/// An expression that stands without parentheses of its own, as far as the words behind it.
fn until_order(parser: &mut Parser<'_>, first: Token) -> String {
    let mut end = parser.before().max(first.start);
    let mut depth = 0_usize;
    while let Some(token) = parser.peek() {
        match token.kind {
            Kind::Symbol('(' | '[') => depth += 1,
            Kind::Symbol(')' | ']') => depth = depth.saturating_sub(1),
            _ if depth == 0 && is_order(parser) => break,
            _ => {}
        }
        end = token.end;
        parser.advance();
    }
    unwrap(parser.text.get(first.start..end).unwrap_or_default())
}

/// A name alone is unquoted; one with a schema is the engine's words.
fn collation(parser: &mut Parser<'_>) -> Result<String, Problem> {
    let (first, range) = parser.name("a collation")?;
    if !parser.is_symbol('.') {
        return Ok(first);
    }
    parser.advance();
    let (_, end) = parser.name("a collation")?;
    let text = parser.text.get(range.start..end.end).unwrap_or_default();
    Ok(text.to_owned())
}

fn operator_class(parser: &mut Parser<'_>) -> Result<String, Problem> {
    let (_, range) = parser.name("an operator class, `asc` or `desc`")?;
    if parser.is_symbol('.') {
        parser.advance();
        parser.name("an operator class")?;
    }
    if parser.is_symbol('(') {
        parser.group()?;
    }
    let text = parser.text.get(range.start..parser.before());
    Ok(text.unwrap_or_default().to_owned())
}
