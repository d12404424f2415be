//! What a failed step was about: the place in its file, and what stands of it.

use std::ops::Range;

use crate::{
    backend::{
        Database, JobError, Stage,
        failure::{DatabaseError, Trouble},
        limits::Limits,
        statements::{self, TransactionControl},
        url::Engine,
    },
    error::{Aftermath, FailedPart, MigrationFailure},
    migration::{Direction, plan::Step},
};

/// Everything there is to say of a step that failed.
pub(super) fn explain(
    database: &mut dyn Database,
    step: &Step,
    text: String,
    failure: JobError,
    finished: Vec<String>,
) -> MigrationFailure {
    let in_transaction = step.migration.run_in_transaction();
    let transactional = in_transaction && database.features().transactional_ddl;
    let part = match failure.stage {
        Stage::Begin => FailedPart::Begin,
        Stage::Statement { .. } | Stage::Whole => FailedPart::Statement,
        Stage::Commit => FailedPart::Commit,
    };
    let lost = failure.error.trouble == Trouble::ConnectionLost;
    let aftermath = match &failure.stage {
        Stage::Commit | Stage::Whole if lost => Aftermath::Unknown,
        Stage::Begin | Stage::Statement { .. } if lost && transactional => Aftermath::TakenBack,
        Stage::Begin => Aftermath::RolledBack,
        stage if transactional => after_transaction(database, step, &text, stage),
        Stage::Whole => Aftermath::Unknown,
        Stage::Commit | Stage::Statement { .. } => {
            let statements = statements::split(database.features().dialect, &text);
            let total = statements.len();
            let starts = statements.iter().take(failure.standing).map(|s| s.start);
            let standing = lines_at(&text, starts);
            if lost {
                Aftermath::Lost { standing, total }
            } else if failure.stage == Stage::Commit && standing.len() == total {
                match was_overtaken(database, step) {
                    Ok(true) => Aftermath::Doubled,
                    Ok(false) | Err(_) => Aftermath::Unrecorded,
                }
            } else {
                Aftermath::Partial { standing, total }
            }
        }
    };
    let statement = match failure.stage {
        Stage::Statement { range, .. } => Some(range),
        _ => None,
    };
    let place = statement
        .clone()
        .and_then(|range| locate(database.engine(), &failure.error, &text, range));
    MigrationFailure {
        engine: database.engine(),
        migration: step.migration.name.clone(),
        direction: step.direction,
        path: step.migration.file(step.direction),
        text,
        statement,
        place,
        part,
        error: failure.error,
        finished,
        aftermath,
        resumable: false,
        from_log: false,
        invalid_indexes: failure.invalid_indexes,
        blockers: Vec::new(),
        limits: Limits::default(),
    }
}

/// What a failed transaction left: nothing, unless the script ended it itself; and another runner may
/// have done the same work meanwhile.
fn after_transaction(
    database: &mut dyn Database,
    step: &Step,
    text: &str,
    stage: &Stage,
) -> Aftermath {
    let overtaken = was_overtaken(database, step);
    let reached = match stage {
        Stage::Statement { range, .. } => range.start,
        _ => text.len(),
    };
    let ended = statements::split(database.features().dialect, text)
        .into_iter()
        .take_while(|statement| statement.start < reached)
        .find(|statement| {
            matches!(
                statement.transaction_control(),
                Some(TransactionControl::Commit | TransactionControl::Rollback)
            )
        });
    match (ended, overtaken) {
        (Some(statement), overtaken) => Aftermath::TransactionEnded {
            line: statements::place(text, statement.start).line,
            recorded: overtaken
                .is_ok_and(|overtaken| overtaken == (step.direction == Direction::Forwards)),
        },
        (None, Ok(true)) => Aftermath::Overtaken,
        (None, _) => Aftermath::RolledBack,
    }
}

/// Whether the ledger says of a step that failed that it is done.
fn was_overtaken(database: &mut dyn Database, step: &Step) -> Result<bool, DatabaseError> {
    let version = step.migration.version.as_str();
    let rows = database.ledger()?;
    let recorded = rows.iter().any(|row| row.version == version);
    Ok(recorded == (step.direction == Direction::Forwards))
}

/// The lines, from 1, of places in a text that come in order; read through once, for a script may have
/// a hundred thousand statements.
fn lines_at(text: &str, places: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut line, mut from) = (1, 0);
    let mut lines = Vec::new();
    for place in places {
        line += text[from..place].matches('\n').count();
        from = place;
        lines.push(line);
    }
    lines
}

/// The bytes of the text that the database points at: by a position; MySQL by a line and the words
/// after `near`, SQLite by a word after `near`; else by the name the message is about.
fn locate(
    engine: Engine,
    error: &DatabaseError,
    text: &str,
    statement: Range<usize>,
) -> Option<Range<usize>> {
    let sql = &text[statement.clone()];
    let found = pointed_at(sql, error.position)
        .or_else(|| match engine {
            Engine::Postgres => None,
            Engine::Mysql => near_words(sql, error),
            Engine::Sqlite => {
                let word = quoted(&error.message, "near \"", "\": ")
                    .or_else(|| quoted(&error.message, "unrecognized token: \"", "\""))?;
                only_word(sql, &word)
            }
        })
        .or_else(|| only_word(sql, name_in(engine, error)?))?;
    Some(statement.start + found.start..statement.start + found.end)
}

fn pointed_at(sql: &str, position: Option<usize>) -> Option<Range<usize>> {
    let start = statements::byte_of_char(sql, position?)?;
    Some(start..start + word_length(&sql[start..]))
}

/// MySQL counts the line and quotes what it could not read: the rest of the statement, or the first
/// 80 characters of it.
fn near_words(sql: &str, error: &DatabaseError) -> Option<Range<usize>> {
    let line_start = nth_line(sql, error.line?)?;
    let near = quoted(&error.message, "near '", "' at line").filter(|near| !near.is_empty());
    let start = near.and_then(|near| match sql.strip_suffix(near.as_str()) {
        Some(before) => Some(before.len()).filter(|start| *start >= line_start),
        None => sql[line_start..]
            .find(near.lines().next()?)
            .map(|offset| line_start + offset),
    });
    if let Some(start) = start.filter(|start| !sql[*start..].starts_with(['\n', '\r'])) {
        return Some(start..start + word_length(&sql[start..]));
    }
    let line = sql[line_start..].lines().next().unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    Some(line_start + indent..line_start + line.trim_end().len().max(indent))
}

/// The table, column or index that a message says is there already, or is not.
fn name_in(engine: Engine, error: &DatabaseError) -> Option<&str> {
    let message = error.message.as_str();
    if !matches!(
        error.trouble,
        Trouble::AlreadyExists | Trouble::DoesNotExist
    ) {
        return None;
    }
    let name = match engine {
        Engine::Postgres => message.split('"').nth(1)?,
        Engine::Mysql => message.split('\'').nth(1)?,
        // `no such table: t`, `duplicate column name: c`, `table t has no column named c`,
        // `table t already exists`, `there is already an index named i`
        Engine::Sqlite => match message.split_once(": ") {
            Some((_, name)) => name,
            None => match message.strip_suffix(" already exists") {
                Some(start) => start.split_once(' ')?.1,
                None => message.rsplit_once(" named ")?.1,
            },
        },
    };
    Some(bare(name))
}

/// The name without quotes and without what stands before a dot.
fn bare(name: &str) -> &str {
    name.rsplit('.')
        .next()
        .unwrap_or(name)
        .trim_matches(['"', '`', '[', ']'])
}

fn quoted(message: &str, before: &str, after: &str) -> Option<String> {
    let start = message.find(before)? + before.len();
    let end = start + message[start..].rfind(after)?;
    Some(message[start..end].to_owned())
}

/// The one place where a word stands; none where it stands in several.
fn only_word(sql: &str, word: &str) -> Option<Range<usize>> {
    let boundary = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
    let is_word = word.chars().all(|c| c.is_alphanumeric() || c == '_');
    let mut places = sql.match_indices(word).filter(|(start, _)| {
        !is_word
            || boundary(sql[..*start].chars().next_back())
                && boundary(sql[start + word.len()..].chars().next())
    });
    let (start, _) = places.next()?;
    places.next().is_none().then_some(start..start + word.len())
}

fn nth_line(sql: &str, line: usize) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        start += sql[start..].find('\n')? + 1;
    }
    Some(start)
}

fn word_length(sql: &str) -> usize {
    let word: usize = sql
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .map(char::len_utf8)
        .sum();
    if word > 0 {
        word
    } else {
        sql.chars().next().map_or(0, char::len_utf8)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn error(message: &str, position: Option<usize>, line: Option<usize>) -> DatabaseError {
        DatabaseError {
            position,
            line,
            ..DatabaseError::other(message.to_owned())
        }
    }

    #[test]
    fn lines_of_places_in_order() {
        assert_eq!(
            lines_at("a;\nb;\n\nc; d", [0, 3, 7, 10].into_iter()),
            [1, 2, 4, 4]
        );
    }

    #[test]
    fn the_place_is_found_from_what_each_engine_says() {
        let text = "SELECT 1;\nCREATE TABLE t (\n  id INT,\n  ü wrong\n);";
        let statement = 10..text.len() - 1;
        let at = |engine, e: &DatabaseError| {
            locate(engine, e, text, statement.clone()).map(|r| &text[r])
        };
        assert_eq!(
            at(Engine::Postgres, &error("syntax error", Some(32), None)),
            Some("wrong")
        );
        let mysql = error("error near 'wrong\n)' at line 3", None, Some(3));
        assert_eq!(at(Engine::Mysql, &mysql), Some("wrong"));
        assert_eq!(
            at(Engine::Mysql, &error("near '' at line 3", None, Some(3))),
            Some("ü wrong")
        );
        assert_eq!(
            at(
                Engine::Sqlite,
                &error("near \"wrong\": syntax error", None, None)
            ),
            Some("wrong")
        );
        let exists = DatabaseError {
            trouble: Trouble::AlreadyExists,
            ..error("table t already exists", None, None)
        };
        assert_eq!(at(Engine::Sqlite, &exists), Some("t"));
    }
}
