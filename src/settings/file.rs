//! `manage.toml`, read strictly: a misspelt key is an error, never a setting that is ignored.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, Unexpected, Visitor},
};
use toml::Spanned;

use super::{SettingsError, dotenv};
use crate::backend::url::nearest;

/// The file's name in the project root.
pub(super) const MANAGE_TOML: &str = "manage.toml";

/// The whole file. Without `Debug`: it may hold passwords.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ManageToml {
    pub(super) default: Option<String>,
    pub(super) migrations: Option<PathBuf>,
    pub(super) models: Option<Vec<String>>,
    #[serde(default)]
    pub(super) databases: BTreeMap<String, DatabaseTable>,
    #[serde(default)]
    pub(super) autogenerate: AutogenerateTable,
    #[serde(default)]
    pub(super) backup: BackupTable,
    #[serde(default)]
    pub(super) check: CheckTable,
    #[serde(default)]
    pub(super) migrate: MigrateTable,
    #[serde(default)]
    pub(super) production: ProductionTable,
    /// Where its lines end, in bytes.
    #[serde(skip)]
    line_ends: Vec<usize>,
}

/// `[databases.NAME]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DatabaseTable {
    pub(super) url: Option<String>,
    pub(super) url_file: Option<String>,
    pub(super) connection: Option<String>,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) database: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) password_file: Option<String>,
    pub(super) migrations: Option<PathBuf>,
    pub(super) models: Option<Vec<String>>,
    pub(super) on_connect: Option<Vec<String>>,
}

/// `[autogenerate]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AutogenerateTable {
    pub(super) compare: Option<Vec<Compare>>,
}

/// `[backup]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BackupTable {
    pub(super) dir: Option<PathBuf>,
}

/// `[check]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckTable {
    pub(super) fail_level: Option<CheckLevel>,
    pub(super) ignore: Option<Vec<Spanned<String>>>,
    pub(super) levels: Option<BTreeMap<Spanned<String>, CheckLevel>>,
}

/// A check as `[check]` names it, by its id or its name. Whether there is one is not known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedCheck<'a> {
    /// The word.
    pub name: &'a str,
    /// The key it stands under: `ignore` or `levels`.
    pub key: &'static str,
    /// The line in `manage.toml`, from 1.
    pub line: usize,
}

/// `[migrate]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MigrateTable {
    pub(super) out_of_order: Option<OutOfOrder>,
    pub(super) lock_wait: Option<u64>,
    pub(super) lock_timeout: Option<Seconds>,
    pub(super) statement_timeout: Option<Seconds>,
    pub(super) lock_retries: Option<u32>,
}

/// A length of time in seconds, whole or not.
#[derive(Clone, Copy)]
pub(super) struct Seconds(pub(super) Duration);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Seconds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Seconds, E> {
                match u64::try_from(number) {
                    Ok(seconds) => Ok(Seconds(Duration::from_secs(seconds))),
                    Err(_) => Err(E::invalid_value(Unexpected::Signed(number), &self)),
                }
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Seconds, E> {
                Duration::try_from_secs_f64(number)
                    .map(Seconds)
                    .map_err(|_| E::invalid_value(Unexpected::Float(number), &self))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// `[production]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductionTable {
    pub(super) confirm: Option<bool>,
    pub(super) backup: Option<bool>,
}

/// What `makemigrations` compares that `table!` alone cannot say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    /// Indexes.
    Indexes,
    /// Column defaults.
    Defaults,
    /// Unique constraints.
    Uniques,
    /// Check constraints.
    Checks,
}

/// How bad a finding is: the level of `fail_level`, from which `check` fails, and of `levels`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckLevel {
    /// Worth knowing.
    Info,
    /// Probably wrong.
    #[default]
    Warning,
    /// Wrong.
    Error,
}

/// What happens to a pending migration older than an applied one, in a history without lineage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutOfOrder {
    /// It runs, with a warning.
    #[default]
    Warn,
    /// Nothing runs.
    Refuse,
}

impl Compare {
    /// The word in `manage.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Indexes => "indexes",
            Self::Defaults => "defaults",
            Self::Uniques => "uniques",
            Self::Checks => "checks",
        }
    }
}

impl CheckLevel {
    /// The word in `manage.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl OutOfOrder {
    /// The word in `manage.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }
}

/// The part of `diesel.toml` that matters here; the rest is Diesel's.
#[derive(Default, Deserialize)]
pub(super) struct DieselToml {
    #[serde(default)]
    pub(super) migrations_directory: MigrationsDirectory,
    #[serde(default)]
    pub(super) print_schema: PrintSchema,
}

/// `[print_schema]`.
#[derive(Default, Deserialize)]
pub(super) struct PrintSchema {
    pub(super) filter: Option<PrintFilter>,
}

/// `[print_schema] filter`: which tables Diesel writes into `schema.rs`. The texts are regular
/// expressions, found anywhere in a table's name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintFilter {
    /// Those that match.
    OnlyTables(Vec<String>),
    /// All but those that match.
    ExceptTables(Vec<String>),
}

/// `[migrations_directory]`.
#[derive(Default, Deserialize)]
pub(super) struct MigrationsDirectory {
    pub(super) dir: Option<PathBuf>,
}

impl ManageToml {
    /// Reads the file; everything is absent where there is none.
    pub(super) fn read(path: &Path) -> Result<Self, SettingsError> {
        let Some(text) = dotenv::text(path)? else {
            return Ok(Self::default());
        };
        let line_ends = text.match_indices('\n').map(|(at, _)| at).collect();
        let file: Self = parsed(path, &text)?;
        Ok(Self { line_ends, ..file })
    }

    /// The checks to leave out.
    pub(super) fn ignored_checks(&self) -> impl Iterator<Item = NamedCheck<'_>> {
        let ignore = self.check.ignore.iter().flatten();
        ignore.map(|word| self.named("ignore", word))
    }

    /// The checks with a level of their own, as they stand in the file.
    pub(super) fn check_levels(&self) -> Vec<(NamedCheck<'_>, CheckLevel)> {
        let levels = self.check.levels.iter().flatten();
        let mut levels: Vec<_> = levels.collect();
        levels.sort_by_key(|(word, _)| word.span().start);
        let levels = levels.into_iter();
        levels
            .map(|(word, level)| (self.named("levels", word), *level))
            .collect()
    }

    fn named<'a>(&self, key: &'static str, word: &'a Spanned<String>) -> NamedCheck<'a> {
        let before = |end: &usize| *end < word.span().start;
        NamedCheck {
            name: word.get_ref(),
            key,
            line: self.line_ends.partition_point(before) + 1,
        }
    }
}

/// Reads a TOML file; `None` where there is none.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, SettingsError> {
    match dotenv::text(path)? {
        Some(text) => parsed(path, &text).map(Some),
        None => Ok(None),
    }
}

fn parsed<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, SettingsError> {
    toml::from_str(text).map_err(|error| located(path, text, &error))
}

/// An error with its line and key instead of toml's own rendering, which shows the line's text,
/// and instead of serde's, which shows the value.
fn located(path: &Path, text: &str, error: &toml::de::Error) -> SettingsError {
    let span = error.span().unwrap_or_default();
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let path = path.to_owned();
    let message = error.message();
    if message.starts_with("unknown field") {
        let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
        let key = quoted.next().unwrap_or_default();
        let known: Vec<String> = quoted.collect();
        return SettingsError::UnknownKey {
            nearest: nearest(&key, known.iter().map(String::as_str)),
            path,
            line,
            key,
            known,
        };
    }
    let is_value = ["invalid type", "invalid value", "unknown variant"]
        .iter()
        .any(|start| message.starts_with(start));
    let expected = message.rsplit_once(", expected ");
    match (is_value, expected, text.lines().nth(line - 1)) {
        (true, Some((_, expected)), Some(content)) => match key_of(content) {
            Some(key) => SettingsError::BadKey {
                path,
                line,
                key,
                expected: match expected {
                    "u16" => "a number up to 65535".to_owned(),
                    "u32" => "a number".to_owned(),
                    expected => expected.to_owned(),
                },
            },
            None => SettingsError::BrokenToml {
                path,
                line,
                message: format!("expected {expected}"),
            },
        },
        (true, ..) => SettingsError::BrokenToml {
            path,
            line,
            message: "a value of the wrong kind".to_owned(),
        },
        (false, ..) => SettingsError::BrokenToml {
            path,
            line,
            message: message.lines().next().unwrap_or_default().to_owned(),
        },
    }
}

/// The key a line sets, or the table it opens.
fn key_of(line: &str) -> Option<String> {
    let line = line.trim();
    let key = match line.split_once('=') {
        Some((key, _)) => key.trim(),
        None => line.strip_prefix('[')?.split(']').next()?,
    };
    let plain = |c: char| c.is_alphanumeric() || "-_.\"".contains(c);
    (!key.is_empty() && key.chars().all(plain)).then(|| key.to_owned())
}

/// Replaces `${NAME}` and `${NAME:-default}`; `$${` is a plain `${`. Every other `$` stays.
/// A variable nobody set comes back as the error.
pub(super) fn interpolated<E>(
    text: &str,
    mut lookup: impl FnMut(&str) -> Result<Option<String>, E>,
    unset: impl FnOnce(&str) -> E,
) -> Result<String, E> {
    let mut output = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, inside) = (rest.get(..at), rest.get(at + 2..));
        let (before, inside) = (before.unwrap_or_default(), inside.unwrap_or_default());
        let escaped = before.ends_with('$');
        let end = inside.find('}').filter(|_| !escaped);
        let Some(end) = end else {
            output.push_str(before.strip_suffix('$').unwrap_or(before));
            output.push_str("${");
            rest = inside;
            continue;
        };
        output.push_str(before);
        let expression = inside.get(..end).unwrap_or_default();
        let (name, default) = match expression.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (expression, None),
        };
        match (lookup(name)?, default) {
            (Some(value), _) => output.push_str(&value),
            (None, Some(default)) => output.push_str(default),
            (None, None) => return Err(unset(name)),
        }
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    output.push_str(rest);
    Ok(output)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        let lookup = |name: &str| Ok((name == "A").then(|| "1".to_owned()));
        interpolated(text, lookup, str::to_owned)
    }

    #[test]
    fn names_are_replaced_and_other_dollars_stay() {
        assert_eq!(filled("x${A}y${A}").unwrap(), "x1y1");
        assert_eq!(filled("${B:-two}${A:-no}").unwrap(), "two1");
        assert_eq!(
            filled("pa$word $A $${A} ${open").unwrap(),
            "pa$word $A ${A} ${open"
        );
        assert_eq!(filled("${B}"), Err("B".to_owned()));
    }
}
