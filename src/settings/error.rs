//! Why settings cannot be resolved. No variant holds a value that may be secret.

use std::{io, path::PathBuf};

use super::Source;
use crate::backend::url::UrlError;

/// Why settings, or the database among them, cannot be resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The process has no current folder (any more).
    #[error("the current folder cannot be found: {reason}")]
    CurrentFolder {
        /// The system's words.
        reason: String,
    },
    /// `--project` names no folder.
    #[error("the project folder `{}` does not exist", path.display())]
    NoProject {
        /// The folder.
        path: PathBuf,
    },
    /// `--env-file` names no file.
    #[error("the env file `{}` does not exist", path.display())]
    NoEnvFile {
        /// The file.
        path: PathBuf,
    },
    /// A file of settings that is there and cannot be read.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A file of settings that is not text.
    #[error("`{}` is not UTF-8 text in line {line}", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first line that is not.
        line: usize,
    },
    /// A line of an env file that is not `NAME=value`.
    #[error("`{}` cannot be understood in line {line}", path.display())]
    BrokenEnvLine {
        /// The file.
        path: PathBuf,
        /// Where the entry begins.
        line: usize,
    },
    /// An environment variable that is not text.
    #[error("`{variable}` is not UTF-8 text")]
    NotUnicode {
        /// Its name.
        variable: String,
    },
    /// A `NAME_FILE` whose file cannot be read.
    #[error("`{variable}` names `{}`, which cannot be read: {reason}", path.display())]
    SecretFile {
        /// The variable or key.
        variable: String,
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A key `manage.toml` does not have.
    #[error("unknown key `{key}` in `{}`, line {line}", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// The key.
        key: String,
        /// The known key most like it.
        nearest: Option<String>,
        /// The known keys.
        known: Vec<String>,
    },
    /// A check in `manage.toml` that there is not.
    #[error("unknown check `{name}` under `[check] {key}` in `{}`, line {line}", path.display())]
    UnknownCheck {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// `ignore` or `levels`.
        key: &'static str,
        /// The word.
        name: String,
        /// The id or name most like it.
        nearest: Option<String>,
    },
    /// A key with a value of the wrong kind.
    #[error("`{key}` in `{}`, line {line}, must be {expected}", path.display())]
    BadKey {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// The key.
        key: String,
        /// What would do.
        expected: String,
    },
    /// A file that is not TOML.
    #[error("`{}` cannot be understood in line {line}: {message}", path.display())]
    BrokenToml {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// What the parser expected.
        message: String,
    },
    /// A database `manage.toml` does not have.
    #[error("there is no database `{name}` in manage.toml")]
    UnknownDatabase {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
        /// The name most like it.
        nearest: Option<String>,
    },
    /// Several databases, and nothing says which.
    #[error("manage.toml has several databases and no `default`")]
    NoDefaultDatabase {
        /// Their names.
        known: Vec<String>,
    },
    /// A database that was named and says not where it is.
    #[error("`[databases.{name}]` in manage.toml says not where the database is")]
    NoUrl {
        /// Its name.
        name: String,
        /// The variable that would say it.
        variable: String,
    },
    /// `${NAME}` in `manage.toml` without such a variable.
    #[error("`{variable}` is not set, but `{key}` in manage.toml needs it")]
    UnsetVariable {
        /// The variable.
        variable: String,
        /// The key.
        key: String,
    },
    /// Parts that say not which engine they are for.
    #[error("`{part}` is set ({origin}), but `DB_CONNECTION` is not")]
    NoConnection {
        /// A part that is there.
        part: String,
        /// Where it comes from.
        origin: Source,
    },
    /// A `DB_CONNECTION` of no known engine.
    #[error("`{name}` ({origin}) names no known engine")]
    UnknownConnection {
        /// The variable or key.
        name: String,
        /// Where it comes from.
        origin: Source,
    },
    /// A URL, or the parts of one, that cannot be used.
    #[error("`{name}` ({origin}) cannot be used: {error}")]
    Url {
        /// The setting.
        name: String,
        /// Where it comes from.
        origin: Source,
        /// What is wrong.
        error: UrlError,
    },
}

impl SettingsError {
    /// What to do about it, where that is not plain from the message.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::BrokenEnvLine { .. } => Some(
                "write `NAME=value`; put a value with spaces or `$` in single quotes".to_owned(),
            ),
            Self::NotUtf8 { .. } => Some("save the file as UTF-8".to_owned()),
            Self::UnknownKey {
                nearest: Some(nearest),
                ..
            }
            | Self::UnknownDatabase {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownCheck { nearest, .. } => Some(match nearest {
                Some(nearest) => {
                    format!("did you mean `{nearest}`? `manage check --list` lists them all")
                }
                None => "`manage check --list` lists them".to_owned(),
            }),
            Self::UnknownKey { known, .. } if !known.is_empty() => {
                Some(format!("known keys: {}", listed(known)))
            }
            Self::UnknownDatabase { known, .. } if known.is_empty() => {
                Some("add a `[databases.NAME]` to manage.toml".to_owned())
            }
            Self::UnknownDatabase { known, .. } => {
                Some(format!("known databases: {}", listed(known)))
            }
            Self::NoDefaultDatabase { known } => Some(format!(
                "choose one with `--database`, or write `default = \"NAME\"`: {}",
                listed(known)
            )),
            Self::NoUrl { variable, .. } => Some(format!(
                "write `url = \"...\"` there, or set `{variable}` in the environment"
            )),
            Self::UnsetVariable { variable, .. } => Some(format!(
                "set `{variable}`, or give a default with `${{{variable}:-...}}`"
            )),
            Self::NoConnection { .. } | Self::UnknownConnection { .. } => Some(
                "set `DB_CONNECTION` (`connection` in manage.toml) to sqlite, postgres, mysql or \
                 mariadb"
                    .to_owned(),
            ),
            Self::Url { error, .. } => error.hint(),
            Self::NoEnvFile { .. } => {
                Some("a relative path is looked up in the project root".to_owned())
            }
            Self::CurrentFolder { .. }
            | Self::NoProject { .. }
            | Self::Unreadable { .. }
            | Self::NotUnicode { .. }
            | Self::SecretFile { .. }
            | Self::UnknownKey { .. }
            | Self::BadKey { .. }
            | Self::BrokenToml { .. } => None,
        }
    }
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The system's words for what happened to a file, without its error number.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        kind => kind.to_string(),
    }
}
