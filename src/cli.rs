//! What was typed. No behaviour.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, builder::styling};

const STYLES: styling::Styles = styling::Styles::styled()
    .header(
        styling::AnsiColor::Green
            .on_default()
            .effects(styling::Effects::BOLD),
    )
    .usage(
        styling::AnsiColor::Green
            .on_default()
            .effects(styling::Effects::BOLD),
    )
    .literal(
        styling::AnsiColor::Cyan
            .on_default()
            .effects(styling::Effects::BOLD),
    )
    .placeholder(styling::AnsiColor::Cyan.on_default());

/// Create, apply, inspect, check and undo Diesel migrations on SQLite, PostgreSQL and MySQL/MariaDB
#[derive(Debug, Parser)]
#[command(
    name = "manage",
    version,
    styles = STYLES,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = false,
    infer_subcommands = false,
    after_help = "Exit status: 0 done or nothing to do, 1 the answer is no, 2 an error, 130 interrupted.\n\
                  The database is found in DATABASE_URL, .env or manage.toml: `manage settings` shows it."
)]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command
#[derive(Debug, Args)]
pub struct Global {
    /// Database to use, instead of the one the settings name
    #[arg(long, global = true, value_name = "URL", help_heading = "Settings")]
    pub database_url: Option<String>,
    /// One of the databases of manage.toml
    #[arg(long, global = true, value_name = "NAME", help_heading = "Settings")]
    pub database: Option<String>,
    /// Project root, instead of the nearest folder upwards that looks like one
    #[arg(long, global = true, value_name = "DIR", help_heading = "Settings")]
    pub project: Option<PathBuf>,
    /// Migrations folder, counted from the project root
    #[arg(
        long,
        alias = "migration-dir",
        global = true,
        value_name = "DIR",
        help_heading = "Settings"
    )]
    pub migrations_dir: Option<PathBuf>,
    /// File of variables to read instead of `.env`
    #[arg(long, global = true, value_name = "FILE", help_heading = "Settings")]
    pub env_file: Option<PathBuf>,
    /// Keep trying to connect for so long while the server starts
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, help_heading = "Settings")]
    pub wait: Option<Duration>,
    /// How answers look: table on a terminal, plain columns in a pipe
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub format: Option<Format>,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = "Output")]
    pub color: Color,
    /// Say more
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: u8,
    /// Say only what was asked for, and what went wrong
    #[arg(short, long, global = true, help_heading = "Output")]
    pub quiet: bool,
    /// Say yes to every question in advance
    #[arg(short, long, global = true, help_heading = "Output")]
    pub yes: bool,
    /// Never ask
    #[arg(long, alias = "noinput", global = true, help_heading = "Output")]
    pub no_input: bool,
}

/// `--format`. Texts for the values would stretch every command's help.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    Table,
    Plain,
    Json,
    /// Of `check` alone, whose help has it.
    #[value(hide = true)]
    Github,
}

/// `--color`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// The commands
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a project: manage.toml, migrations folder, examples; overwrites nothing
    Init,
    /// Write a migration of what the models ask for and no migration gives
    #[command(visible_aliases = ["revision", "generate"])]
    Makemigrations(Makemigrations),
    /// Bring the database to a target: by default, apply all that is pending
    #[command(visible_alias = "upgrade")]
    Migrate(Migrate),
    /// Undo migrations: by default, the last one
    #[command(visible_alias = "downgrade")]
    Rollback(Rollback),
    /// Undo migrations and apply them again
    Redo(Redo),
    /// Say where the database is, without running SQL
    Stamp(Stamp),
    /// List every migration with its state
    #[command(visible_alias = "status")]
    Showmigrations(Showmigrations),
    /// Show the applied head
    Current(Current),
    /// Show the newest migrations: those that no other revises
    Heads,
    /// List migrations, newest first, with message, parents and time
    History(History),
    /// Look for trouble in the migrations and the database's state
    #[command(
        after_help = "With `--format github` the findings are annotations of a GitHub workflow."
    )]
    Check(Check),
    /// Write one migration that replaces a range of others
    Squashmigrations(Squashmigrations),
    /// Print the live database's tables as `table!` declarations
    Inspectdb(Inspectdb),
    /// Print a migration's SQL as it would run
    Sqlmigrate(Sqlmigrate),
    /// Create the database
    Createdb,
    /// Drop the database, after asking
    Dropdb,
    /// Open the engine's own client
    Dbshell(Dbshell),
    /// Say who has the lock on the database; remove one whose holder is gone
    Unlock,
    /// Show every setting, its value and where it comes from
    Settings,
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Arguments of `makemigrations`
#[derive(Debug, Args)]
pub struct Makemigrations {
    /// What the migration does, in a few words; by default named after its operations
    #[arg(value_name = "MSG", conflicts_with = "message")]
    pub msg: Option<String>,
    /// The same, as Alembic and Django take it
    #[arg(short, long = "message", visible_alias = "name", value_name = "MSG")]
    pub message: Option<String>,
    /// Look at no model: leave `up.sql` and `down.sql` to be filled in
    #[arg(long, conflicts_with_all = ["dry_run", "check", "update", "rename", "default", "against"])]
    pub empty: bool,
    /// Show the operations and the SQL, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing; list what is missing, and exit 1 when anything is
    #[arg(long, conflicts_with = "dry_run")]
    pub check: bool,
    /// Put the changes into the newest migration, which must not be applied yet
    #[arg(long, conflicts_with_all = ["msg", "message"])]
    pub update: bool,
    /// Join several heads by a migration of no statements, once it is proven that their order does not matter
    #[arg(long, conflicts_with_all = ["empty", "check", "update", "rename", "default", "against"])]
    pub merge: bool,
    /// Put this migration, and what rests on it, on top of the other head: new versions, new parents
    #[arg(
        long,
        value_name = "MIGRATION",
        conflicts_with_all = ["msg", "message", "empty", "check", "update", "merge", "rename", "default", "against"]
    )]
    pub rebase: Option<String>,
    /// Which head to rebase onto, where there are several
    #[arg(long, value_name = "HEAD", requires = "rebase")]
    pub onto: Option<String>,
    /// A table or column that was renamed: `users=people`, `users.name=users.full_name`
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<String>,
    /// What existing rows get in a column that may not be null, as an SQL expression
    #[arg(long, value_name = "TABLE.COLUMN=EXPR")]
    pub default: Vec<String>,
    /// What to compare the models with
    #[arg(long, value_enum, default_value_t = Against::Migrations)]
    pub against: Against,
}

/// What to compare the models with
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// What the migrations lead to, replayed in a scratch database
    Migrations,
    /// The live database, which must be up to date
    Database,
}

/// Arguments of `inspectdb`
#[derive(Debug, Args)]
pub struct Inspectdb {
    /// Only these tables
    #[arg(long = "table", value_name = "TABLE")]
    pub tables: Vec<String>,
}

/// How a command that changes the database keeps others off it
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Other runners")]
pub struct Locking {
    /// How long to wait for whoever migrates this database; 60 unless manage.toml says otherwise
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub lock_wait: Option<Duration>,
    /// Take no lock: nobody else may migrate this database meanwhile
    #[arg(long, conflicts_with = "lock_wait")]
    pub no_lock: bool,
}

/// How long statements of migrations may wait for locks, and run
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// How long a statement may wait for a lock; 0 is no limit
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub lock_timeout: Option<Duration>,
    /// How long a statement may run; 0 is no limit
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub statement_timeout: Option<Duration>,
    /// How often to try again what waited for a lock in vain; 3 with a lock timeout
    #[arg(long, value_name = "N")]
    pub lock_retries: Option<u32>,
}

impl Command {
    /// What limits statements have; none for commands that run no migrations.
    pub fn limits(&self) -> Limits {
        match self {
            Self::Migrate(args) => args.limits,
            Self::Rollback(args) => args.limits,
            Self::Redo(args) => args.limits,
            _ => Limits::default(),
        }
    }

    /// How it keeps others off the database; nothing for commands that change nothing there.
    pub fn locking(&self) -> Locking {
        match self {
            Self::Migrate(args) => args.locking,
            Self::Rollback(args) => args.locking,
            Self::Redo(args) => args.locking,
            Self::Stamp(args) => args.locking,
            _ => Locking::default(),
        }
    }
}

/// Arguments of `migrate`
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Migrate {
    /// head, heads, base, +N, -N, a version, a folder name, or a unique prefix
    #[arg(value_name = "TARGET", default_value = "head")]
    pub target: String,
    /// Show what would run, and run nothing
    #[arg(long)]
    pub plan: bool,
    /// Run nothing; exit 1 when anything is pending
    #[arg(long, conflicts_with_all = ["fake", "backup"])]
    pub check: bool,
    /// Connect to nothing; print a script for the engine's client. TARGET may be a range, FROM:TO
    #[arg(long, conflicts_with_all = ["plan", "check", "refuse_out_of_order", "backup"])]
    pub sql: bool,
    /// Change the ledger only
    #[arg(long, conflicts_with = "backup")]
    pub fake: bool,
    /// Record initial migrations whose tables are there already, as they make them; run all others
    #[arg(long, conflicts_with_all = ["fake", "sql", "prune"])]
    pub fake_initial: bool,
    /// Forget what the ledger says of replaced migrations whose folders are gone, and migrate nothing
    #[arg(long, conflicts_with_all = ["plan", "check", "fake", "atomic", "backup"])]
    pub prune: bool,
    /// Carry on what stopped halfway, after the last statement that stands, or from statement N on
    #[arg(long, value_name = "N", require_equals = true, num_args = 0..=1, default_missing_value = "", value_parser = resume, conflicts_with_all = ["check", "fake", "atomic", "prune"])]
    pub resume: Option<Resume>,
    /// All in one transaction: everything or nothing
    #[arg(long, conflicts_with = "fake")]
    pub atomic: bool,
    /// Stop where a pending migration is older than an applied one
    #[arg(long)]
    pub refuse_out_of_order: bool,
    #[command(flatten)]
    pub backup: Backup,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub locking: Locking,
}

/// `--backup` and `--no-backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// Back the database up before anything runs: to FILE, else to a new file in `backups/`
    #[arg(long, value_name = "FILE", require_equals = true, num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["plan", "no_backup"])]
    pub backup: Option<OsString>,
    /// Make no backup, where manage.toml asks for one in production
    #[arg(long)]
    pub no_backup: bool,
}

/// `--resume`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// After the last statement that stands.
    WhereItStopped,
    /// At a statement, counted from 1.
    Statement(usize),
}

/// Arguments of `rollback`
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Rollback {
    /// Where to go back to; it stays applied
    #[arg(value_name = "TARGET", conflicts_with_all = ["steps", "all", "branch"])]
    pub target: Option<String>,
    /// How many to undo
    #[arg(
        short,
        long,
        short_alias = 'n',
        value_name = "N",
        conflicts_with = "all"
    )]
    pub steps: Option<usize>,
    /// Undo everything
    #[arg(short, long)]
    pub all: bool,
    /// Undo this one and what rests on it, and nothing of other branches
    #[arg(long, value_name = "MIGRATION", conflicts_with_all = ["steps", "all"])]
    pub branch: Option<String>,
    /// Show what would run, and run nothing
    #[arg(long)]
    pub plan: bool,
    /// Connect to nothing; print a script for the engine's client. TARGET may be a range, FROM:TO
    #[arg(long, conflicts_with_all = ["plan", "backup"])]
    pub sql: bool,
    /// Change the ledger only
    #[arg(long, conflicts_with = "backup")]
    pub fake: bool,
    /// Carry on what stopped halfway, after the last statement that stands, or from statement N on
    #[arg(long, value_name = "N", require_equals = true, num_args = 0..=1, default_missing_value = "", value_parser = resume, conflicts_with = "fake")]
    pub resume: Option<Resume>,
    #[command(flatten)]
    pub backup: Backup,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub locking: Locking,
}

/// Arguments of `redo`
#[derive(Debug, Args)]
pub struct Redo {
    /// How many to undo and apply again
    #[arg(short, long, short_alias = 'n', value_name = "N", default_value_t = 1)]
    pub steps: usize,
    /// Show what would run, and run nothing
    #[arg(long)]
    pub plan: bool,
    #[command(flatten)]
    pub backup: Backup,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub locking: Locking,
}

/// Arguments of `stamp`
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Stamp {
    /// head, heads, base, +N, -N, a version, a folder name, or a unique prefix; several for branches
    #[arg(value_name = "TARGET", required = true)]
    pub targets: Vec<String>,
    /// Forget first what the ledger says of migrations whose folders are gone
    #[arg(long)]
    pub purge: bool,
    /// Connect to nothing; print a script for the engine's client. TARGET may be a range, FROM:TO
    #[arg(long, conflicts_with = "purge")]
    pub sql: bool,
    #[command(flatten)]
    pub locking: Locking,
}

/// Arguments of `showmigrations`
#[derive(Debug, Args)]
pub struct Showmigrations {
    /// In the order they run, with what each rests on
    #[arg(short, long)]
    pub plan: bool,
    /// Only those still to apply
    #[arg(long)]
    pub pending: bool,
}

/// Arguments of `current`
#[derive(Debug, Args)]
pub struct Current {
    /// Exit 1 when the database is behind
    #[arg(short, long)]
    pub check_heads: bool,
}

/// Arguments of `history`
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct History {
    /// How many to list
    #[arg(short, long, value_name = "N")]
    pub limit: Option<usize>,
    /// From one migration to another, both included: A:B, A: or :B; `current`, `base` and `head` are names too
    #[arg(short, long, value_name = "A:B", allow_hyphen_values = true)]
    pub range: Option<String>,
    /// Draw which migration rests on which, branches side by side
    #[arg(short, long)]
    pub graph: bool,
    /// List instead who ran what, when, for how long, and how it ended
    #[arg(long, conflicts_with = "graph")]
    pub log: bool,
}

/// Arguments of `check`
#[derive(Debug, Args)]
pub struct Check {
    /// Also look for changes of the models that no migration makes
    #[arg(long)]
    pub models: bool,
    /// Also look for changes of the live database that no migration made
    #[arg(long)]
    pub drift: bool,
    /// Also run every `down.sql` in a scratch database, and see whether it undoes its `up.sql`
    #[arg(long)]
    pub reversible: bool,
    /// Also look for what is dangerous to run: lost data, long locks, rewritten tables
    #[arg(long)]
    pub deploy: bool,
    /// All of these; the models where there are any, the live database where it is up to date
    #[arg(long)]
    pub all: bool,
    /// Lowest level that makes the exit status 1
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_level: Option<Level>,
    /// List the checks there are
    #[arg(long, conflicts_with_all = ["models", "drift", "reversible", "deploy", "all", "fail_level"])]
    pub list: bool,
    /// Say what a check finds, why that matters, and what to do about it
    #[arg(long, value_name = "RULE", conflicts_with_all = ["models", "drift", "reversible", "deploy", "all", "fail_level", "list"])]
    pub explain: Option<String>,
}

/// `--fail-level`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// Arguments of `sqlmigrate`
#[derive(Debug, Args)]
pub struct Sqlmigrate {
    /// A version, a folder name, or a unique prefix
    #[arg(value_name = "MIGRATION")]
    pub migration: String,
    /// The way back: `down.sql`
    #[arg(long)]
    pub backwards: bool,
}

/// Arguments of `squashmigrations`
#[derive(Debug, Args)]
pub struct Squashmigrations {
    /// The first to squash, by default the very first; and the last: a version, a folder name, or a unique prefix
    #[arg(value_names = ["FROM", "TO"], num_args = 1..=2, required = true)]
    pub range: Vec<String>,
    /// What the squash does, in a few words; by default named after the first and the last
    #[arg(short, long, visible_alias = "squashed-name", value_name = "MSG")]
    pub message: Option<String>,
    /// Make its SQL from what the range changes of the schema, so that what comes and goes within it vanishes
    #[arg(long)]
    pub from_schema: bool,
    /// Remove the folders it replaces, which every database must have applied
    #[arg(long)]
    pub delete_replaced: bool,
    /// Show the SQL, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `dbshell`
#[derive(Debug, Args)]
pub struct Dbshell {
    /// Arguments for the client, after `--`
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<OsString>,
}

fn resume(text: &str) -> Result<Resume, String> {
    match text.parse() {
        _ if text.is_empty() => Ok(Resume::WhereItStopped),
        Ok(0) | Err(_) => Err("statements are counted from 1".to_owned()),
        Ok(number) => Ok(Resume::Statement(number)),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .trim_end_matches('s')
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definitions_hold_together() {
        Cli::command().debug_assert();
    }
}
