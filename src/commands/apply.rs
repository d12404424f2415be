//! Carries out a plan in front of a person: what `migrate`, `rollback` and `redo` share.

use serde_json::json;

use super::{Context, report};
use crate::{
    Migrator,
    backend::{Database, failure::DatabaseError},
    error::{Error, ExitStatus, count},
    migration::{
        Direction,
        executor::{self, Event},
        plan::{Plan, Step},
    },
    ui::{self, Role},
};

/// What the options of a command ask of its plan.
#[derive(Clone, Copy, Default)]
pub(super) struct Wishes {
    /// Show it only.
    pub(super) plan: bool,
    /// Change the ledger only.
    pub(super) fake: bool,
    /// All in one transaction.
    pub(super) atomic: bool,
    /// Stop where a migration came too late.
    pub(super) refuse_out_of_order: bool,
}

/// Shows or runs a plan. `nothing` is said when it is empty.
pub(super) fn carry_out(
    command: &'static str,
    context: &Context<'_>,
    database: Option<Box<dyn Database>>,
    plan: Plan,
    wishes: Wishes,
    nothing: &str,
) -> Result<ExitStatus, Error> {
    let ui = context.ui;
    let plan = if wishes.fake {
        plan.faked()
    } else {
        plan.reversible()?
    };
    let plan = context.migrator.heed(plan, wishes.refuse_out_of_order)?;
    warn_of_late(context, &plan);
    if plan.is_empty() && !wishes.plan {
        finish(command, context, &[], wishes.fake, nothing);
        return Ok(ExitStatus::Done);
    }
    let Some(mut database) = database.filter(|_| !wishes.plan) else {
        show(command, context, &plan, nothing);
        return Ok(ExitStatus::Done);
    };
    let back = plan
        .steps
        .iter()
        .filter(|s| s.direction == Direction::Backwards)
        .count();
    if plan.short_by > 0 {
        let (there, what) = if plan.goes_back() {
            (back, "to unapply")
        } else {
            (plan.steps.len(), "to apply")
        };
        ui.warn(&format!(
            "only {} there {what}",
            count(there, "migration is", "migrations are")
        ));
    }
    if plan.goes_back() && !wishes.fake {
        context.confirm_in_production(&format!(
            "unapplying {}",
            count(back, "migration", "migrations")
        ))?;
    }
    let by = Migrator::by();
    let options = executor::Options {
        atomic: wishes.atomic,
        embedded: None,
        log: Some(&by),
    };
    let progress = ui.progress(plan.steps.len());
    let result = executor::execute(&mut *database, &plan, &options, &mut |event| match event {
        Event::Unlogged { error } => progress.past(|| unlogged(ui, error, &plan.steps)),
        Event::Started { step, .. } => progress.doing(&step.migration.name),
        Event::Finished { step, elapsed } => {
            progress.past(|| ui.say(&line(ui, step, &outcome(ui, wishes.fake, elapsed))));
            progress.advance();
        }
        Event::Failed { step } => {
            progress.past(|| ui.say(&line(ui, step, &ui.paint(Role::Error, "FAILED"))));
        }
    });
    progress.finish();
    finish(command, context, &result?, wishes.fake, nothing);
    Ok(ExitStatus::Done)
}

/// Says that this run leaves no trace in the log, and what that means.
pub(super) fn unlogged(ui: &ui::Ui, error: &DatabaseError, steps: &[Step]) {
    let again = if steps.iter().any(|step| step.migration.is_repeatable()) {
        ", and repeatable migrations run every time"
    } else {
        ""
    };
    ui.warn(&format!(
        "the log table cannot be created: {}; what runs now will not show in it{again}",
        error.message
    ));
}

fn warn_of_late(context: &Context<'_>, plan: &Plan) {
    if !plan.out_of_order.is_empty() {
        context.ui.warn(&format!(
            "{} older than what is applied: {}",
            count(plan.out_of_order.len(), "migration is", "migrations are"),
            plan.out_of_order.join(", ")
        ));
    }
}

/// Shows a plan and runs nothing.
pub(super) fn show(command: &'static str, context: &Context<'_>, plan: &Plan, nothing: &str) {
    let ui = context.ui;
    if ui.is_json() {
        ui.json(&report::object(
            command,
            json!({ "executed": false, "steps": report::steps(plan) }),
        ));
    } else if plan.is_empty() {
        ui.line(nothing);
    } else {
        report::plan(ui, plan);
    }
}

fn line(ui: &ui::Ui, step: &Step, outcome: &str) -> String {
    let verb = match step.direction {
        Direction::Forwards => "Applying",
        Direction::Backwards => "Unapplying",
    };
    format!(
        "{verb} {} ... {outcome}",
        ui.paint(Role::Heading, &step.migration.name)
    )
}

fn outcome(ui: &ui::Ui, fake: bool, elapsed: std::time::Duration) -> String {
    if fake {
        return ui.paint(Role::Warning, "FAKED");
    }
    format!(
        "{} ({})",
        ui.paint(Role::Success, "OK"),
        ui::duration(elapsed)
    )
}

fn finish(
    command: &'static str,
    context: &Context<'_>,
    done: &[(Step, std::time::Duration)],
    fake: bool,
    nothing: &str,
) {
    let ui = context.ui;
    if ui.is_json() {
        let steps: Vec<_> = done
            .iter()
            .map(|(step, elapsed)| {
                json!({
                    "version": report::version(&step.migration),
                    "name": step.migration.name,
                    "repeatable": step.migration.is_repeatable(),
                    "direction": step.direction,
                    "fake": fake,
                    "milliseconds": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                })
            })
            .collect();
        ui.json(&report::object(
            command,
            json!({ "executed": true, "steps": steps }),
        ));
        return;
    }
    if done.is_empty() {
        ui.say(nothing);
        return;
    }
    let total = done.iter().map(|(_, elapsed)| *elapsed).sum();
    let counted = |direction, one: &str, many: &str| {
        let n = done
            .iter()
            .filter(|(step, _)| step.direction == direction)
            .count();
        (n > 0).then(|| {
            format!(
                "{} {}",
                if direction == Direction::Forwards {
                    "applied"
                } else {
                    "unapplied"
                },
                count(n, one, many)
            )
        })
    };
    let parts: Vec<String> = [Direction::Backwards, Direction::Forwards]
        .into_iter()
        .filter_map(|direction| counted(direction, "migration", "migrations"))
        .collect();
    let mut summary = parts.join(", ");
    if let Some(first) = summary.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let faked = if fake { " in the ledger only" } else { "" };
    ui.say(&format!("{summary}{faked} in {}.", ui::duration(total)));
}
