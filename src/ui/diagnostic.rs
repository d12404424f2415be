//! A failed migration as people read it: file, line, column, the statement with the place
//! underlined, the database's words, and the state things are in.

use std::{ops::Range, path::Path};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

use crate::{
    backend::statements,
    error::{Error, MigrationFailure},
};

/// Lines shown around the place.
const CONTEXT: usize = 3;

/// Draws a failure.
pub(super) fn render(failure: &MigrationFailure, folder: &Path, colored: bool) -> String {
    let title = crate::error::Error::Migration(Box::new(failure.clone())).to_string();
    let path = failure.path.as_deref().map(|path| relative(path, folder));
    let mut report = Level::ERROR
        .primary_title(title)
        .elements(Vec::<annotate_snippets::Element<'_>>::new());
    let excerpt = failure
        .statement
        .clone()
        .map(|statement| excerpt(failure, statement));
    if let Some(excerpt) = &excerpt {
        report = report.element(
            Snippet::source(excerpt.text)
                .line_start(excerpt.first_line)
                .path(path.clone())
                .fold(false)
                .annotation(AnnotationKind::Primary.span(excerpt.mark.clone())),
        );
    } else if let Some(path) = path {
        report = report.element(annotate_snippets::Origin::path(path));
    }
    let error = &failure.error;
    let details = error
        .detail
        .iter()
        .chain(&error.hint)
        .map(|words| format!("the database adds: {words}"));
    for note in details.chain([failure.before(), failure.state()]) {
        report = report.element(Level::NOTE.no_name().message(note));
    }
    let renderer = if colored {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(&[report])
}

/// An error as the JSON answer of a command that failed.
pub(super) fn json(error: &Error, folder: &Path) -> serde_json::Value {
    let mut facts = json!({ "message": error.to_string(), "hints": error.hints() });
    if let (Error::Migration(failure), Some(facts)) = (error, facts.as_object_mut()) {
        let place = failure.place.as_ref().or(failure.statement.as_ref());
        let place = place.map(|range| statements::place(&failure.text, range.start));
        facts.insert("migration".to_owned(), json!(failure.migration));
        facts.insert("direction".to_owned(), json!(failure.direction));
        facts.insert(
            "file".to_owned(),
            json!(failure.path.as_ref().map(|path| relative(path, folder))),
        );
        facts.insert("line".to_owned(), json!(place.map(|place| place.line)));
        facts.insert("column".to_owned(), json!(place.map(|place| place.column)));
        facts.insert(
            "statement".to_owned(),
            json!(failure.statement.clone().map(|range| &failure.text[range])),
        );
        facts.insert("database_message".to_owned(), json!(failure.error.message));
        facts.insert("finished".to_owned(), json!(failure.finished));
        facts.insert("state".to_owned(), json!(failure.state()));
    }
    json!({ "schema": 1, "error": facts })
}

/// The lines to show, and the place to underline in them.
struct Excerpt<'a> {
    text: &'a str,
    first_line: usize,
    mark: Range<usize>,
}

fn excerpt(failure: &MigrationFailure, statement: Range<usize>) -> Excerpt<'_> {
    let text = &failure.text;
    let first_line_of_statement =
        statement.start..line_end(text, statement.start).min(statement.end);
    let mark = failure
        .place
        .clone()
        .filter(|place| !place.is_empty())
        .unwrap_or(first_line_of_statement);
    let mut start = line_start(text, mark.start);
    for _ in 0..CONTEXT {
        if start > statement.start {
            start = line_start(text, start - 1);
        }
    }
    let mut end = line_end(text, mark.end);
    for _ in 0..CONTEXT {
        if end < statement.end {
            end = line_end(text, end + 1);
        }
    }
    // The line break that a Windows line ends in is cut in two here.
    let end = end - usize::from(end > mark.end && text[..end].ends_with('\r'));
    Excerpt {
        text: &text[start..end],
        first_line: text[..start].matches('\n').count() + 1,
        mark: mark.start - start..mark.end - start,
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |newline| at + newline)
}

/// A path as seen from a folder above it.
pub(super) fn relative(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}
