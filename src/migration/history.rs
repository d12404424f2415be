//! What is on disk crossed with what is applied, pure.

mod edits;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Direction, Metadata, Migration, Origin, REPEATABLE, Version,
    checksum::Checksum,
    lineage::{Flaw, Lineage},
    squash::{Parents, Squash, Squashes, Standing},
};
use crate::backend::{
    bookkeeping::{Action, LogRow, Outcome},
    failure::DatabaseError,
};

/// Where a migration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// On disk and in the ledger.
    Applied,
    /// On disk only.
    Pending,
    /// In the ledger only: its folder is gone.
    Missing,
    /// A squash stands in its place.
    Replaced,
    /// Repeatable: it ran, and its file is another now.
    Changed,
    /// Repeatable: it ran, and its file is gone.
    Removed,
    /// On disk, and halfway: some of its statements stand, and the ledger does not say so.
    Failed,
    /// On disk and in the ledger, and the file is another than the one that ran.
    Edited,
}

/// A row of Diesel's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// The version.
    pub version: Version,
    /// When it was applied, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub run_on: String,
}

/// One line of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The version.
    pub version: &'a Version,
    /// The migration, unless its folder is gone.
    pub migration: Option<&'a Migration>,
    /// Where it stands.
    pub state: State,
    /// When it was applied, in UTC.
    pub run_on: Option<&'a str>,
    logged_name: Option<&'a str>,
}

impl Entry<'_> {
    /// The folder's name; where it is gone, as the log has it, or else the version.
    pub fn name(&self) -> &str {
        let version = self.logged_name.unwrap_or(self.version.as_str());
        self.migration.map_or(version, |m| &m.name)
    }

    /// The name behind the version.
    pub fn slug(&self) -> &str {
        let logged = || self.logged_name?.split_once('_').map(|(_, slug)| slug);
        self.migration
            .map_or_else(|| logged().unwrap_or_default(), Migration::slug)
    }

    /// What it does, in the author's words; where the folder is gone, as its name tells.
    pub fn message(&self) -> String {
        self.migration
            .map_or_else(|| self.slug().replace('_', " "), Migration::message)
    }

    /// Whether it is about a repeatable migration, whose name stands in for the version.
    pub fn is_repeatable(&self) -> bool {
        self.state == State::Removed || self.migration.is_some_and(Migration::is_repeatable)
    }
}

/// The last time a repeatable migration ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Repeated {
    checksum: Option<String>,
    /// `YYYY-MM-DD HH:MM:SS` in UTC.
    run_on: String,
    /// Whether a migration was undone since, which may have taken along what it made.
    is_shaken: bool,
}

/// The last time each repeatable migration ran, by the log; those that were forgotten are left out.
fn repeated(log: &[LogRow]) -> BTreeMap<Version, Repeated> {
    let mut repeated: BTreeMap<Version, Repeated> = BTreeMap::new();
    for row in log.iter().filter(|row| row.outcome == Outcome::Done) {
        match (row.version.starts_with(REPEATABLE), row.direction) {
            (true, Direction::Forwards) => {
                let last = Repeated {
                    checksum: row.checksum.clone(),
                    run_on: row.started_at.chars().take(19).collect(),
                    is_shaken: false,
                };
                repeated.insert(Version::new(row.version.as_str()), last);
            }
            (true, Direction::Backwards) => {
                repeated.remove(&Version::new(row.version.as_str()));
            }
            (false, Direction::Backwards) if row.action == Action::Run => {
                for last in repeated.values_mut() {
                    last.is_shaken = true;
                }
            }
            (false, _) => {}
        }
    }
    repeated
}

/// What the log says of the last time each version was applied: which row, and how many before it.
///
/// What was undone since and is applied again without a word in the log is not what the log knows.
fn last_applied(log: &[LogRow]) -> BTreeMap<Version, usize> {
    let mut applied = BTreeMap::new();
    for (index, row) in log.iter().enumerate() {
        let version = || Version::new(row.version.as_str());
        match (row.direction, row.outcome) {
            _ if row.action == Action::Repeat => {}
            (Direction::Forwards, _) => {
                applied.insert(version(), index);
            }
            (Direction::Backwards, Outcome::Done) => {
                applied.remove(&version());
            }
            (Direction::Backwards, Outcome::Running | Outcome::Failed) => {}
        }
    }
    applied
}

/// A migration that a squash stands in place of, on disk, in the ledger, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Replaced {
    migration: Option<Migration>,
    run_on: Option<String>,
}

/// A migration that stopped halfway, and that nobody has put right since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken<'a> {
    /// The migration.
    pub migration: &'a Migration,
    /// What the log says of the run that stopped.
    pub row: &'a LogRow,
}

impl Broken<'_> {
    /// How many of its statements are known to stand.
    pub fn standing(&self) -> usize {
        self.row.standing.unwrap_or_default()
    }

    /// Whether the run ended without a word, so that nobody knows what became of the statement that
    /// was begun.
    pub fn is_unsure(&self) -> bool {
        self.row.outcome == Outcome::Running
    }
}

/// Everything known about a project's migrations in one database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    migrations: BTreeMap<Version, Migration>,
    applied: BTreeMap<Version, String>,
    lineage: Lineage,
    /// With the gone ones, where there are any.
    undo_lineage: Option<Lineage>,
    squashes: Squashes,
    replaced: BTreeMap<Version, Replaced>,
    repeatables: BTreeMap<Version, Migration>,
    repeated: BTreeMap<Version, Repeated>,
    log: Option<Vec<LogRow>>,
    /// The rows of the log about the last time each version was applied.
    last_applied: BTreeMap<Version, usize>,
    /// The rows of the log about what stopped halfway.
    broken: BTreeMap<Version, usize>,
    /// The rows of the log about what ran from another file than that of now.
    edited: BTreeMap<Version, usize>,
    unread_log: Option<DatabaseError>,
}

impl History {
    /// Crosses the migrations on disk with the ledger's rows.
    pub fn new(
        migrations: impl IntoIterator<Item = Migration>,
        ledger: impl IntoIterator<Item = LedgerRow>,
    ) -> Self {
        let mut migrations: BTreeMap<Version, Migration> = migrations
            .into_iter()
            .map(|m| (m.version.clone(), m))
            .collect();
        let mut applied: BTreeMap<Version, String> = ledger
            .into_iter()
            .map(|row| (row.version, row.run_on))
            .collect();
        let squashes = Squashes::resolve(&migrations, &|version| applied.contains_key(version));
        let replaced = set_aside(&squashes, &mut migrations, &mut applied);
        let gone: Vec<Migration> = applied
            .keys()
            .filter(|version| !migrations.contains_key(*version))
            .map(Migration::gone)
            .collect();
        let lineage = |all: &mut dyn Iterator<Item = &Migration>| {
            let declared: Parents = all
                .map(|m| (m.version.clone(), m.header.revises.clone()))
                .collect();
            Lineage::of(&squashes.parents(&declared))
        };
        let undo_lineage =
            (!gone.is_empty()).then(|| lineage(&mut migrations.values().chain(&gone)));
        Self {
            lineage: lineage(&mut migrations.values()),
            migrations,
            applied,
            undo_lineage,
            squashes,
            replaced,
            repeatables: BTreeMap::new(),
            repeated: BTreeMap::new(),
            log: None,
            last_applied: BTreeMap::new(),
            broken: BTreeMap::new(),
            edited: BTreeMap::new(),
            unread_log: None,
        }
    }

    /// The same migrations where these are applied, and nothing is known of how that came about.
    #[must_use]
    pub fn at(&self, applied: impl IntoIterator<Item = Version>) -> Self {
        let rows = applied.into_iter().map(|version| LedgerRow {
            version,
            run_on: String::new(),
        });
        let replaced = self.replaced.values().filter_map(|r| r.migration.as_ref());
        Self::new(self.migrations.values().chain(replaced).cloned(), rows)
            .with_repeatables(self.repeatables.values().cloned().collect())
    }

    /// With the repeatable migrations on disk, by name.
    #[must_use]
    pub fn with_repeatables(self, repeatables: Vec<Migration>) -> Self {
        let repeatables = repeatables.into_iter();
        Self {
            repeatables: repeatables.map(|m| (m.version.clone(), m)).collect(),
            ..self
        }
    }

    /// Without the log, which is there and cannot be read.
    #[must_use]
    pub fn with_unread_log(self, error: Option<DatabaseError>) -> Self {
        Self {
            unread_log: error,
            ..self
        }
    }

    /// Why the log cannot be read, where it is there and cannot.
    pub fn unread_log(&self) -> Option<&DatabaseError> {
        self.unread_log.as_ref()
    }

    /// With the log's rows, oldest first; `None` where there is no log.
    #[must_use]
    pub fn with_log(mut self, log: Option<Vec<LogRow>>) -> Self {
        self.repeated = repeated(log.as_deref().unwrap_or_default());
        self.last_applied = last_applied(log.as_deref().unwrap_or_default());
        self.log = log;
        self.broken = self.stopped();
        self.edited = self.altered();
        self
    }

    /// The last row of every version on disk, where it tells of statements that stand and the ledger
    /// does not say that somebody settled it since.
    fn stopped(&self) -> BTreeMap<Version, usize> {
        let mut last: BTreeMap<&str, (usize, &LogRow)> = BTreeMap::new();
        for (index, row) in self.log().iter().enumerate() {
            if row.action != Action::Repeat {
                last.insert(&row.version, (index, row));
            }
        }
        last.retain(|_, (_, row)| match row.outcome {
            Outcome::Done => false,
            Outcome::Running => true,
            Outcome::Failed => row.standing.is_some_and(|standing| standing > 0),
        });
        let found = last.into_iter().filter_map(|(version, (index, row))| {
            let version = Version::new(version);
            let settled = (row.direction == Direction::Forwards) == self.is_applied(&version);
            (!settled && self.migrations.contains_key(&version)).then_some((version, index))
        });
        found.collect()
    }

    /// Whether something has begun and its end is not written down: it stopped halfway, or somebody is at
    /// it.
    pub fn is_running(&self) -> bool {
        self.broken().iter().any(Broken::is_unsure)
    }

    /// The migrations that stopped halfway, lowest version first.
    pub fn broken(&self) -> Vec<Broken<'_>> {
        self.broken
            .keys()
            .filter_map(|v| self.broken_at(v))
            .collect()
    }

    /// What stopped halfway of a version.
    pub fn broken_at(&self, version: &Version) -> Option<Broken<'_>> {
        Some(Broken {
            migration: self.migrations.get(version)?,
            row: self.log().get(*self.broken.get(version)?)?,
        })
    }

    /// The log's rows, oldest first; none where there is no log.
    pub fn log(&self) -> &[LogRow] {
        self.log.as_deref().unwrap_or_default()
    }

    /// The repeatable migrations on disk, and those that ran and are gone, by name.
    pub fn repeatables(&self) -> Vec<Entry<'_>> {
        let names: BTreeSet<&Version> = self
            .repeatables
            .keys()
            .chain(self.repeated.keys())
            .collect();
        let entries = names.into_iter().map(|version| {
            let migration = self.repeatables.get(version);
            let last = self.repeated.get(version);
            let state = match (migration, last) {
                (None, _) => State::Removed,
                (Some(migration), Some(last)) => {
                    let checksum = migration.checksum.as_ref().map(Checksum::as_str);
                    if last.checksum.as_deref() != checksum {
                        State::Changed
                    } else if last.is_shaken {
                        State::Pending
                    } else {
                        State::Applied
                    }
                }
                (Some(_), None) => State::Pending,
            };
            Entry {
                version,
                migration,
                state,
                run_on: last.map(|last| last.run_on.as_str()),
                logged_name: None,
            }
        });
        entries.collect()
    }

    /// The repeatable migrations to run, by name: those that never ran as they are now, and those
    /// that ran before a migration was undone, which may have taken along what they made.
    pub fn pending_repeatables(&self) -> Vec<&Migration> {
        let entries = self.repeatables().into_iter();
        entries
            .filter(|entry| matches!(entry.state, State::Pending | State::Changed))
            .filter_map(|entry| self.repeatables.get(entry.version))
            .collect()
    }

    /// The family tree of the migrations on disk.
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// The family tree with the gone ones in it, each resting on every head older than itself.
    pub(super) fn undo_lineage(&self) -> &Lineage {
        self.undo_lineage.as_ref().unwrap_or(&self.lineage)
    }

    /// What a version rests on, the gone ones included.
    pub fn parents(&self, version: &Version) -> &[Version] {
        self.undo_lineage().parents(version)
    }

    /// What its header says a version rests on and is neither on disk nor in the ledger.
    pub fn unknown_parents(&self, version: &Version) -> Vec<&Version> {
        let flaws = self.undo_lineage().flaws().iter();
        flaws
            .filter_map(|flaw| match flaw {
                Flaw::UnknownParent {
                    version: child,
                    parent,
                } if child == version => Some(parent),
                _ => None,
            })
            .collect()
    }

    /// The migration of a version, or of a repeatable one's name, where it is on disk.
    pub fn migration(&self, version: &Version) -> Option<&Migration> {
        let replaced = || self.replaced.get(version)?.migration.as_ref();
        let found = self.migrations.get(version).or_else(replaced);
        found.or_else(|| self.repeatables.get(version))
    }

    /// What the squashes make of this history.
    pub fn squashes(&self) -> &Squashes {
        &self.squashes
    }

    /// The squash that stands in a version's place.
    pub fn replaced_by(&self, version: &Version) -> Option<&Version> {
        self.squashes.stands_for(version)
    }

    /// The versions that a squash stands in place of, on disk or in the ledger, each with whether its
    /// folder is there and whether the ledger holds it.
    pub fn hidden_by(&self, squash: &Version) -> Vec<(&Version, bool, bool)> {
        let hidden = self.replaced.iter();
        hidden
            .filter(|(version, _)| self.replaced_by(version) == Some(squash))
            .map(|(version, r)| (version, r.migration.is_some(), r.run_on.is_some()))
            .collect()
    }

    /// Whether a pending migration is a squash to be recorded and not run: what it replaces is
    /// applied, or will be before it.
    pub fn is_recorded(&self, version: &Version) -> bool {
        let squash = self.squashes.get(version);
        !self.is_applied(version) && squash.is_some_and(|s| s.standing == Standing::Unfolded)
    }

    /// A squash, where a version is one.
    pub fn squash(&self, version: &Version) -> Option<&Squash> {
        self.squashes.get(version)
    }

    /// Whether the ledger holds a version, a squash in its place or not.
    pub fn is_in_ledger(&self, version: &Version) -> bool {
        let replaced = self.replaced.get(version);
        self.is_applied(version) || replaced.is_some_and(|r| r.run_on.is_some())
    }

    /// Whether a version is in the ledger.
    pub fn is_applied(&self, version: &Version) -> bool {
        self.applied.contains_key(version)
    }

    /// Every migration, on disk or only in the ledger, in the order they apply.
    pub fn entries(&self) -> Vec<Entry<'_>> {
        let mut entries = Vec::new();
        for version in self.undo_lineage().order() {
            if self.squashes.get(version).is_some() {
                let hidden = self.hidden_by(version).into_iter();
                entries.extend(hidden.map(|(version, ..)| self.entry(version)));
            }
            entries.push(self.entry(version));
        }
        entries
    }

    /// What is known of one version.
    pub fn entry<'a>(&'a self, version: &'a Version) -> Entry<'a> {
        let logged_name = self.row(version).map(|row| row.name.as_str());
        if let Some(replaced) = self.replaced.get(version) {
            return Entry {
                version,
                migration: replaced.migration.as_ref(),
                state: State::Replaced,
                run_on: replaced.run_on.as_deref(),
                logged_name,
            };
        }
        let migration = self.migrations.get(version);
        let run_on = self.applied.get(version).map(String::as_str);
        let state = match (migration, run_on) {
            (None, _) if self.squashes.is_replaced(version) => State::Replaced,
            (None, _) => State::Missing,
            _ if self.broken.contains_key(version) => State::Failed,
            (Some(_), None) => State::Pending,
            _ if self.edited.contains_key(version) => State::Edited,
            (Some(_), Some(_)) => State::Applied,
        };
        Entry {
            version,
            migration,
            state,
            run_on,
            logged_name,
        }
    }

    /// What the log says of the last time a version was applied.
    fn row(&self, version: &Version) -> Option<&LogRow> {
        self.log().get(*self.last_applied.get(version)?)
    }

    /// A migration, on disk or gone; of one that is gone what the log knows of it.
    pub fn migration_or_gone(&self, version: &Version) -> Migration {
        if let Some(migration) = self.migration(version) {
            return migration.clone();
        }
        let gone = Migration::gone(version);
        let Some(row) = self.row(version) else {
            return gone;
        };
        Migration {
            name: row.name.clone(),
            origin: Origin::Gone {
                kept_down: row.kept_down,
            },
            metadata: Metadata::Says {
                run_in_transaction: !row.apart,
            },
            reversible: row.kept_down.is_some(),
            ..gone
        }
    }

    /// The migrations still to apply, in order.
    pub fn pending(&self) -> Vec<&Migration> {
        self.lineage
            .order()
            .iter()
            .filter(|version| !self.is_applied(version))
            .filter_map(|version| self.migrations.get(version))
            .collect()
    }

    /// The applied versions whose folders are gone, and that no squash replaces.
    pub fn missing(&self) -> Vec<&Version> {
        self.applied
            .keys()
            .filter(|version| !self.migrations.contains_key(*version))
            .filter(|version| !self.squashes.is_replaced(version))
            .collect()
    }

    /// The applied versions on which no other applied one rests.
    pub fn current(&self) -> Vec<Version> {
        self.undo_lineage()
            .heads_among(&self.applied.keys().cloned().collect())
    }

    /// Whether a pending version has an applied one resting on it: it came too late.
    pub fn is_out_of_order(&self, version: &Version) -> bool {
        !self.is_applied(version)
            && !self.is_recorded(version)
            && self
                .lineage
                .descendants(version)
                .iter()
                .any(|v| self.is_applied(v))
    }

    /// The pending versions that came too late, in order.
    pub fn out_of_order(&self) -> Vec<&Version> {
        let below = self.lineage.ancestors_of_any(
            self.applied
                .keys()
                .filter(|v| self.migrations.contains_key(*v))
                .cloned(),
        );
        self.lineage
            .order()
            .iter()
            .filter(|version| !self.is_applied(version) && below.contains(*version))
            .filter(|version| !self.is_recorded(version))
            .collect()
    }

    /// The applied versions that rest on a version, itself left out, the gone ones included.
    pub fn applied_after(&self, version: &Version) -> BTreeSet<Version> {
        self.undo_lineage()
            .descendants(version)
            .into_iter()
            .filter(|v| self.is_applied(v))
            .collect()
    }

    /// Every applied version.
    pub fn applied(&self) -> BTreeSet<Version> {
        self.applied.keys().cloned().collect()
    }

    /// A set of applied versions in the order to undo them: against the lineage, and among the
    /// unrelated the last applied first.
    pub fn undo_order(&self, set: &BTreeSet<Version>) -> Vec<Version> {
        let mut waiting: BTreeMap<&Version, usize> = BTreeMap::new();
        for version in set {
            waiting.entry(version).or_insert(0);
            for parent in self.undo_lineage().parents(version) {
                if let Some(parent) = set.get(parent) {
                    *waiting.entry(parent).or_insert(0) += 1;
                }
            }
        }
        // The ledger counts seconds, the log every step.
        let key = |version: &Version| {
            (
                self.applied.get(version).cloned().unwrap_or_default(),
                self.last_applied.get(version).copied(),
                version.clone(),
            )
        };
        let mut ready: BTreeSet<(String, Option<usize>, Version)> = waiting
            .iter()
            .filter(|(_, children)| **children == 0)
            .map(|(v, _)| key(v))
            .collect();
        let mut order = Vec::with_capacity(set.len());
        while let Some((.., version)) = ready.pop_last() {
            waiting.remove(&version);
            for parent in self.undo_lineage().parents(&version) {
                if let Some(children) = waiting.get_mut(parent) {
                    *children -= 1;
                    if *children == 0 {
                        ready.insert(key(parent));
                    }
                }
            }
            order.push(version);
        }
        order.extend(waiting.into_keys().rev().cloned());
        order
    }
}

/// Takes out of a history what squashes stand in place of.
fn set_aside(
    squashes: &Squashes,
    migrations: &mut BTreeMap<Version, Migration>,
    applied: &mut BTreeMap<Version, String>,
) -> BTreeMap<Version, Replaced> {
    let mut replaced: BTreeMap<Version, Replaced> = BTreeMap::new();
    if squashes.is_empty() {
        return replaced;
    }
    let stands = |version: &Version| squashes.stands_for(version).is_some();
    let (aside, visible) = std::mem::take(migrations)
        .into_iter()
        .partition::<BTreeMap<_, _>, _>(|(version, _)| stands(version));
    *migrations = visible;
    for (version, migration) in aside {
        replaced.entry(version).or_default().migration = Some(migration);
    }
    let (aside, visible) = std::mem::take(applied)
        .into_iter()
        .partition::<BTreeMap<_, _>, _>(|(version, _)| stands(version));
    *applied = visible;
    for (version, run_on) in aside {
        replaced.entry(version).or_default().run_on = Some(run_on);
    }
    replaced
}
