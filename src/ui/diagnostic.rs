//! A failed migration as people read it: file, line, column, the statement with the place
//! underlined, the database's words, and the state things are in.

use std::{fs, ops::Range, path::Path};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

use crate::{
    backend::{lock::LockError, statements},
    error::{Error, MigrationFailure},
    schema::declared::ModelError,
};

/// Lines shown around the place.
const CONTEXT: usize = 3;

/// Draws the failure that an error comes from.
pub(super) fn render(
    error: &Error,
    failure: &MigrationFailure,
    folder: &Path,
    colored: bool,
) -> String {
    let title = error.to_string();
    // Nobody works with what stands in a scratch database.
    let state = match error {
        Error::Branches(_) => None,
        _ => Some([failure.before(), failure.state()]),
    };
    let kept = || failure.from_log.then(|| "`down.sql` in the log".to_owned());
    let path = failure.path.as_deref().map(|path| relative(path, folder));
    let path = path.or_else(kept);
    let mut report = Level::ERROR
        .primary_title(title)
        .elements(Vec::<annotate_snippets::Element<'_>>::new());
    let excerpt = failure
        .statement
        .clone()
        .map(|statement| excerpt(failure, statement));
    if let Some(excerpt) = &excerpt {
        report = report.element(
            Snippet::source(&excerpt.text)
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
    let blockers = failure.blockers.iter().map(ToString::to_string);
    for note in details.chain(blockers).chain(state.into_iter().flatten()) {
        report = report.element(Level::NOTE.no_name().message(note));
    }
    renderer(colored).render(&[report])
}

/// Draws what is wrong in the models, with the lines as they stand on disk.
pub(super) fn models(errors: &[ModelError], folder: &Path, colored: bool) -> String {
    let drawn = errors.iter().map(|error| {
        let path = relative(&error.path, folder);
        let text = fs::read_to_string(&error.path).unwrap_or_default();
        let line = text
            .lines()
            .nth(error.line.saturating_sub(1))
            .unwrap_or_default();
        let byte = |characters: usize| {
            line.char_indices()
                .nth(characters)
                .map_or(line.len(), |(at, _)| at)
        };
        let start = byte(error.column.saturating_sub(1));
        let end = byte(error.column.saturating_sub(1) + error.length).max(start);
        let mut report = Level::ERROR.primary_title(&*error.message).element(
            Snippet::source(line)
                .line_start(error.line)
                .path(path)
                .fold(false)
                .annotation(AnnotationKind::Primary.span(start..end)),
        );
        if let Some(hint) = hint(error, folder) {
            report = report.element(Level::HELP.with_name("hint").message(hint));
        }
        renderer(colored).render(&[report])
    });
    drawn.collect::<Vec<_>>().join("\n\n")
}

/// The hint of an error in the models, its paths as seen from a folder above them.
fn hint(error: &ModelError, folder: &Path) -> Option<String> {
    let above = format!("{}/", folder.display());
    error.hint.as_ref().map(|hint| hint.replace(&above, ""))
}

fn renderer(colored: bool) -> Renderer {
    if colored {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
}

/// An error as the JSON answer of a command that failed.
pub(super) fn json(error: &Error, folder: &Path) -> serde_json::Value {
    let mut facts = json!({ "message": error.to_string(), "hints": error.hints() });
    if let Error::Lock(
        LockError::Taken {
            holder: Some(holder),
            ..
        }
        | LockError::Held { holder, .. },
    ) = error
    {
        facts["holder"] = json!(holder);
    }
    if let Error::Initial(differs) = error {
        facts["differences"] = json!(differs.differences);
    }
    if let (Error::Models(errors), Some(facts)) = (error, facts.as_object_mut()) {
        let errors: Vec<_> = errors
            .iter()
            .map(|error| {
                json!({
                    "message": error.message,
                    "hint": hint(error, folder),
                    "file": relative(&error.path, folder),
                    "line": error.line,
                    "column": error.column,
                })
            })
            .collect();
        facts.insert("errors".to_owned(), json!(errors));
    }
    if let (Some(failure), Some(facts)) = (error.failure(), facts.as_object_mut()) {
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
        if !failure.blockers.is_empty() {
            facts.insert("blockers".to_owned(), json!(failure.blockers));
        }
        facts.insert("finished".to_owned(), json!(failure.finished));
        facts.insert("state".to_owned(), json!(failure.state()));
    }
    json!({ "schema": 1, "error": facts })
}

/// The lines to show, and the place to underline in them.
struct Excerpt {
    text: String,
    first_line: usize,
    mark: Range<usize>,
}

fn excerpt(failure: &MigrationFailure, statement: Range<usize>) -> Excerpt {
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
    // Windows' line ends would show as symbols.
    let unix = |range: Range<usize>| text[range].replace("\r\n", "\n");
    Excerpt {
        text: unix(start..end).trim_end_matches('\r').to_owned(),
        first_line: text[..start].matches('\n').count() + 1,
        mark: unix(start..mark.start).len()..unix(start..mark.end).len(),
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
