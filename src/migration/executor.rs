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
        statements,
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
                && failure.error.trouble != Trouble::ConnectionLost
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
    database: &dyn Database,
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
    let aftermath = match &failure.stage {
        _ if failure.error.trouble == Trouble::ConnectionLost => Aftermath::Unknown,
        Stage::Begin => Aftermath::RolledBack,
        _ if transactional => Aftermath::RolledBack,
        Stage::Commit => Aftermath::Unrecorded,
        Stage::Whole => Aftermath::Unknown,
        Stage::Statement { before, .. } => Aftermath::Partial {
            standing: before[..failure.standing]
                .iter()
                .map(|range| statements::place(&text, range.start).line)
                .collect(),
            total: statements::split(database.features().dialect, &text).len(),
        },
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

/// The bytes of the text that the database points at: PostgreSQL by a position, MySQL by a line and
/// the words after `near`, SQLite by a word.
fn locate(
    engine: Engine,
    error: &DatabaseError,
    text: &str,
    statement: Range<usize>,
) -> Option<Range<usize>> {
    let sql = &text[statement.clone()];
    let found = match engine {
        Engine::Postgres => {
            let start = statements::byte_of_char(sql, error.position?)?;
            start..start + word_length(&sql[start..])
        }
        Engine::Mysql => {
            let line_start = nth_line(sql, error.line?)?;
            let near = quoted(&error.message, "near '", "' at line")
                .and_then(|near| near.lines().next().map(str::to_owned));
            if let Some(offset) = near
                .filter(|near| !near.is_empty())
                .and_then(|near| sql[line_start..].find(&near))
            {
                let start = line_start + offset;
                start..start + word_length(&sql[start..])
            } else {
                let line = sql[line_start..].lines().next().unwrap_or_default();
                let indent = line.len() - line.trim_start().len();
                line_start + indent..line_start + line.trim_end().len().max(indent)
            }
        }
        Engine::Sqlite => {
            let word = quoted(&error.message, "near \"", "\": ")
                .or_else(|| {
                    error
                        .message
                        .strip_prefix("no such table: ")
                        .map(|name| bare(name).to_owned())
                })
                .or_else(|| {
                    error
                        .message
                        .strip_prefix("no such column: ")
                        .map(|name| bare(name).to_owned())
                })
                .or_else(|| {
                    error
                        .message
                        .strip_prefix("duplicate column name: ")
                        .map(ToOwned::to_owned)
                })
                .or_else(|| {
                    quoted(&error.message, "table ", " already exists")
                        .map(|name| bare(&name).to_owned())
                })
                .or_else(|| {
                    quoted(&error.message, "index ", " already exists")
                        .map(|name| bare(&name).to_owned())
                })?;
            only_word(sql, &word)?
        }
    };
    Some(statement.start + found.start..statement.start + found.end)
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
        assert_eq!(
            at(Engine::Sqlite, &error("table t already exists", None, None)),
            Some("t")
        );
    }
}
