//! What settings are resolved from, besides files: the command line and the process.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fmt,
    path::PathBuf,
    time::Duration,
};

use super::SettingsError;
use crate::backend::url::Secret;

/// What the command-line flags said. An empty value counts as absent.
///
/// Relative paths resolve against the project root like all others, except `project` itself,
/// which resolves against the current folder.
#[derive(Clone, Default)]
pub struct Overrides {
    /// `--database-url`.
    pub database_url: Option<String>,
    /// `--database`: the NAME of a `[databases.NAME]`.
    pub database: Option<String>,
    /// `--project`.
    pub project: Option<PathBuf>,
    /// `--migrations-dir`.
    pub migrations_dir: Option<PathBuf>,
    /// `--env-file`: read instead of `.env.<ENVIRONMENT>` and `.env`.
    pub env_file: Option<PathBuf>,
    /// `--refuse-out-of-order`.
    pub refuse_out_of_order: bool,
    /// `--yes`.
    pub assume_yes: bool,
    /// `--no-input`.
    pub no_input: bool,
    /// `--wait`.
    pub wait: Option<Duration>,
    /// `--lock-wait`.
    pub lock_wait: Option<Duration>,
    /// `--no-lock`.
    pub no_lock: bool,
    /// `--lock-timeout`.
    pub lock_timeout: Option<Duration>,
    /// `--statement-timeout`.
    pub statement_timeout: Option<Duration>,
    /// `--lock-retries`.
    pub lock_retries: Option<u32>,
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides")
            .field("database_url", &self.database_url.as_ref().map(Secret::new))
            .field("database", &self.database)
            .field("project", &self.project)
            .field("migrations_dir", &self.migrations_dir)
            .field("env_file", &self.env_file)
            .field("refuse_out_of_order", &self.refuse_out_of_order)
            .field("assume_yes", &self.assume_yes)
            .field("no_input", &self.no_input)
            .field("wait", &self.wait)
            .field("lock_wait", &self.lock_wait)
            .field("no_lock", &self.no_lock)
            .field("lock_timeout", &self.lock_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("lock_retries", &self.lock_retries)
            .finish()
    }
}

/// The process around the settings, as a value: tests make their own.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// Environment variables.
    pub env: BTreeMap<OsString, OsString>,
    /// The current folder.
    pub cwd: PathBuf,
    /// The user's home, for `~/.pgpass`.
    pub home: Option<PathBuf>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Result<Self, SettingsError> {
        Ok(Self {
            env: std::env::vars_os().collect(),
            cwd: std::env::current_dir().map_err(|error| SettingsError::CurrentFolder {
                reason: super::error::reason(&error),
            })?,
            home: std::env::home_dir(),
        })
    }

    /// The same with one more environment variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// An environment variable that is set, not empty, and text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.env
            .get(OsStr::new(name))
            .and_then(|value| value.to_str())
            .filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.env.keys().collect();
        f.debug_struct("Surroundings")
            .field("env", &names)
            .field("cwd", &self.cwd)
            .field("home", &self.home)
            .finish()
    }
}
