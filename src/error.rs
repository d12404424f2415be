//! Everything that can go wrong, as facts; the wording, the remedy and the exit status of each.

mod failure;

use std::path::PathBuf;

use failure::remedy;
pub use failure::{Aftermath, FailedPart, MigrationFailure};
pub(crate) use failure::{lines, part_of};

use crate::{
    autogenerate::{
        ProofFailure, branches::BranchError, initial::InitialDiffers, proof::Problem,
        squash::SquashFailure,
    },
    backend::{
        AdminError,
        backup::BackupError,
        bookkeeping::LOG,
        failure::{ConnectError, ConnectReason, DatabaseError, Trouble},
        limits::LimitError,
        lock::{Holder, LockError, Unproven},
        url::Engine,
    },
    check::UnknownRule,
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
    /// The log is there and cannot be read.
    #[error("the log `{LOG}` cannot be read: {}", error.message)]
    Log {
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
    /// The lock that keeps other runners away cannot be had, or was lost.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Limits that the database cannot keep.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Somebody asked to stop, and no migration was running.
    #[error("interrupted{}", after(finished))]
    Interrupted {
        /// The migrations that this run finished before, in order.
        finished: Vec<String>,
    },
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
    /// There is no backup, so nothing was done.
    #[error(transparent)]
    Backup(#[from] BackupError),
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
    /// A check was asked for that there is not.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// `--format github` of a command that has no findings.
    #[error("`--format github` is for `manage check`")]
    NoAnnotations,
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
            Self::Log { error } => failure::log_remedy(error.trouble).into_iter().collect(),
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
            Self::Lock(error) => lock_hints(error),
            Self::Limit(error) => vec![error.hint()],
            Self::Interrupted { .. } => vec!["run the same command again: it goes on from where the database is".to_owned()],
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
            Self::Backup(error) => error.hints(),
            Self::UnknownRule(error) => vec![error.hint()],
            Self::NoAnnotations => vec!["the formats of every command are `table`, `plain` and `json`".to_owned()],
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
    pub fn status(&self) -> ExitStatus {
        match self {
            Self::Pending { .. } => ExitStatus::No,
            Self::Interrupted { .. } | Self::Lock(LockError::Interrupted) => {
                ExitStatus::Interrupted
            }
            Self::Migration(failure) if failure.error.trouble == Trouble::Interrupted => {
                ExitStatus::Interrupted
            }
            _ => ExitStatus::Error,
        }
    }
}

impl Error {
    /// Whether another program has the SQLite file for itself at this moment.
    pub(crate) fn is_locked(&self) -> bool {
        match self {
            Self::Connect(error) => error.reason == ConnectReason::Locked,
            Self::Database { error, .. } | Self::Log { error } => error.trouble == Trouble::Locked,
            _ => false,
        }
    }
}

fn after(finished: &[String]) -> String {
    match finished {
        [] => String::new(),
        [one] => format!(" after {one}"),
        [.., last] => format!(" after {} migrations, the last {last}", finished.len()),
    }
}

fn lock_hints(error: &LockError) -> Vec<String> {
    match error {
        LockError::Connect(error) => error.hint().into_iter().collect(),
        LockError::Database(error) if error.trouble == Trouble::ConnectionLost => {
            vec!["nothing was changed: run it again once the server is back".to_owned()]
        }
        LockError::Database(error) => remedy(None, error.trouble)
            .into_iter()
            .chain([NO_LOCK.to_owned()])
            .collect(),
        LockError::Taken { unproven, .. } => unproven
            .iter()
            .map(alive)
            .chain(["wait for it, longer with `--lock-wait SECONDS`; where it is dead, `manage unlock` says so and lets go".to_owned()])
            .collect(),
        LockError::Held { holder, unproven, engine } => unproven
            .iter()
            .map(alive)
            .chain([ways_past(holder, *engine)])
            .collect(),
        LockError::Lost => vec![
            "what was applied stays applied; run the same command again: it waits for whoever has the lock now".to_owned(),
        ],
        LockError::Interrupted => vec!["nothing was changed".to_owned()],
    }
}

fn alive(unproven: &Unproven) -> String {
    format!("nothing shows that it is gone: {unproven}")
}

/// What to do about somebody who has the lock.
fn ways_past(holder: &Holder, engine: Engine) -> String {
    let end = match (&holder.session, engine) {
        (None, _) | (_, Engine::Sqlite) => String::new(),
        (Some(session), Engine::Postgres) => {
            format!(", or its session: `SELECT pg_terminate_backend({session})`")
        }
        (Some(session), Engine::Mysql) => match &holder.node {
            Some(node) => format!(", or on node `{node}` its session: `KILL {session}`"),
            None => format!(", or its session: `KILL {session}`"),
        },
    };
    format!("wait until it is done; where it hangs, end that process{end}")
}

const NO_LOCK: &str = "`--no-lock` does without, where nobody else migrates this database";

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
