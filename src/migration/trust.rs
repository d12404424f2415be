//! Whether headers say enough to apply by them: pure.

use std::{collections::BTreeSet, path::PathBuf};

use super::{Direction, Version, history::History, lineage::Flaw};

/// Why a migration's place in the order is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineageError {
    /// Its header names a parent that is neither on disk nor applied.
    #[error("{name} revises {parent}, which is no migration here")]
    UnknownParent {
        /// The migration's name.
        name: String,
        /// Its `up.sql`, where it is on disk.
        file: Option<PathBuf>,
        /// The parent.
        parent: Version,
        /// The versions that the header may mean.
        nearest: Vec<String>,
    },
    /// It descends from itself.
    #[error("{}", circle(names))]
    Circle {
        /// The names of those on the circle or below it.
        names: Vec<String>,
        /// Their files, where they are on disk.
        files: Vec<PathBuf>,
    },
}

/// Those that descend from themselves, in words.
pub(crate) fn circle(names: &[String]) -> String {
    match names {
        [one] => format!("{one} revises itself"),
        _ => format!("these revise each other in a circle: {}", names.join(", ")),
    }
}

/// What to do about a parent that is not there.
pub(crate) fn correct_parent(nearest: &[String]) -> String {
    if nearest.is_empty() {
        "correct `Revises:` in its header, or bring the parent's folder back".to_owned()
    } else {
        format!(
            "did you mean {}? correct `Revises:` in its header, or bring the parent's folder back",
            crate::error::or_list(nearest)
        )
    }
}

/// What to do about those that descend from themselves.
pub(crate) fn correct_circle(count: usize) -> String {
    match count {
        1 => "correct `Revises:` in its header".to_owned(),
        _ => "correct `Revises:` in their headers".to_owned(),
    }
}

impl LineageError {
    /// What to do about it, and where.
    pub fn hints(&self) -> Vec<String> {
        let (remedy, files) = match self {
            Self::UnknownParent { nearest, file, .. } => {
                (correct_parent(nearest), file.iter().collect::<Vec<_>>())
            }
            Self::Circle { names, files } => (correct_circle(names.len()), files.iter().collect()),
        };
        let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
        let mut hints = vec![remedy];
        if !files.is_empty() {
            hints.push(format!(
                "the header stands in {}",
                crate::error::and_list(&files)
            ));
        }
        hints
    }
}

impl History {
    /// Refuses versions whose place in the order would be a guess.
    pub fn trusted<'a>(
        &self,
        versions: impl IntoIterator<Item = &'a Version>,
    ) -> Result<(), LineageError> {
        let versions: BTreeSet<&Version> = versions.into_iter().collect();
        let name = |version: &Version| self.entry(version).name().to_owned();
        let file = |version| self.migration(version)?.file(Direction::Forwards);
        for flaw in self.undo_lineage().flaws() {
            match flaw {
                Flaw::UnknownParent { version, parent } if versions.contains(version) => {
                    return Err(LineageError::UnknownParent {
                        name: name(version),
                        file: file(version),
                        parent: parent.clone(),
                        nearest: self.meant_parents(version, parent),
                    });
                }
                Flaw::Cycle { versions: circle } if circle.iter().any(|v| versions.contains(v)) => {
                    return Err(LineageError::Circle {
                        names: circle.iter().map(name).collect(),
                        files: circle.iter().filter_map(file).collect(),
                    });
                }
                Flaw::UnknownParent { .. }
                | Flaw::ChildOlderThanParent { .. }
                | Flaw::Cycle { .. } => {}
            }
        }
        Ok(())
    }

    /// The versions that a header with an unknown parent may mean: one that the text names in
    /// another way, else those that a slip of the finger makes of it.
    pub(crate) fn meant_parents(&self, version: &Version, parent: &Version) -> Vec<String> {
        let after = self.lineage().descendants(version);
        let possible = |v: &Version| v != version && !after.contains(v);
        if let Ok(named) = self.find(parent.as_str())
            && possible(&named)
        {
            return vec![named.to_string()];
        }
        let slips = (parent.as_str().len() / 4).min(2);
        let mut near: Vec<(usize, &Version)> = self
            .lineage()
            .order()
            .iter()
            .filter(|v| possible(v))
            .map(|v| (strsim::osa_distance(parent.as_str(), v.as_str()), v))
            .filter(|(distance, _)| *distance <= slips)
            .collect();
        near.sort();
        let least = near.first().map_or(0, |(distance, _)| *distance);
        near.into_iter()
            .take_while(|(distance, _)| *distance == least)
            .take(3)
            .map(|(_, v)| v.to_string())
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::migration::{history::LedgerRow, lineage::tests::migration};

    fn error(history: &History, version: &str) -> String {
        let error = history.trusted([&Version::new(version)]).unwrap_err();
        format!("{error}; {}", error.hints().join("; "))
    }

    #[test]
    fn a_parent_that_was_mistyped() {
        let history = History::new(
            [
                migration("202601010000000000", Some(&[])),
                migration("202601020000000000", Some(&["202601010000000000"])),
                migration("202601030000000000", Some(&["202610020000000000"])),
                migration("202601040000000000", Some(&["7"])),
                migration("202601050000000000", Some(&["2026-01-04-000000-0000"])),
            ],
            [],
        );
        assert_eq!(
            error(&history, "202601030000000000"),
            "202601030000000000_m202601030000000000 revises 202610020000000000, which is no migration here; \
             did you mean `202601020000000000`? correct `Revises:` in its header, or bring the parent's folder back"
        );
        assert_eq!(
            error(&history, "202601040000000000"),
            "202601040000000000_m202601040000000000 revises 7, which is no migration here; \
             correct `Revises:` in its header, or bring the parent's folder back"
        );
        assert_eq!(
            error(&history, "202601050000000000"),
            "202601050000000000_m202601050000000000 revises 2026-01-04-000000-0000, which is no migration here; \
             did you mean `202601040000000000`? correct `Revises:` in its header, or bring the parent's folder back"
        );
        assert_eq!(
            history.trusted([&Version::new("202601020000000000")]),
            Ok(())
        );
    }

    #[test]
    fn circles() {
        let history = History::new(
            [
                migration("1", Some(&["2"])),
                migration("2", Some(&["1"])),
                migration("3", Some(&[])),
            ],
            [],
        );
        assert_eq!(
            error(&history, "1"),
            "these revise each other in a circle: 1_m1, 2_m2; correct `Revises:` in their headers"
        );
        assert_eq!(history.trusted([&Version::new("3")]), Ok(()));
        let history = History::new([migration("1", Some(&["1"]))], []);
        assert_eq!(
            error(&history, "1"),
            "1_m1 revises itself; correct `Revises:` in its header"
        );
    }

    #[test]
    fn an_applied_parent_is_known_though_its_folder_is_gone() {
        let row = LedgerRow {
            version: Version::new("1"),
            run_on: String::new(),
        };
        let history = History::new([migration("2", Some(&["1"]))], [row]);
        assert_eq!(history.trusted([&Version::new("2")]), Ok(()));
    }
}
