//! Findings: what is wrong, or may be, as data.

pub mod broken;
pub mod deploy;
pub mod files;
pub mod history;
pub mod schema;

use std::{fmt, path::PathBuf};

use crate::{
    migration::{directory::Directory, history::History},
    schema::operation::Operation,
};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A check: its name for people and files, how bad what it finds is, and what that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, never changed once released: family letter and number.
    pub id: &'static str,
    /// How bad what it finds is.
    pub level: Level,
    /// What it finds.
    pub finds: &'static str,
}

/// Something a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub rule: &'static Rule,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The file it is in.
    pub file: Option<PathBuf>,
    /// The line in the file, from 1.
    pub line: Option<usize>,
}

impl Finding {
    fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            hint: None,
            file: None,
            line: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn at(mut self, file: impl Into<PathBuf>, line: impl Into<Option<usize>>) -> Self {
        self.file = Some(file.into());
        self.line = line.into();
        self
    }
}

/// Every check there is, in order of their names.
pub fn rules() -> Vec<&'static Rule> {
    let mut of_history = [history::RULES, broken::RULES].concat();
    of_history.sort_by_key(|rule| rule.id);
    [deploy::RULES, files::RULES, &of_history, schema::RULES].concat()
}

/// Looks at the files alone.
pub fn files(directory: &Directory, dialect: crate::backend::statements::Dialect) -> Vec<Finding> {
    files::check(directory, dialect)
}

/// Looks at the files' lineage and at what is applied.
pub fn history(history: &History) -> Vec<Finding> {
    history::check(history)
}

/// Looks at what stopped halfway, and at its file.
pub fn broken(history: &History, dialect: crate::backend::statements::Dialect) -> Vec<Finding> {
    broken::check(history, dialect)
}

/// What the models ask for that no migration does.
pub fn models(operations: &[Operation]) -> Vec<Finding> {
    schema::models(operations)
}

/// What the live database has, or lacks, against its migrations.
pub fn drift(operations: &[Operation]) -> Vec<Finding> {
    schema::drift(operations)
}
