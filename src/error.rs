//! Everything that can go wrong, as facts; the wording, the remedy and the exit status of each.

use std::{ops::Range, path::PathBuf};

use crate::{
    autogenerate::{
        ProofFailure, branches::BranchError, initial::InitialDiffers, proof::Problem,
        squash::SquashFailure,
    },
    backend::{
        AdminError,
        failure::{ConnectError, DatabaseError, Trouble},
        url::Engine,
    },
    migration::{
        Direction, REPEATABLE, directory::DirectoryError, plan::PlanError, range::RangeError,
        rebase::RebaseError, script::ScriptError, squash::writing::SquashError,
        target::TargetError, trust::LineageError,
    },
    schema::{
        autodetector::Unfilled, declared::ModelError, dialect::Unsupported, questioner::FillReason,
    },
    settings::SettingsError,
};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Done, or nothing to do.
    Done,
    /// The question was answered "no".
    No,
    /// An error: usage, settings, connection, SQL, files.
    Error,
    /// Stopped by the person.
    Interrupted,
}

impl ExitStatus {
    /// The number the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Error => 2,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings make no sense.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The migrations folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// There is no way to the target.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// There is no such stretch of the history.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// A range that cannot be squashed.
    #[error(transparent)]
    Unsquashable(#[from] SquashError),
    /// A squash that does not do what its range does.
    #[error("{0}")]
    Squash(Box<SquashFailure>),
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The database refused something that is no migration's statement.
    #[error("{doing} failed: {}", error.message)]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        error: DatabaseError,
    },
    /// A migration's file cannot be run.
    #[error("{}", file_message(path, problem))]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: FileProblem,
    },
    /// There is no script of a plan.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// A migration failed.
    #[error("{}", .0.summary())]
    Migration(Box<MigrationFailure>),
    /// `--atomic` where it cannot be had.
    #[error("`--atomic` is impossible: {reason}")]
    NotAtomic {
        /// Why.
        reason: String,
    },
    /// The models are wrong.
    #[error("the models have {}", count(.0.len(), "error", "errors"))]
    Models(Vec<ModelError>),
    /// The globs find no `table!`.
    #[error("there is no `table!` in {}", and_list(globs))]
    NoModels {
        /// The globs.
        globs: Vec<String>,
    },
    /// The scratch database could not be made.
    #[error("no scratch database can be made: {0}")]
    Scratch(AdminError),
    /// The migrations do not run in a scratch database.
    #[error("the migrations do not run in a scratch database: {}", .0.summary())]
    Replay(Box<MigrationFailure>),
    /// The engine refuses what the models declare.
    #[error("the database refuses what the models declare: {}", error.message)]
    Declared {
        /// The statement made of it.
        statement: String,
        /// What the database said.
        error: DatabaseError,
    },
    /// The engine's language has no words for a change.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// Rows that are there need values that nobody gave.
    #[error("{}", unfilled_message(columns))]
    Unfilled {
        /// The columns.
        columns: Vec<Unfilled>,
        /// What to type where one of them is an old one under a new name, and nobody could be asked.
        renames: Vec<String>,
    },
    /// The migration that was generated does not do what it should.
    #[error(transparent)]
    Proof(Box<ProofFailure>),
    /// The live database is to be compared with, and is not up to date.
    #[error("the database is behind: {} pending: {}", count(names.len(), "migration is", "migrations are"), names.join(", "))]
    Behind {
        /// The pending migrations.
        names: Vec<String>,
    },
    /// The database has tables of an initial migration, and not as it makes them.
    #[error(transparent)]
    Initial(InitialDiffers),
    /// There are several heads, and a new migration can rest on one alone.
    #[error("there are {} heads: {}", names.len(), and_list(names))]
    SeveralHeads {
        /// Their names.
        names: Vec<String>,
    },
    /// Another program wrote to the migrations folder at the same time.
    #[error(
        "another program wrote to the migrations folder at the same time: {}",
        and_list(names)
    )]
    Meanwhile {
        /// What came or went.
        names: Vec<String>,
    },
    /// Branches do not fit together.
    #[error(transparent)]
    Branches(#[from] Box<BranchError>),
    /// A migration cannot be moved.
    #[error(transparent)]
    Rebase(#[from] RebaseError),
    /// An application would start before its migrations have run.
    #[error("{} pending: {}", count(names.len(), "migration is", "migrations are"), names.join(", "))]
    Pending {
        /// Their names.
        names: Vec<String>,
    },
    /// Something destructive needs a yes that nobody can give.
    #[error("{what} needs a yes, and there is no terminal to ask at")]
    NeedsYes {
        /// What would be done.
        what: String,
    },
    /// A person said no.
    #[error("nothing was done")]
    Declined,
    /// A file or folder could not be read or written.
    #[error("cannot {doing} `{}`: {message}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why, in the system's words.
        message: String,
    },
    /// An argument that clap lets through makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The engine's own client is not installed.
    #[error("cannot start {}: {message}", and_list(programs))]
    NoClient {
        /// The programs that would do.
        programs: Vec<String>,
        /// Why, in the system's words.
        message: String,
    },
}

/// What is wrong with a migration's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// It is not there.
    Missing,
    /// It holds no byte; Diesel refuses that.
    Empty,
    /// It is not UTF-8.
    NotUtf8 {
        /// Line of the first wrong byte, from 1.
        line: usize,
    },
    /// The system does not let us read it.
    Unreadable {
        /// Why, in the system's words.
        message: String,
    },
}

fn is_repeatable(path: &std::path::Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with(REPEATABLE)
}

fn file_message(path: &std::path::Path, problem: &FileProblem) -> String {
    let path = path.display();
    match problem {
        FileProblem::Missing => format!("`{path}` does not exist"),
        FileProblem::Empty => format!("`{path}` is empty"),
        FileProblem::NotUtf8 { line } => {
            format!("`{path}` is not UTF-8: wrong byte in line {line}")
        }
        FileProblem::Unreadable { message } => format!("cannot read `{path}`: {message}"),
    }
}

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
        if self.resumable
            && matches!(&self.aftermath, Aftermath::Partial { standing, .. } if !standing.is_empty())
        {
            hints.push(format!(
                "correct the file from the failed statement on, then {resume} runs the rest of it"
            ));
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
            _ if self.error.trouble.is_outside() => format!("then run `{command}` again"),
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
                hints.push("then run `manage rollback` again".to_owned());
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
            other => return remedy(Some(self.engine), other),
        })
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

/// What helps against a kind of trouble, wherever it is met.
fn remedy(engine: Option<Engine>, trouble: Trouble) -> Option<String> {
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

/// The ways out of several heads.
pub(crate) const SEVERAL_HEADS: &str = "`manage makemigrations --merge` joins them; `manage makemigrations --rebase MIGRATION` puts a branch on top of the other";

impl Error {
    /// The migration that failed, where that is what went wrong.
    pub fn failure(&self) -> Option<&MigrationFailure> {
        match self {
            Self::Migration(failure) | Self::Replay(failure) => Some(failure),
            Self::Branches(error) => error.failure(),
            _ => None,
        }
    }

    /// What to do about it, most specific first.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Settings(error) => error.hint().into_iter().collect(),
            Self::Directory(error) => error.hint().into_iter().collect(),
            Self::Plan(PlanError::Target(error)) => vec![error.hint()],
            Self::Plan(PlanError::Gone { .. }) => vec![
                "bring back from version control what is gone; or undo it by hand and record that with `--fake`".to_owned(),
            ],
            Self::Plan(PlanError::GoneForGood { .. }) => vec![
                "bring back from version control what is gone; `manage rollback` undoes it, where the log kept its `down.sql`".to_owned(),
            ],
            Self::Plan(PlanError::Unasked { .. }) => vec![
                "`manage rollback` asks, and undoes it from the log".to_owned(),
            ],
            Self::Plan(PlanError::HalfSquashed { versions, .. }) => vec![format!(
                "bring {} back from version control, run `manage migrate`, then remove {} again",
                if versions.len() == 1 { "its folder" } else { "their folders" },
                if versions.len() == 1 { "it" } else { "them" },
            )],
            Self::Plan(PlanError::Overlap { names }) => vec![format!(
                "remove one of the two folders, then `manage squashmigrations` squashes what is left: {}",
                names.join(", "),
            )],
            Self::Plan(PlanError::Broken(damage)) => damage.hints(),
            Self::Plan(PlanError::Edited(damage)) => damage.edited_hints(),
            Self::Plan(PlanError::BeyondEnd { total, .. }) => vec![format!(
                "`--resume={}` records it without running any more of it", total + 1
            )],
            Self::Plan(PlanError::OffTheWay { direction, .. }) => vec![match direction {
                Direction::Forwards => "`manage migrate --resume` carries it on",
                Direction::Backwards => "`manage rollback --resume` carries it on",
            }.to_owned()],
            Self::Plan(PlanError::Irreversible { .. }) => vec![
                "write the missing `down.sql`; or undo it by hand and record that with `--fake`".to_owned(),
            ],
            Self::Range(error) => error.hint().into_iter().collect(),
            Self::Connect(error) => error.hint().into_iter().collect(),
            Self::Database { error, .. } => remedy(None, error.trouble).into_iter().collect(),
            Self::File { path, problem } => match problem {
                FileProblem::Missing => vec!["write it, or undo by hand and record that with `--fake`".to_owned()],
                FileProblem::Empty if is_repeatable(path) => {
                    vec!["write SQL into it, or remove it".to_owned()]
                }
                FileProblem::Empty => vec!["write SQL into it; Diesel refuses an empty file, a comment is enough".to_owned()],
                FileProblem::NotUtf8 { .. } => vec!["save it as UTF-8".to_owned()],
                FileProblem::Unreadable { .. } => vec![],
            },
            Self::Script(error) => vec![error.hint()],
            Self::Migration(failure) => failure.hints(),
            Self::NotAtomic { .. } => vec!["leave `--atomic` away: each migration then has a transaction of its own where it can".to_owned()],
            Self::Plan(PlanError::Lineage(error)) => error.hints(),
            Self::Plan(PlanError::OutOfOrder { names }) => vec![format!(
                "{} older than what is applied: give {} (`manage makemigrations --rebase MIGRATION`), or allow that with `[migrate] out_of_order = \"warn\"`",
                if names.len() == 1 { "it is" } else { "they are" },
                if names.len() == 1 { "it a newer version" } else { "them newer versions" },
            )],
            Self::Pending { .. } => vec!["`manage migrate` applies them".to_owned()],
            Self::NoModels { .. } => vec![
                "`models` in manage.toml says where they are; `manage inspectdb` prints those of a database that is there".to_owned(),
                "`manage makemigrations --empty -m MSG` begins a migration to be filled in by hand".to_owned(),
            ],
            Self::Scratch(_) => vec![
                "the migrations are tried out in a temporary database: `MANAGE_SCRATCH_URL` names a server where one may be created".to_owned(),
            ],
            Self::Replay(_) => vec![
                "the migrations must run from the first to the last on an empty database, for new developers and for tests too".to_owned(),
                "`MANAGE_SCRATCH_URL` names another server to try them on".to_owned(),
            ],
            Self::Declared { statement, .. } => vec![format!("it was asked to run: {statement}")],
            Self::Unfilled { columns, renames } => {
                renames.iter().cloned().chain(columns.iter().map(unfilled_hint)).collect()
            }
            Self::Proof(failure) => proof_hints(failure),
            Self::Unsquashable(error) => vec![error.hint()],
            Self::Squash(failure) => squash_hints(failure),
            Self::Behind { .. } => vec!["run `manage migrate` first".to_owned()],
            Self::Initial(InitialDiffers { migration, .. }) => vec![
                "correct the database, or the migration where the database is right; nothing was changed".to_owned(),
                format!("`manage migrate {migration} --fake` records it as it is; `manage stamp MIGRATION` says that the database is further than that"),
                "once all is applied, `manage check --drift` shows what is still different".to_owned(),
            ],
            Self::SeveralHeads { .. } => vec![SEVERAL_HEADS.to_owned()],
            Self::Meanwhile { .. } => vec!["nothing was written: run the same command again".to_owned()],
            Self::Branches(error) => error.hints(),
            Self::Rebase(error) => vec![error.hint()],
            Self::NeedsYes { .. } => vec!["`--yes` says it in advance".to_owned()],
            Self::NoClient { .. } => vec!["install it, or put its folder on the PATH".to_owned()],
            // The models' errors are shown with hints of their own.
            Self::Declined
            | Self::Io { .. }
            | Self::Usage(_)
            | Self::Models(_)
            | Self::Unsupported(_) => vec![],
        }
    }

    /// The exit status it leads to.
    pub const fn status(&self) -> ExitStatus {
        match self {
            Self::Pending { .. } => ExitStatus::No,
            _ => ExitStatus::Error,
        }
    }
}

fn proof_hints(failure: &ProofFailure) -> Vec<String> {
    let mut hints = Vec::new();
    if let Problem::Statement { .. } = failure.problem {
        if !failure.repeatables.is_empty() {
            hints.push(format!(
                "does what {} makes use what changes? then write the migration by hand, begun with `manage makemigrations --empty -m MSG`: drop that first, and change the repeatable file, a comment is enough, so that it runs again",
                or_list(&failure.repeatables)
            ));
        }
        hints.push("is it a value that was given for existing rows, or a view or trigger that uses what changes? a migration before this one can take that away: `manage makemigrations --empty -m MSG` begins it".to_owned());
    } else {
        hints.push("this is worth a bug report; `manage makemigrations --empty -m MSG` begins a migration to be filled in by hand".to_owned());
    }
    hints.push("nothing was written".to_owned());
    hints
}

fn squash_hints(failure: &SquashFailure) -> Vec<String> {
    let mut hints = Vec::new();
    if !failure.kept.is_empty() {
        let shown: Vec<&str> = failure.kept.iter().take(5).map(String::as_str).collect();
        let more = if failure.kept.len() > 5 { "; ..." } else { "" };
        hints.push(format!(
            "no schema holds these statements: {}{more}",
            shown.join("; ")
        ));
    }
    hints.push(match failure.direction {
        _ if failure.from_schema => {
            "without `--from-schema` the statements stay as they are".to_owned()
        }
        Direction::Backwards => {
            "correct the `down.sql` of these migrations, or remove one: the squash is then without a way back".to_owned()
        }
        Direction::Forwards => "squash what stands before and behind the statement".to_owned(),
    });
    hints.push("nothing was written".to_owned());
    hints
}

fn unfilled_message(columns: &[Unfilled]) -> String {
    let words: Vec<String> = columns
        .iter()
        .map(
            |Unfilled {
                 table,
                 column,
                 reason,
             }| {
                let name = &column.name;
                match reason {
                    FillReason::Added => {
                        format!("`{table}.{name}` is new, may not be null and has no default")
                    }
                    FillReason::MadeRequired => format!("`{table}.{name}` may be null no longer"),
                }
            },
        )
        .collect();
    format!("existing rows need a value: {}", words.join("; "))
}

fn unfilled_hint(Unfilled { table, column, .. }: &Unfilled) -> String {
    format!(
        "say what existing rows get: `--default \"{table}.{}=EXPRESSION\"`, an SQL expression",
        column.name
    )
}

impl Error {
    /// What is asked of a database beside a migration's statements.
    pub(crate) fn asking(error: DatabaseError) -> Self {
        Self::Database {
            doing: "reading the schema",
            error,
        }
    }

    /// A scratch database that could not be made.
    pub(crate) fn scratch(error: impl Into<AdminError>) -> Self {
        Self::Scratch(error.into())
    }
}

impl From<Vec<Unfilled>> for Error {
    fn from(columns: Vec<Unfilled>) -> Self {
        Self::Unfilled {
            columns,
            renames: Vec::new(),
        }
    }
}

impl From<LineageError> for Error {
    fn from(error: LineageError) -> Self {
        Self::Plan(error.into())
    }
}

impl From<TargetError> for Error {
    fn from(error: TargetError) -> Self {
        Self::Plan(error.into())
    }
}

impl From<AdminError> for Error {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Connect(error) => Self::Connect(error),
            AdminError::Database(error) => Self::Database {
                doing: "the database server's work",
                error,
            },
        }
    }
}

/// `3 migrations are`, `1 migration is`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

/// `` `a`, `b` or `c` ``.
pub fn or_list(names: &[String]) -> String {
    list(names, "or")
}

/// `` `a`, `b` and `c` ``.
pub fn and_list(names: &[String]) -> String {
    list(names, "and")
}

fn list(names: &[String], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [start @ .., last] => {
            let start: Vec<String> = start.iter().map(|name| format!("`{name}`")).collect();
            format!("{} {word} `{last}`", start.join(", "))
        }
    }
}
