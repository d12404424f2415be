//! Doc comments: which lines are directives, and where each of their characters stands.

use std::ops::Range;

use syn::{Attribute, Expr, Lit, Meta};

use super::{super::expression, Spot};
use expression::Kind;

/// A file being read.
#[derive(Debug)]
pub(super) struct File<'a> {
    /// Its index in `Models::files`.
    pub(super) index: usize,
    /// Its lines.
    pub(super) lines: Vec<&'a str>,
}

/// A directive's text, perhaps of several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// From the `@` on, without white space at its end.
    pub(super) text: String,
    pieces: Vec<Piece>,
    file: usize,
}

/// Where a line of a directive's text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    offset: usize,
    line: usize,
    column: usize,
}

impl Written {
    /// Where a part of the text stands, given in bytes; as far as its first line goes.
    pub(super) fn spot(&self, range: &Range<usize>) -> Spot {
        let before = self.pieces.iter().rposition(|p| p.offset <= range.start);
        let Some(piece) = before.and_then(|index| self.pieces.get(index)) else {
            return Spot::default();
        };
        let text = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        let part = text(range.clone()).lines().next().unwrap_or_default();
        Spot {
            file: self.file,
            line: piece.line,
            column: piece.column + text(piece.offset..range.start).chars().count(),
            length: part.chars().count().max(1),
        }
    }
}

/// A line of a doc comment, or the whole of a `#[doc = "..."]`.
struct Line {
    text: String,
    number: usize,
    column: usize,
    whole: bool,
}

/// The directives of some attributes.
pub(super) fn directives(attributes: &[Attribute], file: &File<'_>) -> Vec<Written> {
    let mut found: Vec<Written> = Vec::new();
    let mut open = false;
    for line in attributes.iter().flat_map(|a| lines(a, file)) {
        let start = line.text.trim_start();
        if starts_directive(start) {
            let skipped = line.text.chars().count() - start.chars().count();
            found.push(Written {
                text: start.trim_end().to_owned(),
                pieces: vec![Piece {
                    offset: 0,
                    line: line.number,
                    column: line.column + if line.whole { 0 } else { skipped },
                }],
                file: file.index,
            });
            open = !line.whole && is_open(start);
        } else if let Some(last) = found.last_mut().filter(|_| open) {
            // One space belongs to the comment, not to the text.
            let stripped = line.text.strip_prefix(' ');
            let column = line.column + usize::from(stripped.is_some());
            last.text.push('\n');
            last.pieces.push(Piece {
                offset: last.text.len(),
                line: line.number,
                column,
            });
            last.text.push_str(stripped.unwrap_or(&line.text));
            open = is_open(&last.text);
        }
    }
    for written in &mut found {
        written.text.truncate(written.text.trim_end().len());
    }
    found
}

/// Whether a line is a directive and no prose: an `@` with a letter behind it.
pub(in crate::schema) fn starts_directive(line: &str) -> bool {
    let mut chars = line.chars();
    chars.next() == Some('@') && chars.next().is_some_and(char::is_alphabetic)
}

/// Whether something in a text is not closed yet, so that the next line belongs to it.
pub(in crate::schema) fn is_open(text: &str) -> bool {
    let mut depth = 0_usize;
    for token in expression::tokens(text) {
        match token.kind {
            _ if !token.closed => return true,
            Kind::Symbol('(') => depth += 1,
            Kind::Symbol(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth > 0
}

fn lines(attribute: &Attribute, file: &File<'_>) -> Vec<Line> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return Vec::new();
    };
    let Expr::Lit(literal) = &meta.value else {
        return Vec::new();
    };
    let (true, Lit::Str(text)) = (meta.path.is_ident("doc"), &literal.lit) else {
        return Vec::new();
    };
    let text = text.value();
    let start = attribute.pound_token.span.start();
    let source = file.lines.get(start.line.saturating_sub(1));
    let source: String = source.map_or_else(String::new, |line| {
        line.chars().skip(start.column).take(3).collect()
    });
    let (line, column) = (start.line, start.column + 1);
    match source.as_str() {
        "///" => vec![Line {
            text,
            number: line,
            column: column + 3,
            whole: false,
        }],
        "/**" => block(&text, line, column + 3),
        _ => vec![Line {
            text,
            number: line,
            column,
            whole: true,
        }],
    }
}

/// The lines of `/** ... */`, whose further ones most often begin with a star.
fn block(text: &str, first: usize, column: usize) -> Vec<Line> {
    text.lines()
        .enumerate()
        .map(|(index, line)| {
            let inner = line.trim_start();
            let inner = match inner.strip_prefix('*') {
                Some(rest) if index > 0 => rest,
                _ => line,
            };
            let skipped = line.chars().count() - inner.chars().count();
            Line {
                text: inner.to_owned(),
                number: first + index,
                column: skipped + if index == 0 { column } else { 1 },
                whole: false,
            }
        })
        .collect()
}
