//! Which tables are the migrations' own, and which Diesel is told to leave out.

use std::{collections::BTreeSet, fs};

use regex_lite::Regex;

use crate::{
    backend::statements::{self, Dialect},
    error::Error,
    migration::{Direction, directory::Sound},
    settings::{PrintFilter, Settings},
};

/// `[print_schema] filter` of `diesel.toml`: tables that `table!` leaves out on purpose.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    /// What the patterns say of a table that one of them matches.
    keeps: bool,
    patterns: Vec<Regex>,
}

impl Filter {
    /// What the project's `diesel.toml` says.
    pub(super) fn of(settings: &Settings) -> Result<Self, Error> {
        let (keeps, patterns) = match settings.print_filter() {
            None => return Ok(Self::default()),
            Some(PrintFilter::OnlyTables(patterns)) => (true, patterns),
            Some(PrintFilter::ExceptTables(patterns)) => (false, patterns),
        };
        let patterns = patterns.iter().map(|pattern| {
            Regex::new(pattern).map_err(|error| {
                Error::Usage(format!(
                    "`[print_schema] filter` of diesel.toml: `{pattern}` is no regular expression: {error}"
                ))
            })
        });
        Ok(Self {
            keeps,
            patterns: patterns.collect::<Result<_, _>>()?,
        })
    }

    /// Whether Diesel shows a table.
    pub(super) fn keeps(&self, table: &str) -> bool {
        let found = self.patterns.iter().any(|pattern| pattern.is_match(table));
        found == self.keeps
    }
}

/// The tables that migrations make, in small letters: those that a project may drop.
pub(super) fn made(dialect: Dialect, found: &Sound) -> Result<BTreeSet<String>, Error> {
    let mut made = BTreeSet::new();
    for migration in found.migrations.iter().chain(&found.repeatables) {
        let Some(path) = migration.file(Direction::Forwards) else {
            continue;
        };
        let bytes = fs::read(&path).map_err(|error| Error::Io {
            doing: "read",
            path,
            message: error.to_string(),
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let tables = statements::split(dialect, &text).into_iter();
        made.extend(tables.filter_map(|statement| Some(statement.made_table()?.to_lowercase())));
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_keeps_what_diesel_keeps() {
        let filter = |keeps, patterns: &[&str]| Filter {
            keeps,
            patterns: patterns.iter().map(|p| Regex::new(p).unwrap()).collect(),
        };
        assert!(Filter::default().keeps("users"));
        let only = filter(true, &["^users$"]);
        assert!(only.keeps("users") && !only.keeps("users_old"));
        let except = filter(false, &["_old$", "spatial"]);
        assert!(except.keeps("users") && !except.keeps("users_old") && !except.keeps("spatial_x"));
    }
}
