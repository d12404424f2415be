//! `stamp TARGET...`: says where the database is, without running SQL.

use serde_json::{Value, json};

use super::{Context, Prepared, apply, offline, production, report};
use crate::{
    Migrator, cli,
    error::{Error, ExitStatus, count},
    interrupt,
    migration::{
        Direction, Migration, Version,
        executor::{self, Event},
        history::{History, State},
        plan::{Action, Plan, PlanError, Step},
        target::{Target, TargetError},
    },
    ui::Role,
};

pub(super) fn run(args: &cli::Stamp, context: &Context<'_>) -> Result<ExitStatus, Error> {
    if args.sql {
        return offline::stamp(&args.targets, context);
    }
    let targets = args.targets.iter().map(|target| {
        let Ok(target) = target.parse::<Target>();
        target
    });
    let targets: Vec<Target> = targets.collect();
    let planned = |history: &History| match Plan::stamp(history, &targets, args.purge) {
        Err(PlanError::Target(TargetError::Repeatable { name })) if targets.len() == 1 => {
            Ok(repeatable(history, &Version::new(name)))
        }
        plan => plan,
    };
    let Prepared {
        database,
        held,
        history,
        mut plan,
    } = context.plan(&planned)?;
    if plan.short_by > 0 {
        let there = plan.steps.len();
        let what = if targets
            .iter()
            .any(|target| matches!(target, Target::Relative(..0)))
        {
            "to forget"
        } else {
            "to record"
        };
        let are = count(there, "migration is", "migrations are");
        context.ui.warn(&format!("only {are} there {what}"));
    }
    if let Some(mut database) = database.filter(|_| !plan.is_empty()) {
        let asked = forgotten(&plan);
        confirm(context, &asked)?;
        let by = Migrator::by();
        let held = context.lock(&mut *database, held)?;
        if let Some(anew) = context.again(&mut *database, &history, &planned)? {
            plan = anew;
            let now = forgotten(&plan);
            if now != asked {
                confirm(context, &now)?;
            }
        }
        let mut is_logged = true;
        let _working = interrupt::working();
        executor::stamp(
            &mut *database,
            &plan.steps,
            Some(&by),
            held.as_ref(),
            &mut |event| {
                if let Event::Unlogged { obstacle, error } = event {
                    apply::unlogged(context.ui, obstacle, error, &plan.steps);
                    is_logged = false;
                }
            },
        )?;
        if !is_logged {
            leave_edited(context, &mut plan);
        }
    }
    tell(context, &plan);
    Ok(ExitStatus::Done)
}

/// Takes out of a plan that was carried out without a log what the log alone would have taken.
fn leave_edited(context: &Context<'_>, plan: &mut Plan) {
    plan.steps.retain(|step| {
        let stays = step.action == Action::Accept;
        if stays {
            let name = &step.migration.name;
            let what = format!("{name} stays edited: only the log can tell otherwise");
            context.ui.warn(&what);
        }
        !stays
    });
}

/// Says that the database has what a repeatable migration makes; of one whose file is gone, that it
/// has it no longer.
fn repeatable(history: &History, name: &Version) -> Plan {
    let entries = history.repeatables();
    let is_known = entries
        .iter()
        .any(|entry| entry.version == name && entry.state == State::Applied);
    Plan::of(match history.migration(name) {
        _ if is_known => Vec::new(),
        Some(migration) => vec![Step::record(migration, Direction::Forwards)],
        None => vec![Step::record(
            &Migration::removed(name),
            Direction::Backwards,
        )],
    })
}

/// The names of what the ledger is to have no longer.
fn forgotten(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter().filter(|step| is_forgotten(step));
    steps.map(|step| step.migration.name.clone()).collect()
}

fn confirm(context: &Context<'_>, forgotten: &[String]) -> Result<(), Error> {
    if forgotten.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = forgotten.iter().map(String::as_str).collect();
    let what = production::listed(&names);
    context.confirm_in_production(&format!("forgetting {what} without undoing anything"))
}

fn is_forgotten(step: &Step) -> bool {
    step.action == Action::Record && step.goes_back()
}

fn tell(context: &Context<'_>, plan: &Plan) {
    let ui = context.ui;
    if ui.is_json() {
        let versions = |fits: &dyn Fn(&Step) -> bool| -> Value {
            let steps = plan.steps.iter().filter(|step| fits(step));
            steps.map(|s| s.migration.version.as_str()).collect()
        };
        ui.json(&report::object(
            "stamp",
            json!({
                "recorded": versions(&|s| s.action == Action::Record && !s.goes_back()),
                "forgotten": versions(&is_forgotten),
                "settled": versions(&|s| s.action == Action::Settle),
                "accepted": versions(&|s| s.action == Action::Accept),
            }),
        ));
        return;
    }
    if plan.is_empty() {
        ui.say("The ledger says so already.");
    }
    for step in &plan.steps {
        let name = &step.migration.name;
        let (role, mark, state) = match (step.action, step.goes_back()) {
            (Action::Settle, false) => (Role::Success, "Settled", ": it is applied"),
            (Action::Settle, true) => (Role::Warning, "Settled", ": it is not applied"),
            (Action::Accept, _) => (Role::Success, "Accepted", ": its file as it is now"),
            (_, true) => (Role::Warning, "Forgot", ""),
            (_, false) => (Role::Success, "Recorded", ""),
        };
        ui.say(&format!("{} {name}{state}", ui.paint(role, mark)));
    }
}
