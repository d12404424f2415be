//! Carries out a plan in front of a person: what `migrate`, `rollback` and `redo` share.

use std::{path::Path, time::Duration};

use serde_json::json;

use super::{Context, Prepared, backup, report};
use crate::{
    Migrator,
    backend::{
        Database,
        failure::{DatabaseError, Trouble},
        lock::Held,
    },
    error::{Error, ExitStatus, count},
    interrupt,
    migration::{
        Direction, Version,
        executor::{self, Event, Obstacle, Wait},
        history::History,
        plan::{Action, Plan, PlanError, Step},
    },
    ui::{self, Role},
};

/// What the options of a command ask of its plan.
#[derive(Clone, Copy, Default)]
pub(super) struct Wishes<'a> {
    /// Show it only.
    pub(super) plan: bool,
    /// Change the ledger only.
    pub(super) fake: bool,
    /// Initial migrations that the database has already, to be recorded.
    pub(super) initial: &'a [Version],
    /// All in one transaction.
    pub(super) atomic: bool,
    /// Stop where a migration came too late.
    pub(super) refuse_out_of_order: bool,
    /// Make a backup first.
    pub(super) backup: Option<backup::Wish<'a>>,
}

impl Wishes<'_> {
    /// Whether a step is not run because somebody said so.
    pub(super) fn fakes(&self, step: &Step) -> bool {
        let version = &step.migration.version;
        self.fake || step.action == Action::Record && self.initial.contains(version)
    }
}

/// Shows or runs a plan. `nothing` is said when it is empty; `again` makes the plan anew, for the state
/// that is found once no other runner can change it.
pub(super) fn carry_out(
    command: &'static str,
    context: &Context<'_>,
    prepared: Prepared,
    again: &dyn Fn(&History) -> Result<Plan, PlanError>,
    wishes: Wishes<'_>,
    nothing: &str,
) -> Result<ExitStatus, Error> {
    let settled = |plan: Plan| -> Result<Plan, PlanError> {
        let plan = if wishes.fake {
            plan.faked()
        } else {
            plan.reversible()?
        };
        context.migrator.heed(plan, wishes.refuse_out_of_order)
    };
    let mut plan = settled(prepared.plan)?;
    warn_of_late(context, &plan);
    if plan.is_empty() && !wishes.plan {
        finish(command, context, &[], None, wishes, nothing);
        return Ok(ExitStatus::Done);
    }
    let Some(mut database) = prepared.database.filter(|_| !wishes.plan) else {
        show(command, context, &plan, wishes, nothing);
        return Ok(ExitStatus::Done);
    };
    let mut asked = None;
    confirm(context, &plan, wishes, &mut asked)?;
    let held = context.lock(&mut *database, prepared.held)?;
    if let Some(anew) = context.again(&mut *database, &prepared.history, again)? {
        plan = settled(anew)?;
        confirm(context, &plan, wishes, &mut asked)?;
    }
    let wish = wishes.backup.filter(|_| !plan.is_empty());
    let backup = backup::write(context, wish, &mut *database)?;
    let done = run(context, &mut *database, &plan, held.as_ref(), wishes)?;
    finish(command, context, &done, backup.as_deref(), wishes, nothing);
    Ok(ExitStatus::Done)
}

/// Asks what has to be asked before a plan runs.
fn confirm(
    context: &Context<'_>,
    plan: &Plan,
    wishes: Wishes<'_>,
    asked: &mut Option<String>,
) -> Result<(), Error> {
    let ui = context.ui;
    if plan.is_empty() {
        return Ok(());
    }
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
    context.confirm_plan(plan, wishes, asked)
}

fn run(
    context: &Context<'_>,
    database: &mut dyn Database,
    plan: &Plan,
    held: Option<&Held>,
    wishes: Wishes<'_>,
) -> Result<Vec<(Step, Duration)>, Error> {
    let ui = context.ui;
    let by = Migrator::by();
    let options = executor::Options {
        atomic: wishes.atomic,
        embedded: None,
        log: Some(&by),
        held,
        limits: context.migrator.limits(),
        retries: context.settings().lock_retries(),
    };
    let progress = ui.progress(plan.steps.len());
    let _working = interrupt::working();
    let result = executor::execute(database, plan, &options, &mut |event| match event {
        Event::Unlogged { obstacle, error } => {
            progress.past(|| unlogged(ui, obstacle, error, &plan.steps));
        }
        Event::Started { step, .. } => progress.doing(&step.migration.name),
        Event::Finished { step, elapsed } => {
            let line = line(ui, step, wishes, &outcome(ui, wishes.fakes(step), elapsed));
            progress.past(|| ui.say(&line));
            progress.advance();
        }
        Event::Waiting(wait) => {
            progress.past(|| waiting(ui, &wait));
            if wait.all {
                progress.restart();
            }
        }
        Event::Failed { step } => {
            let line = line(ui, step, wishes, &ui.paint(Role::Error, "FAILED"));
            progress.past(|| ui.say(&line));
        }
    });
    progress.finish();
    result
}

/// Says that a lock was waited for in vain, and who holds it.
fn waiting(ui: &ui::Ui, wait: &Wait<'_>) {
    let object = wait.blockers.first().and_then(|b| b.object.as_deref());
    let what = match (wait.error.trouble, object) {
        (Trouble::LockTimeout, _) if wait.error.is_deadlock() => "a deadlock was broken".to_owned(),
        (Trouble::Locked, _) => "waiting for a lock on the database timed out".to_owned(),
        (_, Some(object)) => format!("waiting for a lock on `{object}` timed out"),
        (_, None) => "waiting for a lock timed out".to_owned(),
    };
    let after = match wait.limit.filter(|_| !wait.error.is_deadlock()) {
        Some(limit) => format!(" after {} s", limit.as_secs_f64()),
        None => String::new(),
    };
    let all = if wait.all { " from the start" } else { "" };
    ui.note(&format!(
        "{what}{after}; trying again{all} in {} s ({} of {})",
        wait.pause.as_secs(),
        wait.attempt,
        wait.attempts
    ));
    for blocker in wait.blockers {
        ui.note(&format!("  {blocker}"));
    }
}

/// Says that this run leaves no trace in the log, and what that means.
pub(super) fn unlogged(ui: &ui::Ui, obstacle: Obstacle, error: &DatabaseError, steps: &[Step]) {
    let again = if steps.iter().any(|step| step.migration.is_repeatable()) {
        ", and repeatable migrations run every time"
    } else {
        ""
    };
    let written = match obstacle {
        Obstacle::Creating => "created",
        Obstacle::Writing => "written",
    };
    ui.warn(&format!(
        "the log table cannot be {written}: {}; what runs now will not show in it{again}",
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
pub(super) fn show(
    command: &'static str,
    context: &Context<'_>,
    plan: &Plan,
    wishes: Wishes<'_>,
    nothing: &str,
) {
    let ui = context.ui;
    if ui.is_json() {
        ui.json(&report::object(
            command,
            json!({ "executed": false, "steps": report::steps(plan) }),
        ));
    } else if plan.is_empty() {
        ui.line(nothing);
    } else {
        report::plan(ui, plan, &|step| wishes.fakes(step));
    }
}

fn line(ui: &ui::Ui, step: &Step, wishes: Wishes<'_>, outcome: &str) -> String {
    let verb = match step.direction {
        Direction::Forwards if step.action == Action::Record && !wishes.fakes(step) => "Recording",
        Direction::Forwards => "Applying",
        Direction::Backwards => "Unapplying",
    };
    format!(
        "{verb} {} ... {outcome}",
        ui.paint(Role::Heading, &step.migration.name)
    )
}

fn outcome(ui: &ui::Ui, fake: bool, elapsed: Duration) -> String {
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
    done: &[(Step, Duration)],
    backup: Option<&Path>,
    wishes: Wishes<'_>,
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
                    "fake": step.action == Action::Record,
                    "milliseconds": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                })
            })
            .collect();
        ui.json(&report::object(
            command,
            json!({ "executed": true, "backup": backup.map(|path| ui.path(path)), "steps": steps }),
        ));
        return;
    }
    if done.is_empty() {
        ui.say(nothing);
        return;
    }
    let total = done.iter().map(|(_, elapsed)| *elapsed).sum();
    let faked = |step: &Step| !wishes.fake && wishes.fakes(step);
    let recorded = |step: &Step| step.action == Action::Record && !wishes.fakes(step);
    let counted = |verb: &str, is: &dyn Fn(&Step) -> bool| {
        let n = done.iter().filter(|(step, _)| is(step)).count();
        (n > 0).then(|| format!("{verb} {}", count(n, "migration", "migrations")))
    };
    let parts: Vec<String> = [
        counted("unapplied", &|s| s.direction == Direction::Backwards),
        counted("faked", &faked),
        counted("applied", &|s| {
            s.direction == Direction::Forwards && !recorded(s) && !faked(s)
        }),
        counted("recorded", &|s| {
            s.direction == Direction::Forwards && recorded(s)
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut summary = parts.join(", ");
    if let Some(first) = summary.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let only = if wishes.fake {
        " in the ledger only"
    } else {
        ""
    };
    ui.say(&format!("{summary}{only} in {}.", ui::duration(total)));
}
