//! Findings: what is wrong, or may be, as data.

/// A [`Rule`] with its page in `docs/checks/`: id, name, level, what it finds.
macro_rules! rule {
    ($id:literal, $name:literal, $level:ident, $finds:literal $(,)?) => {
        $crate::check::Rule {
            id: $id,
            name: $name,
            level: $crate::check::Level::$level,
            finds: $finds,
            page: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/docs/checks/",
                $id,
                ".md"
            )),
        }
    };
}

pub mod allow;
pub mod broken;
pub mod deploy;
pub mod files;
pub mod history;
pub mod policy;
pub mod reversible;
pub mod schema;

use std::{fmt, path::PathBuf};

use allow::Allowed;

use crate::{
    backend::{
        statements::{Dialect, Place},
        url::nearest,
    },
    migration::{
        directory::{Directory, Texts},
        history::History,
        reversal::Reversal,
    },
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

/// A check: its names for people and files, how bad what it finds is, and what that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its short name, never changed once released: family letter and number.
    pub id: &'static str,
    /// Its readable name in kebab-case, never changed either. It stands wherever an id may.
    pub name: &'static str,
    /// How bad what it finds is, unless the settings say otherwise.
    pub level: Level,
    /// What it finds.
    pub finds: &'static str,
    /// What it finds, why that matters, and what to do about it: its page, in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// The check of an id or a name, in letters of any case.
    ///
    /// # Errors
    ///
    /// No check is called so.
    pub fn named(word: &str) -> Result<&'static Self, UnknownRule> {
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        let rules = rules();
        let found = rules.iter().find(|rule| is(rule.id) || is(rule.name));
        found.copied().ok_or_else(|| UnknownRule {
            word: word.to_owned(),
            nearest: padded(word)
                .filter(|id| rules.iter().any(|rule| rule.id == id))
                .or_else(|| nearest(word, rules.iter().flat_map(|rule| [rule.name, rule.id]))),
        })
    }
}

/// `M007` of `M7`.
fn padded(word: &str) -> Option<String> {
    let (family, number) = word.split_at_checked(1)?;
    let number: u16 = number.parse().ok()?;
    Some(format!("{}{number:03}", family.to_uppercase()))
}

/// A word that names no check.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no check `{word}`")]
pub struct UnknownRule {
    /// The word.
    pub word: String,
    /// The id or name most like it.
    pub nearest: Option<String>,
}

impl UnknownRule {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match &self.nearest {
            Some(nearest) => {
                format!("did you mean `{nearest}`? `manage check --list` lists them all")
            }
            None => "`manage check --list` lists them".to_owned(),
        }
    }
}

/// Something a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub rule: &'static Rule,
    /// How bad it is: the rule's level, or the one that the settings give it.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The name of the migration it is about, where it is about one.
    pub migration: Option<String>,
    /// The file or folder it is in.
    pub file: Option<PathBuf>,
    /// The line in the file, from 1.
    pub line: Option<usize>,
    /// The column in the line, in characters, from 1.
    pub column: Option<usize>,
}

impl Finding {
    fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            level: rule.level,
            message: message.into(),
            hint: None,
            migration: None,
            file: None,
            line: None,
            column: None,
        }
    }

    /// Says which migration it is about, so that a comment in its files can allow it.
    fn of(mut self, migration: impl Into<String>) -> Self {
        self.migration = Some(migration.into());
        self
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

    fn at_place(mut self, file: impl Into<PathBuf>, place: Place) -> Self {
        self.column = Some(place.column);
        self.at(file, place.line)
    }
}

/// Every check there is, in order of their names.
pub fn rules() -> Vec<&'static Rule> {
    let mut of_history = [history::RULES, broken::RULES].concat();
    of_history.sort_by_key(|rule| rule.id);
    [
        files::RULES,
        allow::RULES,
        &of_history,
        reversible::RULES,
        schema::RULES,
        deploy::RULES,
    ]
    .concat()
}

/// Looks at the files alone: what is wrong, and what they allow.
pub fn files(directory: &Directory, texts: &Texts, dialect: Dialect) -> (Vec<Finding>, Allowed) {
    files::check(directory, texts, dialect)
}

/// Looks at the files' lineage and at what is applied.
pub fn history(history: &History) -> Vec<Finding> {
    history::check(history)
}

/// Looks at what stopped halfway, and at its file.
pub fn broken(history: &History, dialect: Dialect) -> Vec<Finding> {
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

/// What trying every way back showed.
pub fn reversible(reversals: &[Reversal]) -> Vec<Finding> {
    reversible::check(reversals)
}
