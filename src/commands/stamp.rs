//! `stamp TARGET`: says where the database is, without running SQL.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Context, apply, offline, report};
use crate::{
    Migrator,
    backend::Database,
    cli,
    error::{Error, ExitStatus},
    migration::{
        Direction, Migration, Version,
        executor::{self, Event},
        history::{History, State},
        plan::{self, PlanError, Step},
        target::{Target, TargetError},
    },
    ui::Role,
};

pub(super) fn run(args: &cli::Stamp, context: &Context<'_>) -> Result<ExitStatus, Error> {
    if args.sql {
        return offline::stamp(&args.target, context);
    }
    let Ok(target) = args.target.parse::<Target>();
    let (mut database, history) = context.change()?;
    let (forget, record) = match steps(&history, &target, args.purge) {
        Err(Error::Plan(PlanError::Target(TargetError::Repeatable { name }))) => {
            return repeatable(context, &mut *database, &history, &Version::new(name));
        }
        steps => steps?,
    };
    write(context, &mut *database, &history, &record, &forget)
}

/// What is to be forgotten, and what recorded.
pub(super) fn steps(
    history: &History,
    target: &Target,
    purge: bool,
) -> Result<(Vec<Step>, Vec<Step>), Error> {
    let wanted = wanted(history, target)?;
    let applied = history.applied();
    let record: Vec<Step> = history
        .lineage()
        .order()
        .iter()
        .filter(|v| wanted.contains(*v) && !applied.contains(*v))
        .filter_map(|v| history.migration(v))
        .map(|migration| Step::record(migration, Direction::Forwards))
        .collect();
    history.trusted(record.iter().map(|step| &step.migration.version))?;
    let everything = purge || *target == Target::Base;
    let forget = applied
        .into_iter()
        .filter(|v| !wanted.contains(v) && (everything || history.migration(v).is_some()));
    let forget: Vec<Step> = history
        .undo_order(&forget.collect())
        .iter()
        .map(|v| {
            let migration = history.migration(v).cloned();
            let migration = migration.unwrap_or_else(|| Migration::gone(v));
            Step::record(&migration, Direction::Backwards)
        })
        .collect();
    Ok((forget, record))
}

/// Says that the database has what a repeatable migration makes; of one whose file is gone, that it
/// has it no longer.
fn repeatable(
    context: &Context<'_>,
    database: &mut dyn Database,
    history: &History,
    name: &Version,
) -> Result<ExitStatus, Error> {
    let step = match history.migration(name) {
        Some(migration) => Step::record(migration, Direction::Forwards),
        None => Step::record(&Migration::removed(name), Direction::Backwards),
    };
    let entries = history.repeatables();
    let is_known = entries
        .iter()
        .any(|entry| entry.version == name && entry.state == State::Applied);
    let steps = if is_known { Vec::new() } else { vec![step] };
    let (record, forget): (Vec<Step>, Vec<Step>) = steps
        .into_iter()
        .partition(|step| step.direction == Direction::Forwards);
    write(context, database, history, &record, &forget)
}

fn write(
    context: &Context<'_>,
    database: &mut dyn Database,
    history: &History,
    record: &[Step],
    forget: &[Step],
) -> Result<ExitStatus, Error> {
    if !record.is_empty() || !forget.is_empty() {
        let by = Migrator::by();
        let mut steps = [forget, record].concat();
        plan::with_squashes(history, &mut steps);
        executor::stamp(database, &steps, Some(&by), &mut |event| {
            if let Event::Unlogged { error } = event {
                apply::unlogged(context.ui, error, &steps);
            }
        })?;
    }
    tell(context, record, forget);
    Ok(ExitStatus::Done)
}

/// The versions that the ledger should hold.
fn wanted(history: &History, target: &Target) -> Result<BTreeSet<Version>, Error> {
    Ok(match target {
        Target::Head | Target::Heads => history.lineage().order().iter().cloned().collect(),
        Target::Base => BTreeSet::new(),
        Target::Relative(_) => {
            return Err(TargetError::WrongWay {
                target: target.clone(),
                command: "stamp",
            }
            .into());
        }
        Target::Named(name) => {
            let version = history.place(name)?;
            if history.migration(&version).is_none() {
                return Err(Error::Usage(format!(
                    "`{version}` is gone from the migrations folder: name a migration that is there"
                )));
            }
            history.lineage().ancestors(&version)
        }
    })
}

fn tell(context: &Context<'_>, record: &[Step], forget: &[Step]) {
    let ui = context.ui;
    if ui.is_json() {
        let versions = |steps: &[Step]| -> Value {
            steps.iter().map(|s| s.migration.version.as_str()).collect()
        };
        ui.json(&report::object(
            "stamp",
            json!({ "recorded": versions(record), "forgotten": versions(forget) }),
        ));
        return;
    }
    if record.is_empty() && forget.is_empty() {
        ui.say("The ledger says so already.");
    }
    for (steps, mark, role) in [
        (forget, "Forgot", Role::Warning),
        (record, "Recorded", Role::Success),
    ] {
        for step in steps {
            ui.say(&format!("{} {}", ui.paint(role, mark), step.migration.name));
        }
    }
}
