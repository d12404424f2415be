//! The way to a place in the history that runs nothing, pure: the ledger alone changes.

use std::collections::BTreeSet;

use super::{
    Direction, Version,
    history::History,
    plan::{Plan, PlanError, Step, with_squashes},
    target::{Target, TargetError},
};

impl Plan {
    /// What makes the ledger say that the database is at some targets and nowhere else. Rows of
    /// migrations that are gone stay, unless `purge` forgets everything first or all goes anyway.
    ///
    /// What stopped halfway is settled by it, also where the ledger says the right thing already, and
    /// of what was edited after it ran the file of now is what is applied.
    pub fn stamp(history: &History, targets: &[Target], purge: bool) -> Result<Self, PlanError> {
        let (wanted, short_by) = wanted(history, targets)?;
        let applied = history.applied();
        let everything = purge || targets == [Target::Base];
        let forgotten: BTreeSet<Version> = applied
            .iter()
            .filter(|v| !wanted.contains(*v) && (everything || history.migration(v).is_some()))
            .cloned()
            .collect();
        let mut steps: Vec<Step> = history
            .undo_order(&forgotten)
            .iter()
            .map(|version| {
                let migration = history.migration_or_gone(version);
                Step::record(&migration, Direction::Backwards)
            })
            .collect();
        let settled = history.broken().into_iter().filter_map(|broken| {
            let version = &broken.migration.version;
            let direction = match (wanted.contains(version), applied.contains(version)) {
                (true, true) => Direction::Forwards,
                (false, false) => Direction::Backwards,
                _ => return None,
            };
            Some(Step::settle(broken.migration, direction))
        });
        steps.extend(settled);
        let edited = history.edited().into_iter();
        let accepted = edited.filter(|(migration, _)| wanted.contains(&migration.version));
        steps.extend(accepted.map(|(migration, _)| Step::accept(migration)));
        let mut recorded = history.pending();
        recorded.retain(|migration| wanted.contains(&migration.version));
        history.trusted(recorded.iter().map(|migration| &migration.version))?;
        let recorded = recorded.into_iter();
        steps.extend(recorded.map(|migration| Step::record(migration, Direction::Forwards)));
        with_squashes(history, &mut steps);
        Ok(Self {
            short_by,
            ..Self::of(steps)
        })
    }
}

impl History {
    /// The names to stamp so that the ledger stays as it is.
    pub fn stay(&self) -> Vec<String> {
        let mut applied = self.applied();
        applied.retain(|version| self.migration(version).is_some());
        if applied.is_empty() {
            return vec!["base".to_owned()];
        }
        let mut heads = self.lineage().heads_among(&applied);
        heads.sort();
        let names = heads.iter().map(|head| self.entry(head).name().to_owned());
        names.collect()
    }
}

/// The versions that the ledger should hold, and how many steps were asked for beyond those there are.
fn wanted(
    history: &History,
    targets: &[Target],
) -> Result<(BTreeSet<Version>, usize), TargetError> {
    let relative = targets.iter().find(|t| matches!(t, Target::Relative(_)));
    if let Some(target) = relative {
        return match targets {
            [Target::Relative(steps)] => Ok(relative_to_now(history, *steps)),
            _ => Err(TargetError::NotAlone {
                target: target.clone(),
            }),
        };
    }
    let mut wanted = BTreeSet::new();
    for target in targets {
        match target {
            Target::Head | Target::Heads => wanted.extend(history.lineage().order().to_vec()),
            Target::Base | Target::Relative(_) => {}
            Target::Named(name) => {
                let version = history.place(name)?;
                if history.migration(&version).is_none() {
                    let name = history.entry(&version).name().to_owned();
                    return Err(TargetError::Gone { name });
                }
                wanted.extend(history.lineage().ancestors(&version));
            }
        }
    }
    Ok((wanted, 0))
}

fn relative_to_now(history: &History, steps: i64) -> (BTreeSet<Version>, usize) {
    let mut wanted = history.applied();
    let count = usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX);
    let there = if steps < 0 {
        let order = history.undo_order(&wanted);
        for version in order.iter().take(count) {
            wanted.remove(version);
        }
        order.len()
    } else {
        let pending = history.pending();
        wanted.extend(pending.iter().take(count).map(|m| m.version.clone()));
        pending.len()
    };
    (wanted, count.saturating_sub(there))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::migration::{history::LedgerRow, lineage::tests::migration};

    fn history(applied: &[&str]) -> History {
        History::new(
            [
                migration("1", Some(&[])),
                migration("2", Some(&["1"])),
                migration("3", Some(&["1"])),
                migration("4", Some(&["3"])),
            ],
            applied.iter().map(|v| LedgerRow {
                version: Version::new(*v),
                run_on: format!("t{v}"),
            }),
        )
    }

    fn stamp(applied: &[&str], targets: &[&str], purge: bool) -> String {
        let targets: Vec<Target> = targets.iter().map(|t| t.parse().unwrap()).collect();
        let plan = Plan::stamp(&history(applied), &targets, purge).unwrap();
        let steps = plan.steps.iter().map(|step| {
            let sign = if step.goes_back() { '-' } else { '+' };
            format!("{sign}{}", step.migration.version)
        });
        steps.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_target() {
        for (applied, targets, expected) in [
            (&["1"][..], &["head"][..], "+2 +3 +4"),
            (&["1"], &["2", "3"], "+2 +3"),
            (&["1", "2"], &["4"], "-2 +3 +4"),
            (&["1", "2", "3"], &["base"], "-3 -2 -1"),
            (&["1", "2", "3"], &["1"], "-3 -2"),
            (&["1"], &["+2"], "+2 +3"),
            (&["1", "2", "3"], &["-1"], "-3"),
            (&["1"], &["1"], ""),
        ] {
            assert_eq!(
                stamp(applied, targets, false),
                expected,
                "{applied:?} to {targets:?}"
            );
        }
    }

    #[test]
    fn gone_ones_are_forgotten_where_everything_is() {
        assert_eq!(stamp(&["1", "2", "9"], &["2"], false), "");
        assert_eq!(stamp(&["1", "2", "9"], &["2"], true), "-9");
        assert_eq!(stamp(&["1", "9"], &["base"], false), "-9 -1");
    }

    #[test]
    fn more_steps_than_there_are_says_how_many_lack() {
        let plan = Plan::stamp(&history(&["1"]), &[Target::Relative(-3)], false).unwrap();
        assert_eq!(plan.short_by, 2);
    }

    #[test]
    fn a_relative_target_stands_alone() {
        let targets = [Target::Relative(1), Target::Head];
        assert_eq!(
            Plan::stamp(&history(&[]), &targets, false),
            Err(TargetError::NotAlone {
                target: Target::Relative(1)
            }
            .into())
        );
    }
}
