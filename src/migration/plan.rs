//! The steps from where a database is to a target, pure: computed before anything runs.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Direction, Migration, Version,
    broken::Damage,
    history::{History, State},
    target::{Target, TargetError},
    trust::LineageError,
};

/// One migration, one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What runs.
    pub migration: Migration,
    /// Which way.
    pub direction: Direction,
    /// What is done with it.
    pub action: Action,
    /// Versions that enter or leave the ledger along with it: those that it replaces.
    pub along: Vec<Version>,
}

/// What a step does with its migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Runs its SQL.
    Run,
    /// Runs the rest of its SQL, from a statement on, counted from 0: those before it stand.
    Resume {
        /// The first statement to run.
        from: usize,
    },
    /// Runs nothing: the ledger and the log alone change.
    Record,
    /// Runs nothing, and the ledger says so already: the log alone changes.
    Settle,
    /// Runs nothing, and the ledger has it: the log alone changes, and says that the file of now is what
    /// is applied.
    Accept,
}

impl Step {
    /// A migration to run.
    pub fn run(migration: &Migration, direction: Direction) -> Self {
        Self {
            migration: migration.clone(),
            direction,
            action: Action::Run,
            along: Vec::new(),
        }
    }

    /// A migration to record as applied, or to forget.
    pub fn record(migration: &Migration, direction: Direction) -> Self {
        Self {
            action: Action::Record,
            ..Self::run(migration, direction)
        }
    }

    /// A migration that stopped halfway, to be called settled as the ledger has it.
    pub fn settle(migration: &Migration, direction: Direction) -> Self {
        Self {
            action: Action::Settle,
            ..Self::run(migration, direction)
        }
    }

    /// A migration whose file was edited after it ran, to be called applied as it is now.
    pub fn accept(migration: &Migration) -> Self {
        Self {
            action: Action::Accept,
            ..Self::run(migration, Direction::Forwards)
        }
    }

    /// Whether it undoes its migration.
    pub fn goes_back(&self) -> bool {
        self.direction == Direction::Backwards
    }

    /// Whether any SQL of the migration runs.
    pub fn runs(&self) -> bool {
        matches!(self.action, Action::Run | Action::Resume { .. })
    }
}

/// What would be done, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// Pending migrations among the steps that other applied ones rest on.
    pub out_of_order: Vec<String>,
    /// Steps asked for beyond those there are.
    pub short_by: usize,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The target is no place in the history.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The place of a migration in the order would be a guess.
    #[error(transparent)]
    Lineage(#[from] LineageError),
    /// Pending migrations came too late, and the settings refuse those.
    #[error("{} out of order: {}",
        crate::error::count(names.len(), "migration is", "migrations are"), names.join(", "))]
    OutOfOrder {
        /// Their names.
        names: Vec<String>,
    },
    /// Undoing needs folders that are gone, and the log does not help.
    #[error("{} applied but gone from the migrations folder, and the log has no `down.sql` of {}: {}",
        crate::error::count(names.len(), "migration is", "migrations are"),
        if names.len() == 1 { "it" } else { "them" },
        names.join(", "))]
    Gone {
        /// Their names, or the versions where those are all that is known.
        names: Vec<String>,
    },
    /// Applying again needs folders that are gone.
    #[error("{} gone from the migrations folder, and cannot be applied again: {}",
        crate::error::count(names.len(), "migration is", "migrations are"), names.join(", "))]
    GoneForGood {
        /// Their names, or the versions where those are all that is known.
        names: Vec<String>,
    },
    /// Undoing needs what the log kept, and nobody was asked whether to run that.
    #[error("{} applied but gone from the migrations folder, and undone only after asking: {}",
        crate::error::count(names.len(), "migration is", "migrations are"), names.join(", "))]
    Unasked {
        /// Their names.
        names: Vec<String>,
    },
    /// A squash cannot be recorded, for some of what it replaces is neither applied nor there.
    #[error("only a part of what {squash} replaces is applied, and the rest is gone from the migrations folder: {}",
        versions.join(", "))]
    HalfSquashed {
        /// The squash's name.
        squash: String,
        /// What is gone and not applied.
        versions: Vec<String>,
    },
    /// Two squashes replace the same.
    #[error("{} and {} both replace some of the same migrations, so only one of them can run", names[0], names[1])]
    Overlap {
        /// Their names.
        names: [String; 2],
    },
    /// Undoing needs `down.sql` files that were never written.
    #[error("{} no `down.sql` and cannot be undone: {}",
        crate::error::count(names.len(), "migration has", "migrations have"), names.join(", "))]
    Irreversible {
        /// Their names.
        names: Vec<String>,
    },
    /// A migration stopped halfway, and has to be put right before anything else runs.
    #[error("{}", .0.summary())]
    Broken(Box<Damage>),
    /// What is to be resumed was changed where it ran already.
    #[error("{}", .0.edited_summary())]
    Edited(Box<Damage>),
    /// What is to be resumed cannot be: the number is beyond its statements.
    #[error("`--resume={at}` is beyond the {} of {name}", crate::error::count(*total, "statement", "statements"))]
    BeyondEnd {
        /// Its name.
        name: String,
        /// The statement to continue at, from 1.
        at: usize,
        /// How many statements it has.
        total: usize,
    },
    /// What is to be resumed is not on the way.
    #[error("{name} stopped halfway{}, and this does not go there",
        match direction { Direction::Forwards => "", Direction::Backwards => " on its way back" })]
    OffTheWay {
        /// Its name.
        name: String,
        /// Which way it went.
        direction: Direction,
    },
}

/// How far to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// So many steps.
    Steps(usize),
    /// Everything.
    All,
    /// To a target, which stays applied.
    To(Target),
    /// One migration and what rests on it, and nothing else.
    Branch(String),
}

impl Plan {
    /// These steps and nothing else.
    pub fn of(steps: Vec<Step>) -> Self {
        Self {
            steps,
            ..Self::default()
        }
    }

    /// The way to a target, forwards or backwards.
    pub fn migrate(history: &History, target: &Target) -> Result<Self, PlanError> {
        let mut plan = Self::way(history, target)?;
        if !plan.goes_back() {
            history.trusted(plan.steps.iter().map(|step| &step.migration.version))?;
        }
        squashable(history, &plan.steps)?;
        with_squashes(history, &mut plan.steps);
        Ok(plan)
    }

    fn way(history: &History, target: &Target) -> Result<Self, PlanError> {
        match target {
            Target::Head => {
                one_head(history)?;
                Ok(everything(history))
            }
            Target::Heads => Ok(everything(history)),
            Target::Base => Self::rollback(history, &Back::All),
            Target::Relative(steps) if *steps < 0 => {
                Self::rollback(history, &Back::Steps(magnitude(*steps)))
            }
            Target::Relative(steps) => {
                one_head(history)?;
                let mut plan = forwards(history, &all_versions(history));
                plan.short_by = magnitude(*steps).saturating_sub(plan.steps.len());
                plan.steps.truncate(magnitude(*steps));
                plan.out_of_order
                    .retain(|name| plan.steps.iter().any(|s| &s.migration.name == name));
                Ok(plan)
            }
            Target::Named(name) => {
                let version = history.place(name)?;
                if history.is_applied(&version) {
                    Ok(backwards(
                        history,
                        &history.undo_order(&history.applied_after(&version)),
                    ))
                } else {
                    Ok(forwards(history, &history.lineage().ancestors(&version)))
                }
            }
        }
    }

    /// The way back.
    pub fn rollback(history: &History, back: &Back) -> Result<Self, PlanError> {
        let mut plan = Self::back(history, back)?;
        with_squashes(history, &mut plan.steps);
        Ok(plan)
    }

    fn back(history: &History, back: &Back) -> Result<Self, PlanError> {
        match back {
            Back::All | Back::To(Target::Base) => {
                Ok(backwards(history, &history.undo_order(&history.applied())))
            }
            Back::Branch(name) => {
                let version = history.find(name)?;
                let mut set = history.applied_after(&version);
                if history.is_applied(&version) {
                    set.insert(version);
                } else if set.is_empty() {
                    let name = history.entry(&version).name().to_owned();
                    return Err(TargetError::NotApplied { name }.into());
                }
                Ok(backwards(history, &history.undo_order(&set)))
            }
            Back::Steps(steps) => {
                let mut order = history.undo_order(&history.applied());
                let short_by = steps.saturating_sub(order.len());
                order.truncate(*steps);
                Ok(Self {
                    short_by,
                    ..backwards(history, &order)
                })
            }
            Back::To(Target::Relative(steps)) if *steps <= 0 => {
                Self::rollback(history, &Back::Steps(magnitude(*steps)))
            }
            Back::To(target @ (Target::Relative(_) | Target::Head | Target::Heads)) => {
                Err(TargetError::WrongWay {
                    target: target.clone(),
                    command: "rollback",
                }
                .into())
            }
            Back::To(Target::Named(name)) => {
                let version = history.place(name)?;
                if !history.is_applied(&version) {
                    let name = history.entry(&version).name().to_owned();
                    return Err(TargetError::NotApplied { name }.into());
                }
                Ok(backwards(
                    history,
                    &history.undo_order(&history.applied_after(&version)),
                ))
            }
        }
    }

    /// Undo the last steps and do them again, and then the repeatable ones.
    pub fn redo(history: &History, steps: usize) -> Result<Self, PlanError> {
        let mut plan = Self::rollback(history, &Back::Steps(steps))?;
        let names: Vec<String> = plan.gone().map(str::to_owned).collect();
        if !names.is_empty() {
            return Err(PlanError::GoneForGood { names });
        }
        let again: Vec<Step> = plan
            .steps
            .iter()
            .rev()
            .map(|step| Step {
                direction: Direction::Forwards,
                ..step.clone()
            })
            .collect();
        plan.steps.extend(again);
        with_squashes(history, &mut plan.steps);
        if !plan.is_empty() {
            // What they made may have gone with a table.
            let repeatables = history.repeatables().into_iter();
            let standing = repeatables.filter(|entry| entry.state == State::Applied);
            plan.steps.extend(
                standing
                    .filter_map(|entry| entry.migration)
                    .map(|migration| Step::run(migration, Direction::Forwards)),
            );
        }
        Ok(plan)
    }

    /// The same, without running any SQL: the ledger and the log alone change.
    #[must_use]
    pub fn faked(mut self) -> Self {
        for step in &mut self.steps {
            step.action = Action::Record;
        }
        self
    }

    /// The same, where these migrations are recorded and not run.
    #[must_use]
    pub fn recording(mut self, versions: &[Version]) -> Self {
        for step in &mut self.steps {
            let is_run = !step.goes_back() && step.action == Action::Run;
            if is_run && versions.contains(&step.migration.version) {
                step.action = Action::Record;
            }
        }
        self
    }

    /// The same, with migrations that stopped halfway first, each from where it stopped.
    pub fn resuming(mut self, resumed: Vec<Step>) -> Result<Self, PlanError> {
        for step in resumed.into_iter().rev() {
            let at = self.steps.iter().position(|planned| {
                planned.migration.version == step.migration.version
                    && planned.direction == step.direction
            });
            let Some(at) = at else {
                return Err(PlanError::OffTheWay {
                    name: step.migration.name,
                    direction: step.direction,
                });
            };
            let along = self.steps.remove(at).along;
            self.steps.insert(0, Step { along, ..step });
        }
        Ok(self)
    }

    /// Refuses a plan that undoes from the log, where nobody can be asked.
    pub fn from_disk(self) -> Result<Self, PlanError> {
        let names: Vec<String> = self.gone().map(str::to_owned).collect();
        if names.is_empty() {
            Ok(self)
        } else {
            Err(PlanError::Unasked { names })
        }
    }

    /// The names of what is gone from the migrations folder and undone, for which the log has to help.
    pub fn gone(&self) -> impl Iterator<Item = &str> {
        let steps = self.steps.iter();
        let gone = steps.filter(|step| step.runs() && step.migration.is_gone());
        gone.map(|step| step.migration.name.as_str())
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether any step undoes one.
    pub fn goes_back(&self) -> bool {
        self.steps.iter().any(Step::goes_back)
    }
}

/// Says of every step what squashes make of it: whether it is recorded and not run, and which
/// versions enter or leave the ledger along with it.
pub fn with_squashes(history: &History, steps: &mut [Step]) {
    let mut changed: BTreeMap<Version, bool> = BTreeMap::new();
    for step in steps {
        let version = step.migration.version.clone();
        let forwards = step.direction == Direction::Forwards;
        changed.insert(version.clone(), forwards);
        let Some(squash) = history.squash(&version) else {
            continue;
        };
        if forwards && step.action == Action::Run && history.is_recorded(&version) {
            step.action = Action::Record;
        }
        let is_in = |v: &Version| {
            let now = changed.get(v).copied();
            now.unwrap_or_else(|| history.is_in_ledger(v))
        };
        let along = squash.replaces.iter().filter(|v| is_in(v) != forwards);
        step.along = along.cloned().collect();
        changed.extend(step.along.iter().map(|v| (v.clone(), forwards)));
    }
}

/// Refuses squashes that can be neither run nor recorded.
fn squashable(history: &History, steps: &[Step]) -> Result<(), PlanError> {
    let name = |version: &Version| history.entry(version).name().to_owned();
    let ways = steps.iter().filter(|s| s.direction == Direction::Forwards);
    for step in ways {
        let version = &step.migration.version;
        let lost = history.squash(version).map_or(&[][..], |s| &s.lost);
        if !lost.is_empty() {
            return Err(PlanError::HalfSquashed {
                squash: name(version),
                versions: lost.iter().map(ToString::to_string).collect(),
            });
        }
        let overlaps = history.squashes().overlaps();
        if let Some((one, other)) = overlaps.iter().find(|(a, b)| [a, b].contains(&version)) {
            let names = [name(one), name(other)];
            return Err(PlanError::Overlap { names });
        }
    }
    Ok(())
}

/// All that is pending, the repeatable ones last.
fn everything(history: &History) -> Plan {
    let mut plan = forwards(history, &all_versions(history));
    let repeatables = history.pending_repeatables();
    plan.steps.extend(
        repeatables
            .into_iter()
            .map(|migration| Step::run(migration, Direction::Forwards)),
    );
    plan
}

fn all_versions(history: &History) -> BTreeSet<Version> {
    history.lineage().order().iter().cloned().collect()
}

/// Several heads are an error only while one of them is still to apply.
fn one_head(history: &History) -> Result<(), PlanError> {
    if history.pending().is_empty() {
        return Ok(());
    }
    // What rests on one that is gone rests on what that one rested on.
    let heads = history.undo_lineage().heads_among(&all_versions(history));
    if heads.len() > 1 && heads.iter().any(|head| !history.is_applied(head)) {
        // A parent that is mistyped makes a head of its own.
        history.trusted(heads.iter().filter(|head| !history.is_applied(head)))?;
        let heads = heads
            .iter()
            .map(|head| history.entry(head).name().to_owned())
            .collect();
        return Err(TargetError::SeveralHeads { heads }.into());
    }
    Ok(())
}

fn forwards(history: &History, wanted: &BTreeSet<Version>) -> Plan {
    let steps: Vec<Step> = history
        .pending()
        .into_iter()
        .filter(|migration| wanted.contains(&migration.version))
        .map(|migration| Step::run(migration, Direction::Forwards))
        .collect();
    if steps.is_empty() {
        return Plan::default();
    }
    let late: BTreeSet<&Version> = history.out_of_order().into_iter().collect();
    let out_of_order = steps
        .iter()
        .filter(|step| late.contains(&step.migration.version))
        .map(|step| step.migration.name.clone())
        .collect();
    Plan {
        steps,
        out_of_order,
        short_by: 0,
    }
}

fn backwards(history: &History, order: &[Version]) -> Plan {
    let steps = order.iter().map(|version| {
        let migration = history.migration_or_gone(version);
        Step::run(&migration, Direction::Backwards)
    });
    Plan::of(steps.collect())
}

impl Plan {
    /// Refuses a plan with migrations that came too late.
    pub fn in_order(self) -> Result<Self, PlanError> {
        if self.out_of_order.is_empty() {
            Ok(self)
        } else {
            Err(PlanError::OutOfOrder {
                names: self.out_of_order,
            })
        }
    }

    /// Refuses a plan that undoes migrations without a `down.sql`.
    pub fn reversible(self) -> Result<Self, PlanError> {
        let irreversible = |step: &&Step| {
            step.direction == Direction::Backwards && step.runs() && !step.migration.reversible
        };
        let (gone, names): (Vec<&Step>, Vec<&Step>) = (self.steps.iter())
            .filter(irreversible)
            .partition(|step| step.migration.is_gone());
        let all = |steps: Vec<&Step>| steps.iter().map(|s| s.migration.name.clone()).collect();
        if !gone.is_empty() {
            return Err(PlanError::Gone { names: all(gone) });
        }
        if !names.is_empty() {
            return Err(PlanError::Irreversible { names: all(names) });
        }
        Ok(self)
    }
}

fn magnitude(steps: i64) -> usize {
    usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX)
}
