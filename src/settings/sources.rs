//! Where a value comes from, and the order in which the sources are asked.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
};

use super::{SettingsError, Surroundings, dotenv, error::reason};
use crate::backend::url::join_clean;

/// Every variable that is read, from the environment or an env file, with its meaning.
///
/// Besides these, `DATABASE_URL_<NAME>` (and `DATABASE_URL_<NAME>_FILE`) gives the URL of
/// `[databases.NAME]` where that is not the default database, and `manage.toml` may ask for any
/// variable with `${NAME}`.
pub const VARIABLES: &[(&str, &str)] = &[
    ("DATABASE_URL", "the database"),
    ("DATABASE_URL_FILE", "a file that holds DATABASE_URL"),
    (
        "DB_CONNECTION",
        "in parts: sqlite, postgres, mysql, mariadb",
    ),
    ("DB_CONNECTION_FILE", "a file that holds DB_CONNECTION"),
    ("DB_HOST", "in parts: host name, address or socket folder"),
    ("DB_HOST_FILE", "a file that holds DB_HOST"),
    ("DB_PORT", "in parts: port"),
    ("DB_PORT_FILE", "a file that holds DB_PORT"),
    ("DB_DATABASE", "in parts: database name, or SQLite's file"),
    ("DB_DATABASE_FILE", "a file that holds DB_DATABASE"),
    ("DB_USERNAME", "in parts: user name"),
    ("DB_USERNAME_FILE", "a file that holds DB_USERNAME"),
    ("DB_PASSWORD", "in parts: password"),
    ("DB_PASSWORD_FILE", "a file that holds DB_PASSWORD"),
    (
        "MIGRATION_DATABASE_URL",
        "the database for commands that change things, past a connection pooler",
    ),
    (
        "MIGRATION_DATABASE_URL_FILE",
        "a file that holds MIGRATION_DATABASE_URL",
    ),
    ("MANAGE_SCRATCH_URL", "the server for scratch databases"),
    (
        "MANAGE_SCRATCH_URL_FILE",
        "a file that holds MANAGE_SCRATCH_URL",
    ),
    ("MIGRATION_DIRECTORY", "the migrations folder"),
    ("ENVIRONMENT", "production makes destructive commands ask"),
    ("DIESEL_CONFIG_FILE", "Diesel's diesel.toml"),
    ("PGHOST", "PostgreSQL: host where the URL has none"),
    ("PGPORT", "PostgreSQL: port where the URL has none"),
    ("PGUSER", "PostgreSQL: user where the URL has none"),
    ("PGPASSWORD", "PostgreSQL: password where the URL has none"),
    ("PGDATABASE", "PostgreSQL: database where the URL has none"),
    ("PGSSLMODE", "PostgreSQL: sslmode where the URL has none"),
    ("PGSSLROOTCERT", "PostgreSQL: authorities to trust"),
    ("PGSSLCERT", "PostgreSQL: the client's certificate"),
    ("PGSSLKEY", "PostgreSQL: the client's key"),
    ("PGCONNECT_TIMEOUT", "PostgreSQL: seconds to connect in"),
    ("PGAPPNAME", "PostgreSQL: application name"),
    ("PGOPTIONS", "PostgreSQL: options for the session"),
    ("PGTARGETSESSIONATTRS", "PostgreSQL: which of several hosts"),
    (
        "PGPASSFILE",
        "PostgreSQL: the password file, else ~/.pgpass",
    ),
];

/// Where a value comes from, in the words of `manage settings`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A command-line flag.
    Flag(&'static str),
    /// The process environment.
    Environment,
    /// An env file.
    EnvFile {
        /// As people call it: `.env`.
        name: String,
        /// The line of the entry.
        line: usize,
    },
    /// A file that another source names under `NAME_FILE`.
    SecretFile {
        /// The variable or key.
        variable: String,
        /// Where that was found.
        named_by: Box<Source>,
    },
    /// A key of `manage.toml`.
    ManageToml {
        /// With its table: `[databases.main] url`.
        key: String,
    },
    /// `diesel.toml`, or the file `DIESEL_CONFIG_FILE` names.
    DieselToml,
    /// The password file of PostgreSQL's clients.
    PasswordFile(PathBuf),
    /// Put together from other settings.
    Parts(Vec<String>),
    /// Found by looking upwards from the current folder.
    Discovered(&'static str),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Environment => f.write_str("environment"),
            Self::EnvFile { name, line } => write!(f, "{name} (line {line})"),
            Self::SecretFile { variable, named_by } => match &**named_by {
                Self::EnvFile { name, line } => write!(f, "{name} (line {line}, {variable})"),
                Self::ManageToml { key } => write!(f, "manage.toml {key}"),
                other => write!(f, "{other} ({variable})"),
            },
            Self::ManageToml { key } => write!(f, "manage.toml {key}"),
            Self::DieselToml => f.write_str("diesel.toml"),
            Self::PasswordFile(path) => write!(f, "{}", path.display()),
            Self::Parts(names) => f.write_str(&names.join(", ")),
            Self::Discovered(what) => f.write_str(what),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and where it comes from. Without `Debug`: it may be a password.
#[derive(Clone)]
pub(super) struct Found<T = String> {
    /// The value.
    pub(super) value: T,
    /// Where it comes from.
    pub(super) source: Source,
}

/// One source of variables.
pub(super) struct Layer {
    origin: Origin,
    entries: BTreeMap<OsString, (OsString, usize)>,
}

enum Origin {
    Environment,
    EnvFile(String),
}

impl Layer {
    /// The process environment.
    pub(super) fn of_process(surroundings: &Surroundings) -> Self {
        let entry = |(name, value): (&OsString, &OsString)| (name.clone(), (value.clone(), 0));
        Self {
            origin: Origin::Environment,
            entries: surroundings.env.iter().map(entry).collect(),
        }
    }

    /// An env file, where there is one. A folder of that name is a Python environment.
    pub(super) fn of_file(path: &Path, name: String) -> Result<Option<Self>, SettingsError> {
        if path.is_dir() {
            return Ok(None);
        }
        let Some(entries) = dotenv::read(path)? else {
            return Ok(None);
        };
        let entry = |(name, (value, line)): (String, (String, usize))| {
            (OsString::from(name), (OsString::from(value), line))
        };
        Ok(Some(Self {
            origin: Origin::EnvFile(name),
            entries: entries.into_iter().map(entry).collect(),
        }))
    }

    /// A variable that is set and not empty.
    pub(super) fn get(&self, name: &str) -> Result<Option<Found>, SettingsError> {
        let Some((value, line)) = self.entries.get(std::ffi::OsStr::new(name)) else {
            return Ok(None);
        };
        if value.is_empty() {
            return Ok(None);
        }
        let value = value.to_str().ok_or_else(|| SettingsError::NotUnicode {
            variable: name.to_owned(),
        })?;
        Ok(Some(Found {
            value: value.to_owned(),
            source: match &self.origin {
                Origin::Environment => Source::Environment,
                Origin::EnvFile(name) => Source::EnvFile {
                    name: name.clone(),
                    line: *line,
                },
            },
        }))
    }

    /// The same, or else what is in the file that `NAME_FILE` names.
    pub(super) fn get_or_file(
        &self,
        name: &str,
        root: &Path,
    ) -> Result<Option<Found>, SettingsError> {
        if let Some(found) = self.get(name)? {
            return Ok(Some(found));
        }
        let variable = format!("{name}_FILE");
        match self.get(&variable)? {
            Some(named) => secret_file(variable, named, root),
            None => Ok(None),
        }
    }
}

/// What is in a named file, without the line ending that editors and `echo` leave.
pub(super) fn secret_file(
    variable: String,
    named: Found,
    root: &Path,
) -> Result<Option<Found>, SettingsError> {
    let path = join_clean(root, Path::new(&named.value));
    match fs::read_to_string(&path) {
        Ok(text) => {
            let value = text.trim_end_matches(['\n', '\r']).to_owned();
            Ok((!value.is_empty()).then(|| Found {
                value,
                source: Source::SecretFile {
                    variable,
                    named_by: Box::new(named.source),
                },
            }))
        }
        Err(error) => Err(SettingsError::SecretFile {
            variable,
            path,
            reason: reason(&error),
        }),
    }
}

/// All sources of variables, the one that wins first.
pub(super) struct Variables {
    pub(super) layers: Vec<Layer>,
}

impl Variables {
    /// The first source that has the variable.
    pub(super) fn get(&self, name: &str) -> Result<Option<Found>, SettingsError> {
        self.first(|layer| layer.get(name))
    }

    /// The first source that has the variable or names a file with it.
    pub(super) fn get_or_file(
        &self,
        name: &str,
        root: &Path,
    ) -> Result<Option<Found>, SettingsError> {
        self.first(|layer| layer.get_or_file(name, root))
    }

    /// How early a source is asked: the smaller, the stronger. What is no variable comes last.
    pub(super) fn rank(&self, source: &Source) -> usize {
        let matches = |origin: &Origin| match (source, origin) {
            (Source::Environment, Origin::Environment) => true,
            (Source::EnvFile { name, .. }, Origin::EnvFile(own)) => name == own,
            _ => false,
        };
        match source {
            Source::SecretFile { named_by, .. } => self.rank(named_by),
            _ => self
                .layers
                .iter()
                .position(|layer| matches(&layer.origin))
                .unwrap_or(self.layers.len()),
        }
    }

    fn first(
        &self,
        look: impl Fn(&Layer) -> Result<Option<Found>, SettingsError>,
    ) -> Result<Option<Found>, SettingsError> {
        self.layers
            .iter()
            .find_map(|layer| look(layer).transpose())
            .transpose()
    }
}
