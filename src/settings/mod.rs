//! What the command line, the environment and the files mean, resolved once.
//!
//! Each setting comes from the first source that has it; an empty value counts as absent:
//!
//! 1. the command-line flag ([`Overrides`]);
//! 2. the process environment ([`Surroundings`]);
//! 3. `.env.<ENVIRONMENT>`, then `.env`, in the project root; or the file of `--env-file` instead
//!    of both. They are read with dotenvy's syntax and never change the environment;
//! 4. `manage.toml` in the project root;
//! 5. the default; for the database `sqlite://app.db`.
//!
//! **Relative paths** resolve against the project root, wherever they come from and whichever
//! sub-folder the command runs in; only `--project` itself resolves against the current folder.
//!
//! **The database** is a `DATABASE_URL`, or parts (`DB_CONNECTION`, `DB_HOST` ...). The first
//! source with a URL wins, unless the sources above it have parts that include `DB_CONNECTION`;
//! then these win, each part from the first of those sources that has it. So `DB_PASSWORD` in the
//! environment completes `DB_HOST` in `.env`, and a URL is never changed by parts. A URL and
//! parts in the same source that disagree are a [`Warning`]. Each variable may also come as
//! `NAME_FILE` with a path; within one source `NAME` wins.
//!
//! **`--database NAME`** picks `[databases.NAME]` of `manage.toml`. For the default database
//! (`default = "NAME"`, or the only one) the environment wins over the file as always. For any
//! other, `DATABASE_URL`, the parts and `MIGRATION_DATABASE_URL` belong to a different database
//! and are not looked at: `DATABASE_URL_<NAME>` from the environment is, then the table.
//! `--database-url` wins over everything, `MIGRATION_DATABASE_URL` included.
//!
//! **A database that cannot be made out is no error here**: [`Settings::database`] gives the error
//! to the commands that need one. A broken file of settings is.
//!
//! In `manage.toml`, `${NAME}` and `${NAME:-default}` in the keys of a `[databases.NAME]` that say
//! where it is stand for variables (or `NAME_FILE`), and `$${` for `${`.

mod database;
mod dotenv;
mod error;
mod file;
mod postgres;
mod root;
mod rows;
mod sources;
mod surroundings;
mod warning;
mod which;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use database::{Context, Database};
pub use error::SettingsError;
pub use file::{CheckLevel, Compare, NamedCheck, OutOfOrder, PrintFilter};
use file::{DatabaseTable, ManageToml};
pub use rows::SettingRow;
use sources::{Found, Layer, Variables};
pub use sources::{Source, VARIABLES};
pub use surroundings::{Overrides, Surroundings};
pub use warning::Warning;
use which::Which;

use crate::backend::url::{DatabaseUrl, join_clean};

/// The models globs unless `manage.toml` names others.
const DEFAULT_MODELS: &str = "src/**/*.rs";

/// How long to wait for another runner unless somebody says otherwise, in seconds.
const LOCK_WAIT: u64 = 60;

/// How many times a statement that waited for a lock in vain is tried again, where there is a limit.
const LOCK_RETRIES: u32 = 3;

/// Every setting, resolved.
#[derive(Clone)]
pub struct Settings {
    root: Found<PathBuf>,
    environment: Option<Found>,
    env_files: Found<Vec<String>>,
    database_name: Option<Found>,
    database: Database,
    migration_database: Option<Database>,
    scratch_database: Option<Database>,
    migrations: Found<PathBuf>,
    models: Found<Vec<String>>,
    print_filter: Option<PrintFilter>,
    on_connect: Found<Vec<String>>,
    manage_toml: ManageToml,
    refuse_out_of_order: bool,
    assume_yes: bool,
    no_input: bool,
    wait: Option<Duration>,
    lock_wait: Option<Duration>,
    no_lock: bool,
    lock_timeout: Option<Duration>,
    statement_timeout: Option<Duration>,
    lock_retries: Option<u32>,
    warnings: Vec<Warning>,
}

impl Settings {
    /// Resolves every setting.
    ///
    /// # Errors
    ///
    /// A project folder or env file that was named and is not there, an env file, `manage.toml` or
    /// `diesel.toml` that cannot be read or understood, and a `--database` nobody knows. A database
    /// that cannot be made out is not among them; see [`Self::database`].
    pub fn resolve(
        overrides: &Overrides,
        surroundings: &Surroundings,
    ) -> Result<Self, SettingsError> {
        let root = root::project(overrides, surroundings)?;
        let env = Env::read(&root.value, overrides, surroundings)?;
        let manage_toml = ManageToml::read(&root.value.join(file::MANAGE_TOML))?;
        let which = which::pick(overrides.database.as_deref(), &manage_toml)?;
        let mut warnings = Vec::new();
        let context = Context {
            root: &root.value,
            variables: &env.variables,
            surroundings,
            manage_toml: &manage_toml,
        };
        let flag = overrides.database_url.as_deref();
        let database = context.database(flag, &which, &mut warnings);
        let migration_database = migration_database(&context, &which, &database, &mut warnings);
        let scratch_database = context.variable("MANAGE_SCRATCH_URL", &mut warnings);
        let table = which
            .name()
            .and_then(|name| manage_toml.databases.get_key_value(&name.value))
            .map(|(name, table)| (name.as_str(), table));
        let migrations =
            root::migrations(&root.value, overrides, &env.variables, table, &manage_toml)?;
        let models = list_of("models", table, |table| table.models.as_ref());
        let on_connect = list_of("on_connect", table, |table| table.on_connect.as_ref());
        let common = manage_toml.models.as_ref().map(|list| Found {
            value: list.clone(),
            source: Source::ManageToml {
                key: "models".to_owned(),
            },
        });
        Ok(Self {
            print_filter: root::print_filter(&root.value, &env.variables)?,
            models: models
                .or(common)
                .unwrap_or_else(|| by_default(&[DEFAULT_MODELS])),
            on_connect: on_connect.unwrap_or_else(|| by_default(&[])),
            environment: env.environment,
            env_files: env.files,
            database_name: which.name().cloned(),
            database,
            migration_database,
            scratch_database,
            migrations,
            refuse_out_of_order: overrides.refuse_out_of_order,
            assume_yes: overrides.assume_yes,
            no_input: overrides.no_input,
            wait: overrides.wait,
            lock_wait: overrides.lock_wait,
            no_lock: overrides.no_lock,
            lock_timeout: overrides.lock_timeout,
            statement_timeout: overrides.statement_timeout,
            lock_retries: overrides.lock_retries,
            warnings: without_repetition(warnings),
            manage_toml,
            root,
        })
    }

    /// The project root, absolute where the current folder is.
    pub fn root(&self) -> &Path {
        &self.root.value
    }

    /// The migrations folder, joined to the root.
    pub fn migrations_dir(&self) -> &Path {
        &self.migrations.value
    }

    /// The globs of the models, relative to the root.
    pub fn models(&self) -> &[String] {
        &self.models.value
    }

    /// `[print_schema] filter` of `diesel.toml`: tables that the models leave out on purpose.
    pub fn print_filter(&self) -> Option<&PrintFilter> {
        self.print_filter.as_ref()
    }

    /// The database, for commands that only look.
    ///
    /// # Errors
    ///
    /// When what the sources say about it cannot be used.
    pub fn database(&self) -> Result<&DatabaseUrl, SettingsError> {
        self.database.url.as_ref().map_err(Clone::clone)
    }

    /// The database for commands that change things: `MIGRATION_DATABASE_URL` where it is set.
    ///
    /// # Errors
    ///
    /// When what the sources say about it cannot be used.
    pub fn migration_database(&self) -> Result<&DatabaseUrl, SettingsError> {
        match &self.migration_database {
            Some(database) => database.url.as_ref().map_err(Clone::clone),
            None => self.database(),
        }
    }

    /// The server for scratch databases, where `MANAGE_SCRATCH_URL` names one.
    ///
    /// # Errors
    ///
    /// When the variable cannot be used.
    pub fn scratch_database(&self) -> Result<Option<&DatabaseUrl>, SettingsError> {
        match &self.scratch_database {
            Some(database) => database.url.as_ref().map(Some).map_err(Clone::clone),
            None => Ok(None),
        }
    }

    /// Whether nobody said where the database is, so that it is `sqlite://app.db`.
    pub fn database_is_default(&self) -> bool {
        self.database.url.is_ok() && self.database.source == Source::Default
    }

    /// Where the database comes from.
    pub fn database_source(&self) -> &Source {
        &self.database.source
    }

    /// The NAME of the `[databases.NAME]` in use.
    pub fn database_name(&self) -> Option<&str> {
        self.database_name.as_ref().map(|name| name.value.as_str())
    }

    /// SQL to run on every connection before anything else.
    pub fn on_connect(&self) -> &[String] {
        &self.on_connect.value
    }

    /// The value of `ENVIRONMENT`.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_ref().map(|name| name.value.as_str())
    }

    /// Whether `ENVIRONMENT` is `production`, in any case of letters.
    pub fn is_production(&self) -> bool {
        self.environment()
            .is_some_and(|name| name.eq_ignore_ascii_case("production"))
    }

    /// Whether destructive commands ask first: in production, unless `[production] confirm` is
    /// false.
    pub fn confirms_destruction(&self) -> bool {
        self.is_production() && self.manage_toml.production.confirm.unwrap_or(true)
    }

    /// Whether migrations run behind a backup only, where nobody says otherwise: in production, if
    /// `[production] backup` is true.
    pub fn backs_up(&self) -> bool {
        self.is_production() && self.manage_toml.production.backup.unwrap_or(false)
    }

    /// The folder of the backups that are given no name, joined to the root.
    pub fn backups_dir(&self) -> PathBuf {
        let named = self.manage_toml.backup.dir.as_deref();
        join_clean(self.root(), named.unwrap_or(Path::new("backups")))
    }

    /// What to do with a pending migration older than an applied one.
    pub fn out_of_order(&self) -> OutOfOrder {
        if self.refuse_out_of_order {
            OutOfOrder::Refuse
        } else {
            self.manage_toml.migrate.out_of_order.unwrap_or_default()
        }
    }

    /// `[autogenerate] compare`; `None` leaves the decision to whether directives are used.
    pub fn compare(&self) -> Option<&[Compare]> {
        self.manage_toml.autogenerate.compare.as_deref()
    }

    /// The level from which `check` fails.
    pub fn fail_level(&self) -> CheckLevel {
        self.manage_toml.check.fail_level.unwrap_or_default()
    }

    /// `[check] ignore`: the checks to leave out.
    pub fn ignored_checks(&self) -> Vec<NamedCheck<'_>> {
        self.manage_toml.ignored_checks().collect()
    }

    /// `[check] levels`: the checks whose findings have another level here.
    pub fn check_levels(&self) -> Vec<(NamedCheck<'_>, CheckLevel)> {
        self.manage_toml.check_levels()
    }

    /// That a check named in `manage.toml` is none.
    pub(crate) fn unknown_check(
        &self,
        named: NamedCheck<'_>,
        nearest: Option<String>,
    ) -> SettingsError {
        SettingsError::UnknownCheck {
            path: self.root().join(file::MANAGE_TOML),
            line: named.line,
            key: named.key,
            name: named.name.to_owned(),
            nearest,
        }
    }

    /// Whether every question is answered yes.
    pub fn assume_yes(&self) -> bool {
        self.assume_yes
    }

    /// Whether nothing may be asked.
    pub fn no_input(&self) -> bool {
        self.no_input
    }

    /// How long to keep trying to connect.
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// How long to wait for another runner on the same database; `None` does without a lock.
    pub fn lock_wait(&self) -> Option<Duration> {
        let seconds = self.manage_toml.migrate.lock_wait.unwrap_or(LOCK_WAIT);
        let wait = self.lock_wait.unwrap_or(Duration::from_secs(seconds));
        (!self.no_lock).then_some(wait)
    }

    /// How long a migration's statement may wait for a lock; zero is no limit, none leaves it to the
    /// session.
    pub fn lock_timeout(&self) -> Option<Duration> {
        let file = self.manage_toml.migrate.lock_timeout;
        self.lock_timeout.or(file.map(|seconds| seconds.0))
    }

    /// How long a migration's statement may run; zero is no limit, none leaves it to the session.
    pub fn statement_timeout(&self) -> Option<Duration> {
        let file = self.manage_toml.migrate.statement_timeout;
        self.statement_timeout.or(file.map(|seconds| seconds.0))
    }

    /// How many times what waited for a lock in vain is tried again.
    pub fn lock_retries(&self) -> u32 {
        let is_limited = self.lock_timeout().is_some_and(|limit| !limit.is_zero());
        self.lock_retries
            .or(self.manage_toml.migrate.lock_retries)
            .unwrap_or(if is_limited { LOCK_RETRIES } else { 0 })
    }

    /// What is odd without being wrong.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

/// A list in the table of the database in use.
fn list_of(
    key: &str,
    table: Option<(&str, &DatabaseTable)>,
    list: impl Fn(&DatabaseTable) -> Option<&Vec<String>>,
) -> Option<Found<Vec<String>>> {
    let (name, table) = table?;
    Some(Found {
        value: list(table)?.clone(),
        source: Source::ManageToml {
            key: format!("[databases.{name}] {key}"),
        },
    })
}

fn by_default(list: &[&str]) -> Found<Vec<String>> {
    Found {
        value: list.iter().map(|item| (*item).to_owned()).collect(),
        source: Source::Default,
    }
}

/// One password file serves several databases, and is to be complained about once.
fn without_repetition(warnings: Vec<Warning>) -> Vec<Warning> {
    let mut seen = Vec::new();
    for warning in warnings {
        if !seen.contains(&warning) {
            seen.push(warning);
        }
    }
    seen
}

/// `MIGRATION_DATABASE_URL`, unless the database was picked by a flag that it knows nothing of.
fn migration_database(
    context: &Context<'_>,
    which: &Which,
    database: &Database,
    warnings: &mut Vec<Warning>,
) -> Option<Database> {
    if matches!(which, Which::Other(_)) || matches!(database.source, Source::Flag(_)) {
        return None;
    }
    let migration = context.variable("MIGRATION_DATABASE_URL", warnings)?;
    if let (Ok(own), Ok(other)) = (&migration.url, &database.url) {
        let weaker = context.rank(&migration) > context.rank(database);
        let same = own.engine() == other.engine() && own.database_name() == other.database_name();
        if weaker && !same {
            warnings.push(Warning::OtherMigrationDatabase {
                origin: migration.source.clone(),
                used: database.source.clone(),
            });
        }
    }
    Some(migration)
}

/// The environment and the env files.
struct Env {
    variables: Variables,
    environment: Option<Found>,
    files: Found<Vec<String>>,
}

impl Env {
    fn read(
        root: &Path,
        overrides: &Overrides,
        surroundings: &Surroundings,
    ) -> Result<Self, SettingsError> {
        let process = Layer::of_process(surroundings);
        let named = overrides
            .env_file
            .as_ref()
            .filter(|path| !path.as_os_str().is_empty());
        let (name, path, source) = match named {
            Some(path) => (
                path.display().to_string(),
                join_clean(root, path),
                Source::Flag("--env-file"),
            ),
            None => (".env".to_owned(), root.join(".env"), Source::Default),
        };
        let base = Layer::of_file(&path, name.clone())?;
        if named.is_some() && base.is_none() {
            return Err(SettingsError::NoEnvFile { path });
        }
        let environment = match process.get("ENVIRONMENT")? {
            Some(found) => Some(found),
            None => base
                .as_ref()
                .map(|layer| layer.get("ENVIRONMENT"))
                .transpose()?
                .flatten(),
        };
        let mut files = Vec::new();
        let mut layers = vec![process];
        if let Some(environment) = &environment
            && named.is_none()
            && !environment.value.contains(['/', '\\', '\0'])
        {
            let name = format!(".env.{}", environment.value);
            if let Some(layer) = Layer::of_file(&root.join(&name), name.clone())? {
                layers.push(layer);
                files.push(name);
            }
        }
        if let Some(layer) = base {
            layers.push(layer);
            files.push(name);
        }
        Ok(Self {
            variables: Variables { layers },
            environment,
            files: Found {
                value: files,
                source,
            },
        })
    }
}
