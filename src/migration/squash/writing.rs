//! What a new squash consists of: its range, its version, its text.

use std::collections::BTreeSet;

use crate::{
    backend::statements::{self, Dialect},
    migration::{Direction, Migration, Version, header::Header, history::History, writer},
};

/// Longest part of a name that the first and the last of a range have, in characters.
const SLUG_PART: usize = 22;

/// Why a range cannot be squashed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SquashError {
    /// The first does not lead to the last.
    #[error("{to} does not rest on {from}, so there is no range from the one to the other")]
    NoRange {
        /// The first.
        from: String,
        /// The last.
        to: String,
    },
    /// There is one migration, or none.
    #[error("there is nothing to squash: {name} would replace itself alone")]
    One {
        /// Its name.
        name: String,
    },
    /// A branch comes in from outside.
    #[error("{name} also rests on {parent}, which is outside the range")]
    Entered {
        /// The member.
        name: String,
        /// What it rests on.
        parent: String,
    },
    /// A branch goes out in the middle.
    #[error("{child} rests on {name}, in the middle of the range")]
    Left {
        /// The member.
        name: String,
        /// What rests on it.
        child: String,
    },
    /// Some run in a transaction, and some outside one.
    #[error("{} outside a transaction, and the others in one: {}",
        crate::error::count(names.len(), "migration of the range runs", "migrations of the range run"),
        names.join(", "))]
    Mixed {
        /// Those that run outside one.
        names: Vec<String>,
    },
    /// `--delete-replaced` of what a database may still need.
    #[error("{database} has only a part of what {squash} replaces; it lacks {}", names.join(", "))]
    StillNeeded {
        /// The squash.
        squash: String,
        /// The database.
        database: String,
        /// What is still to be applied one by one.
        names: Vec<String>,
    },
}

impl SquashError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoRange { from, to } => format!(
                "the older one comes first: `manage squashmigrations {to} {from}`; `manage history --graph` shows what rests on what"
            ),
            Self::One { .. } => {
                "name a later migration, or an earlier one to begin with".to_owned()
            }
            Self::Entered { parent, .. } => {
                format!(
                    "begin with {parent} or before it, or behind the place where the branches meet"
                )
            }
            Self::Left { name, .. } => format!(
                "squash up to {name}, or up to where the branches meet again: `manage history --graph` shows them"
            ),
            Self::Mixed { .. } => "squash what stands before and behind them".to_owned(),
            Self::StillNeeded { .. } => {
                "run `manage migrate` first; they must stay until every database has them"
                    .to_owned()
            }
        }
    }
}

/// A range to squash, in order, with what stands before and behind it.
#[derive(Clone, Debug)]
pub struct Range {
    /// What it rests on.
    pub before: Vec<Migration>,
    /// Those to squash.
    pub members: Vec<Migration>,
    /// All others.
    pub after: Vec<Migration>,
    /// The parents of the first.
    pub revises: Vec<Version>,
}

impl Range {
    /// The range from one migration, or the very first, to another.
    pub fn of(
        history: &History,
        from: Option<&Version>,
        to: &Version,
    ) -> Result<Self, SquashError> {
        let lineage = history.lineage();
        let name = |version: &Version| history.entry(version).name().to_owned();
        let below = lineage.ancestors(to);
        let members: BTreeSet<Version> = match from {
            None => below,
            Some(from) if below.contains(from) => {
                let above = lineage.rests_on_any([from.clone()]);
                below.intersection(&above).cloned().collect()
            }
            Some(from) => {
                let (from, to) = (name(from), name(to));
                return Err(SquashError::NoRange { from, to });
            }
        };
        if members.len() < 2 {
            return Err(SquashError::One { name: name(to) });
        }
        let mut revises = Vec::new();
        for version in lineage.order() {
            for parent in lineage.parents(version) {
                let names = |one: &Version, other: &Version| (name(one), name(other));
                match (members.contains(parent), members.contains(version)) {
                    (false, true) if from == Some(version) => revises.push(parent.clone()),
                    (false, true) => {
                        let (name, parent) = names(version, parent);
                        return Err(SquashError::Entered { name, parent });
                    }
                    (true, false) if parent != to => {
                        let (name, child) = names(parent, version);
                        return Err(SquashError::Left { name, child });
                    }
                    _ => {}
                }
            }
        }
        let before = lineage.ancestors_of_any(revises.clone());
        let pick = |wanted: &dyn Fn(&Version) -> bool| {
            let versions = lineage.order().iter().filter(|version| wanted(version));
            versions
                .filter_map(|v| history.migration(v))
                .cloned()
                .collect::<Vec<_>>()
        };
        let range = Self {
            before: pick(&|v| before.contains(v)),
            members: pick(&|v| members.contains(v)),
            after: pick(&|v| !before.contains(v) && !members.contains(v)),
            revises,
        };
        range.unmixed()
    }

    fn unmixed(self) -> Result<Self, SquashError> {
        let outside: Vec<&Migration> = self
            .members
            .iter()
            .filter(|m| !m.run_in_transaction())
            .collect();
        if outside.is_empty() || outside.len() == self.members.len() {
            return Ok(self);
        }
        let names = outside.iter().map(|m| m.name.clone()).collect();
        Err(SquashError::Mixed { names })
    }

    /// Whether all of it runs in a transaction, or none.
    pub fn run_in_transaction(&self) -> bool {
        self.members.iter().all(Migration::run_in_transaction)
    }

    /// What a squash of it says it replaces, in lines.
    pub fn replaces(&self) -> Vec<String> {
        let items: Vec<String> = self.members.iter().map(replaced).collect();
        items.chunks(4).map(|chunk| chunk.join(", ")).collect()
    }

    /// What a squash of it does, in words.
    pub fn message(&self) -> String {
        let part = |migration: Option<&Migration>| {
            let slug = migration.map(Migration::slug).unwrap_or_default();
            let slug = slug.strip_prefix("squashed_").unwrap_or(slug);
            let short: String = slug.chars().take(SLUG_PART).collect();
            short.trim_matches('_').replace('_', " ")
        };
        format!(
            "squashed {} to {}",
            part(self.members.first()),
            part(self.members.last())
        )
    }

    /// The version that follows the range: above all of it, and below what comes next. A folder's
    /// beginning, and the version. `None` where there is no room.
    pub fn version(&self, taken: &BTreeSet<Version>) -> Option<(String, Version)> {
        let newest = self
            .members
            .iter()
            .max_by(|a, b| a.version.cmp(&b.version))?;
        let stamp = newest.name.split('_').next()?;
        let counted = stamp.rsplit_once('-').and_then(|(time, count)| {
            let is_count = count.len() == 4 && time.len() > 4;
            Some((time, is_count.then(|| count.parse::<u32>().ok())??))
        });
        let (time, count) = counted.unwrap_or((stamp, 0));
        let next = taken.range(newest.version.clone()..).nth(1);
        (count + 1..10_000)
            .map(|count| format!("{time}-{count:04}"))
            .chain((1..10_000).map(|count| format!("{stamp}-{count:04}")))
            .map(|stamp| (stamp.clone(), Version::new(stamp.replace('-', ""))))
            .find(|(_, version)| *version > newest.version && !taken.contains(version))
            .filter(|(_, version)| next.is_none_or(|next| version < next))
    }
}

/// A version, and behind a squash what it replaced.
fn replaced(migration: &Migration) -> String {
    let header = &migration.header;
    if header.replaces.is_empty() {
        return migration.version.to_string();
    }
    let inner: BTreeSet<&Version> = header.squashed.iter().flat_map(|(_, of)| of).collect();
    let direct = header.replaces.iter().filter(|v| !inner.contains(v));
    let direct: Vec<String> = direct.map(|v| nested(header, v)).collect();
    format!("{} ({})", migration.version, direct.join(", "))
}

fn nested(header: &Header, version: &Version) -> String {
    match header.squashed.iter().find(|(squash, _)| squash == version) {
        Some((squash, of)) => {
            let of: Vec<String> = of.iter().map(|v| nested(header, v)).collect();
            format!("{squash} ({})", of.join(", "))
        }
        None => version.to_string(),
    }
}

/// The SQL of several migrations, one after the other, each under its name: in the order given.
pub fn joined(dialect: Dialect, direction: Direction, parts: &[(&str, String)]) -> String {
    let parts = parts.iter().map(|(name, sql)| {
        let body = closed(dialect, body(direction, sql).trim());
        if body.is_empty() {
            format!("-- {name}\n")
        } else {
            format!("-- {name}\n\n{body}\n")
        }
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// A file without the comment block that `manage` opens it with; what silences a check stays.
fn body(direction: Direction, sql: &str) -> String {
    let sql = sql.trim_start_matches('\u{feff}');
    let ours = match direction {
        Direction::Forwards => Header::parse(sql) != Header::default(),
        Direction::Backwards => sql.starts_with("-- Undoes: "),
    };
    if !ours {
        return sql.to_owned();
    }
    let is_comment = |line: &&str| line.trim_start().starts_with("--");
    let block = sql.trim_start().lines().take_while(is_comment).count();
    let kept = sql.trim_start().lines().enumerate().filter(|(at, line)| {
        let marks = line.trim_start().trim_start_matches('-').trim_start();
        *at >= block || marks.starts_with("manage:")
    });
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

/// SQL whose last statement is ended, so that another can follow.
fn closed(dialect: Dialect, sql: &str) -> String {
    let count = |sql: &str| statements::split(dialect, sql).len();
    let statements = count(sql);
    if statements == 0 {
        return sql.to_owned();
    }
    let mut sql = sql.to_owned();
    if count(&format!("{sql}\nSELECT 1")) == statements {
        sql += "\n;";
    }
    if count(&format!("{sql}\nSELECT 1;\nSELECT 2")) < statements + 2 {
        sql += "\nDELIMITER ;";
    }
    sql
}

/// The folder's name of a squash.
pub fn folder(stamp: &str, message: &str) -> String {
    format!("{stamp}_{}", writer::slug(message))
}
