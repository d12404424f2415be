//! Runs a plan, step by step, through Diesel's harness; says what happens as events.

use std::{
    fs,
    io::{self, Read as _},
    ops::Range,
    path::Path,
    time::{Duration, Instant},
};

use diesel_migrations::EmbeddedMigrations;

use super::{
    Direction, Origin,
    plan::{Plan, Step},
};
use crate::{
    backend::{
        Database, Job, JobError, Stage, Work,
        failure::{DatabaseError, Trouble},
        statements::{self, TransactionControl},
        url::Engine,
    },
    error::{Aftermath, Error, FailedPart, FileProblem, MigrationFailure},
};

/// How to run a plan.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Change the ledger only.
    pub fake: bool,
    /// All steps in one transaction.
    pub atomic: bool,
    /// Where embedded migrations come from.
    pub embedded: Option<&'a EmbeddedMigrations>,
}

/// What happens while a plan runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A step begins.
    Started {
        /// The step.
        step: &'a Step,
        /// How many were finished before.
        finished: usize,
        /// How many there are.
        total: usize,
    },
    /// A step is done.
    Finished {
        /// The step.
        step: &'a Step,
        /// How long it took.
        elapsed: Duration,
    },
    /// A step failed; the error follows.
    Failed {
        /// The step.
        step: &'a Step,
    },
}

/// Runs a plan. Everything that can be known to fail beforehand fails before anything runs.
pub fn execute(
    database: &mut dyn Database,
    plan: &Plan,
    options: &Options<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<(Step, Duration)>, Error> {
    if plan.is_empty() {
        return Ok(Vec::new());
    }
    if !options.fake {
        for step in &plan.steps {
            read_script(step)?;
        }
    }
    if options.atomic {
        check_atomic(database, plan)?;
    }
    let doing = |doing| move |error| Error::Database { doing, error };
    database
        .create_ledger()
        .map_err(doing("creating the ledger"))?;
    if !options.atomic {
        return run_steps(database, plan, options, on_event);
    }
    database.begin().map_err(doing("opening the transaction"))?;
    match run_steps(database, plan, options, on_event) {
        Ok(done) => {
            database.commit().map_err(doing("committing"))?;
            Ok(done)
        }
        Err(mut error) => {
            let undone = database.rollback().is_ok();
            if let Error::Migration(failure) = &mut error
                && undone
                && failure.aftermath == Aftermath::RolledBack
            {
                failure.aftermath = Aftermath::AllRolledBack;
            }
            Err(error)
        }
    }
}

fn check_atomic(database: &dyn Database, plan: &Plan) -> Result<(), Error> {
    if !database.features().transactional_ddl {
        return Err(Error::NotAtomic {
            reason: "MySQL and MariaDB commit around every change of structure".to_owned(),
        });
    }
    match plan
        .steps
        .iter()
        .find(|step| !step.migration.run_in_transaction())
    {
        Some(step) => Err(Error::NotAtomic {
            reason: format!("{} runs outside a transaction", step.migration.name),
        }),
        None => Ok(()),
    }
}

fn run_steps(
    database: &mut dyn Database,
    plan: &Plan,
    options: &Options<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<(Step, Duration)>, Error> {
    let mut done: Vec<(Step, Duration)> = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        on_event(Event::Started {
            step,
            finished: done.len(),
            total: plan.steps.len(),
        });
        let start = Instant::now();
        let text = if options.fake {
            String::new()
        } else {
            read_script(step)?
        };
        let work = match (&step.migration.origin, options.embedded) {
            _ if options.fake => Work::Fake,
            (Origin::Embedded, Some(embedded)) => Work::Embedded(embedded),
            _ => Work::Script(&text),
        };
        let job = Job {
            version: step.migration.version.as_str(),
            direction: step.direction,
            run_in_transaction: step.migration.run_in_transaction(),
            work,
        };
        match database.run(&job) {
            Ok(()) => {
                let elapsed = start.elapsed();
                on_event(Event::Finished { step, elapsed });
                done.push((step.clone(), elapsed));
            }
            Err(error) => {
                on_event(Event::Failed { step });
                let finished = done
                    .into_iter()
                    .map(|(step, _)| step.migration.name)
                    .collect();
                return Err(Error::Migration(Box::new(explain(
                    database, step, text, error, finished,
                ))));
            }
        }
    }
    Ok(done)
}

fn explain(
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
                Aftermath::Unrecorded
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
        invalid_indexes: failure.invalid_indexes,
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
    let version = step.migration.version.as_str();
    let recorded = database
        .ledger()
        .map(|rows| rows.iter().any(|row| row.version == version));
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
    match (ended, recorded) {
        (Some(statement), recorded) => Aftermath::TransactionEnded {
            line: statements::place(text, statement.start).line,
            recorded: recorded.unwrap_or(false),
        },
        (None, Ok(recorded)) if recorded == (step.direction == Direction::Forwards) => {
            Aftermath::Overtaken
        }
        (None, _) => Aftermath::RolledBack,
    }
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

/// The SQL of a step; empty for an embedded migration, whose SQL is its own affair.
pub fn read_script(step: &Step) -> Result<String, Error> {
    match step.migration.file(step.direction) {
        Some(path) => read_sql(&path),
        None => Ok(String::new()),
    }
}

/// Reads a migration's file as Diesel would take it.
pub fn read_sql(path: &Path) -> Result<String, Error> {
    let wrong = |problem| Error::File {
        path: path.to_owned(),
        problem,
    };
    // Large enough for nearly every file: `check` reads thousands, and each call to the system counts.
    let mut bytes = Vec::with_capacity(8 * 1024);
    let read = fs::File::open(path).and_then(|file| file.take(u64::MAX).read_to_end(&mut bytes));
    read.map_err(|error| {
        wrong(match error.kind() {
            io::ErrorKind::NotFound => FileProblem::Missing,
            _ => FileProblem::Unreadable {
                message: error.to_string(),
            },
        })
    })?;
    if bytes.is_empty() {
        return Err(wrong(FileProblem::Empty));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = valid.matches('\n').count() + 1;
        wrong(FileProblem::NotUtf8 { line })
    })
}

/// What a stamp would change: the versions to record and those to forget.
pub fn stamp(
    database: &mut dyn Database,
    record: &[String],
    forget: &[String],
) -> Result<(), Error> {
    let doing = |error| Error::Database {
        doing: "changing the ledger",
        error,
    };
    database.create_ledger().map_err(doing)?;
    database.begin().map_err(doing)?;
    let jobs = forget
        .iter()
        .map(|version| (version, Direction::Backwards))
        .chain(record.iter().map(|version| (version, Direction::Forwards)));
    for (version, direction) in jobs {
        let job = Job {
            version,
            direction,
            run_in_transaction: false,
            work: Work::Fake,
        };
        if let Err(failure) = database.run(&job) {
            // The first failure is the one to tell of.
            let _ = database.rollback();
            return Err(doing(failure.error));
        }
    }
    database.commit().map_err(doing)
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
