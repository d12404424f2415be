//! A migration that failed: what a person needs to go on, and what to type next.

use std::{ops::Range, path::PathBuf};

use super::is_repeatable;
use crate::{
    backend::{
        blockers::Blocker,
        bookkeeping::LOG,
        failure::{DatabaseError, Trouble},
        limits::Limits,
        url::Engine,
    },
    migration::Direction,
};

/// A migration that failed, with everything a person needs to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationFailure {
    /// The engine.
    pub engine: Engine,
    /// The migration's name.
    pub migration: String,
    /// Which way it went.
    pub direction: Direction,
    /// The file, for a migration on disk.
    pub path: Option<PathBuf>,
    /// The file's text.
    pub text: String,
    /// The failing statement, as bytes of the text.
    pub statement: Option<Range<usize>>,
    /// The place in it that the database points at, as bytes of the text.
    pub place: Option<Range<usize>>,
    /// What failed.
    pub part: FailedPart,
    /// What the database said.
    pub error: DatabaseError,
    /// The migrations that this run finished before, in order.
    pub finished: Vec<String>,
    /// What the failure left behind.
    pub aftermath: Aftermath,
    /// Whether the log says what stands, so that the rest can be run later.
    pub resumable: bool,
    /// Whether the text is one that the log kept, of a migration that is gone.
    pub from_log: bool,
    /// Indexes that a failed `CREATE INDEX CONCURRENTLY` left behind unusable.
    pub invalid_indexes: Vec<String>,
    /// Who holds the lock that was waited for in vain, where the engine tells.
    pub blockers: Vec<Blocker>,
    /// The limits that its statements had.
    pub limits: Limits,
}

/// The part of a step that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedPart {
    /// Opening the transaction.
    Begin,
    /// A statement.
    Statement,
    /// Recording the version, or the commit.
    Commit,
}

/// The state a failed migration leaves the database in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// Nothing of the migration stands.
    RolledBack,
    /// Nothing of the whole run stands (`--atomic`).
    AllRolledBack,
    /// Nothing of it stands from this run: another runner did the same at the same time.
    Overtaken,
    /// The script ended its own transaction, so that what ran before and after stands.
    TransactionEnded {
        /// The line of the statement that did.
        line: usize,
        /// Whether the ledger has the version.
        recorded: bool,
    },
    /// Some of its statements stand.
    Partial {
        /// Lines of the statements that stand.
        standing: Vec<usize>,
        /// How many statements there are.
        total: usize,
    },
    /// All its statements stand, but the ledger does not say so.
    Unrecorded,
    /// The connection was lost inside a transaction, which the server takes back.
    TakenBack,
    /// The connection was lost in a statement outside a transaction.
    Lost {
        /// Lines of the statements before it that stand.
        standing: Vec<usize>,
        /// How many statements there are.
        total: usize,
    },
    /// Nobody can say.
    Unknown,
}

impl MigrationFailure {
    /// What failed, in words.
    pub fn summary(&self) -> String {
        let verb = match self.direction {
            Direction::Forwards => "applying",
            Direction::Backwards => "unapplying",
        };
        let part = match self.part {
            FailedPart::Statement => "",
            FailedPart::Begin => " before its first statement",
            FailedPart::Commit => " after its last statement",
        };
        if self.error.trouble == Trouble::Interrupted {
            return format!("{verb} {} was interrupted{part}", self.migration);
        }
        format!(
            "{verb} {} failed{part}: {}",
            self.migration, self.error.message
        )
    }

    /// What was applied before, in words.
    pub fn before(&self) -> String {
        let verb = match self.direction {
            Direction::Forwards => "applied",
            Direction::Backwards => "done",
        };
        match self.finished.as_slice() {
            [] => format!("nothing was {verb} before it in this run"),
            [one] => format!("{verb} before it in this run: {one}"),
            [.., last] => {
                let n = self.finished.len();
                format!("{verb} before it in this run: {n} migrations, the last {last}")
            }
        }
    }

    /// The state of the database, in words.
    pub fn state(&self) -> String {
        let done = match self.direction {
            Direction::Forwards => "applied",
            Direction::Backwards => "unapplied",
        };
        match &self.aftermath {
            Aftermath::RolledBack => "nothing of this migration stands: it was rolled back".to_owned(),
            Aftermath::AllRolledBack => "nothing of this run stands: all of it was rolled back".to_owned(),
            Aftermath::Overtaken => format!(
                "another program {} it at the same time; what this run did of it was rolled back",
                match self.direction {
                    Direction::Forwards => "applied",
                    Direction::Backwards => "unapplied",
                }
            ),
            Aftermath::TransactionEnded { line, recorded } => format!(
                "line {line} ended the migration's transaction, so what ran before it and after it may stand; {}",
                match recorded {
                    _ if self.is_repeatable() => "it is not recorded as applied",
                    true => "the ledger has the migration",
                    false => "the ledger does not have the migration",
                }
            ),
            Aftermath::Partial { standing, .. } if standing.is_empty() => {
                format!("nothing of this migration stands, and it is not recorded as {done}")
            }
            Aftermath::Partial { standing, total } => format!(
                "{} and cannot be taken back ({}); the migration is not recorded as {done}",
                part_of(standing.len(), *total),
                lines(standing),
            ),
            Aftermath::Unrecorded => "its statements stand, but the ledger was not changed".to_owned(),
            Aftermath::TakenBack => {
                "the connection was lost, and the server takes back what the migration did in its transaction".to_owned()
            }
            Aftermath::Lost { standing, total } => {
                let stand = match standing.as_slice() {
                    [] => "nothing before it stands".to_owned(),
                    _ => format!("{} ({})", part_of(standing.len(), *total), lines(standing)),
                };
                format!(
                    "the connection was lost: {stand}, and it is not known whether the one it was lost in does; the migration is not recorded as {done}"
                )
            }
            Aftermath::Unknown => {
                "it is not known what stands; a migration in a transaction is taken back by the server".to_owned()
            }
        }
    }

    /// What to do next, most specific first.
    pub fn hints(&self) -> Vec<String> {
        let command = match self.direction {
            Direction::Forwards => "manage migrate",
            Direction::Backwards => "manage rollback",
        };
        if self.aftermath == Aftermath::Overtaken {
            return vec![format!(
                "run `{command}` again: it goes on from where the database is"
            )];
        }
        if self.from_log {
            return self.hints_from_log();
        }
        let mut hints = Vec::new();
        hints.extend(self.trouble_hint());
        if !self.invalid_indexes.is_empty() {
            hints.push(format!(
                "drop what an unfinished CREATE INDEX CONCURRENTLY left behind: {}",
                self.invalid_indexes.join(", ")
            ));
        }
        let by_hand = |what: &str| {
            if self.is_repeatable() {
                return "correct the file, then run `manage migrate` again: it runs from its first statement".to_owned();
            }
            format!(
                "{what} by hand, then say where the database is with `manage stamp {}`",
                match self.direction {
                    Direction::Forwards => self.migration.as_str(),
                    Direction::Backwards => "MIGRATION",
                }
            )
        };
        let resume = format!("`{command} --resume`");
        let then = if hints.is_empty() { "" } else { "then " };
        if self.resumable
            && matches!(&self.aftermath, Aftermath::Partial { standing, .. } if !standing.is_empty())
        {
            hints.push(if self.may_pass() {
                format!("{then}{resume} runs the rest of it")
            } else {
                format!(
                    "correct the file from the failed statement on, then {resume} runs the rest of it"
                )
            });
        }
        hints.push(match &self.aftermath {
            Aftermath::Partial { standing, .. } if !standing.is_empty() && self.resumable => {
                by_hand("or finish or undo the rest")
            }
            Aftermath::Partial { standing, .. } if !standing.is_empty() => {
                by_hand("finish or undo the rest")
            }
            Aftermath::Unrecorded if self.resumable => format!("{resume} records it"),
            Aftermath::Unrecorded => by_hand("keep or undo it"),
            Aftermath::TakenBack | Aftermath::Lost { .. } | Aftermath::Unknown => {
                "`manage showmigrations` says what is recorded; run it once the server is back"
                    .to_owned()
            }
            Aftermath::TransactionEnded { .. } => {
                by_hand("take `COMMIT` and its like out of the file, put right what stands")
            }
            _ if self.may_pass() => format!("{then}run `{command}` again"),
            _ => format!("correct the file, then run `{command}` again"),
        });
        if matches!(&self.aftermath, Aftermath::Lost { standing, .. } if !standing.is_empty()) {
            let or = if self.resumable { "or " } else { "" };
            if self.resumable {
                hints.push(format!(
                    "{resume} then asks whether that statement stands, and runs the rest"
                ));
            }
            hints.push(by_hand(&format!("{or}finish or undo the rest")));
        }
        hints
    }

    /// What to do where the text cannot be corrected.
    fn hints_from_log(&self) -> Vec<String> {
        let mut hints = Vec::new();
        if self.error.trouble != Trouble::RefusesTransaction {
            hints.extend(self.trouble_hint());
        }
        match &self.aftermath {
            Aftermath::TakenBack | Aftermath::Lost { .. } | Aftermath::Unknown => hints.push(
                "`manage showmigrations` says what is recorded; run it once the server is back"
                    .to_owned(),
            ),
            _ if self.error.trouble.is_outside() => {
                let then = if hints.is_empty() { "" } else { "then " };
                hints.push(format!("{then}run `manage rollback` again"));
            }
            _ => hints.push(
                "what the log kept cannot be corrected: undo the rest by hand and record that with `manage rollback --fake`; or bring its folder back from version control, and correct `down.sql` there"
                    .to_owned(),
            ),
        }
        hints
    }

    /// Whether it is a repeatable migration that failed.
    pub fn is_repeatable(&self) -> bool {
        self.path.as_deref().is_some_and(is_repeatable)
    }

    /// Whether PostgreSQL names a view among what keeps something from being dropped.
    fn is_under_a_view(&self) -> bool {
        let detail = self.error.detail.as_deref().unwrap_or_default();
        let mut lines = detail.lines();
        lines.any(|line| line.starts_with("view ") || line.starts_with("materialized view "))
    }

    fn trouble_hint(&self) -> Option<String> {
        let name = &self.migration;
        Some(match self.error.trouble {
            Trouble::AlreadyExists if self.is_repeatable() => {
                "a repeatable migration runs again whenever it changes: write `CREATE OR REPLACE`, or `DROP ... IF EXISTS` before what creates".to_owned()
            }
            Trouble::ViewColumns => {
                "a view can be replaced only by one that has the same columns first: write `DROP VIEW IF EXISTS` before `CREATE VIEW`".to_owned()
            }
            Trouble::ForeignKey if self.is_under_a_view() => {
                "a view rests on it: drop the view first in this file; what a repeatable migration makes is made again by the next `manage migrate` after a rollback, or when its file changes".to_owned()
            }
            Trouble::RefusesTransaction if self.is_repeatable() => {
                "this statement cannot run in a transaction, and repeatable migrations do: write it into a migration that runs outside of one".to_owned()
            }
            Trouble::AlreadyExists if self.direction == Direction::Forwards => format!(
                "if the database has all of this already, record it without running it: `manage migrate {name} --fake`, or `manage stamp {name}`"
            ),
            Trouble::RefusesTransaction => format!(
                "this statement cannot run in a transaction: put a file `metadata.toml` that says `run_in_transaction = false` into the folder `{name}`"
            ),
            Trouble::CopyStream => {
                "a migration cannot feed or read COPY ... STDIN or STDOUT: write INSERT statements, or COPY a file that the server can read".to_owned()
            }
            Trouble::UnsafeEnumValue => {
                "a new enum value can be used only after it is committed: use it in a later migration".to_owned()
            }
            Trouble::Locked | Trouble::LockTimeout if self.limits.lock.is_some() => self.lock_hint(),
            Trouble::StatementTimeout => return self.limit_hint(),
            other => return remedy(Some(self.engine), other),
        })
    }

    /// Whether the same statement may succeed another time.
    fn may_pass(&self) -> bool {
        let trouble = self.error.trouble;
        trouble.is_outside()
            || trouble == Trouble::StatementTimeout && self.limits.statement.is_some()
    }

    /// What to do about a lock that others hold.
    fn lock_hint(&self) -> String {
        let wait = "wait longer with `--lock-timeout SECONDS`, more often with `--lock-retries N`";
        let (verb, after) = match self.engine {
            Engine::Postgres => ("SELECT pg_terminate_backend(", ")"),
            Engine::Mysql => ("KILL ", ""),
            Engine::Sqlite => {
                return format!(
                    "another program has the database open and writes: stop it, or {wait}"
                );
            }
        };
        match self.blockers.first() {
            Some(blocker) => format!(
                "let it end, or end it in `manage dbshell`: `{verb}{}{after}`; or {wait}",
                blocker.session
            ),
            None => format!(
                "another session holds a lock this needs: look for long transactions, or {wait}"
            ),
        }
    }

    /// What to do about a limit that was reached.
    fn limit_hint(&self) -> Option<String> {
        match self.limits.statement.filter(|limit| !limit.is_zero()) {
            Some(limit) => Some(format!(
                "no statement may run longer than {} s (`--statement-timeout`, or `[migrate] statement_timeout` in manage.toml): give it more, or `--statement-timeout 0` for no limit",
                limit.as_secs_f64()
            )),
            None => remedy(Some(self.engine), Trouble::StatementTimeout),
        }
    }
}

/// `2 of 3 statements stand`.
pub(crate) fn part_of(standing: usize, total: usize) -> String {
    let verb = if standing == 1 { "stands" } else { "stand" };
    format!("{standing} of {total} statements {verb}")
}

/// `lines 1, 4`, cut where there are many.
pub(crate) fn lines(numbers: &[usize]) -> String {
    let shown: Vec<String> = numbers.iter().take(12).map(ToString::to_string).collect();
    let more = if numbers.len() > 12 { ", ..." } else { "" };
    let word = if numbers.len() == 1 { "line" } else { "lines" };
    format!("{word} {}{more}", shown.join(", "))
}

/// What helps where the log is there and cannot be read.
pub(super) fn log_remedy(trouble: Trouble) -> Option<String> {
    match trouble {
        Trouble::PermissionDenied => Some(format!(
            "`GRANT SELECT, INSERT, UPDATE ON {LOG} TO` this user: without it nobody knows what stopped halfway"
        )),
        Trouble::DoesNotExist => Some(format!(
            "another `manage` may have made it: docs/MIGRATIONS.md lists its columns, `ALTER TABLE {LOG} ADD COLUMN` adds one; or rename the table, and a new one is made"
        )),
        _ => remedy(None, trouble),
    }
}

/// What helps against a kind of trouble, wherever it is met.
pub(super) fn remedy(engine: Option<Engine>, trouble: Trouble) -> Option<String> {
    Some(match trouble {
        Trouble::ForeignKey => match engine {
            Some(Engine::Sqlite) => "rows refer to each other: create and fill parents before children, drop children first; `PRAGMA foreign_key_check` in `manage dbshell` lists what is wrong".to_owned(),
            Some(Engine::Postgres | Engine::Mysql) | None => "rows or tables refer to each other: create and fill parents before children, drop children first".to_owned(),
        },
        Trouble::Locked => "another program has the database open and writes: stop it, or wait for it (`fuser` or `lsof` on the file shows who it is)".to_owned(),
        Trouble::LockTimeout => "another session holds a lock this needs: look for long transactions, then try again".to_owned(),
        Trouble::StatementTimeout => match engine {
            Some(Engine::Mysql) => "the session lets no statement run longer: `on_connect = [\"SET SESSION max_statement_time = 0\"]` in manage.toml lifts that (MySQL: `max_execution_time`)".to_owned(),
            _ => "the session lets no statement run longer: `on_connect = [\"SET statement_timeout = 0\"]` in manage.toml lifts that".to_owned(),
        },
        Trouble::PermissionDenied => "connect as a user who may do this: `MIGRATION_DATABASE_URL` names one for migrations alone".to_owned(),
        Trouble::ReadOnly => match engine {
            Some(Engine::Sqlite) => "the file or its folder is read-only for this user".to_owned(),
            Some(Engine::Postgres | Engine::Mysql) => "the server or the user takes no writes: is this a replica?".to_owned(),
            None => "is this a replica, or a file that this user may only read?".to_owned(),
        },
        Trouble::DiskFull => "make room on the database's disk".to_owned(),
        _ => return None,
    })
}
