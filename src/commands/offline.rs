//! `--sql`: scripts in place of changes. Connects to nothing.

use serde_json::json;

use super::{Context, apply::Wishes, report};
use crate::{
    backend::{Features, limits::LimitError},
    cli,
    error::{Error, ExitStatus, count},
    migration::{
        Direction,
        executor::{self, read_script, read_sql},
        history::History,
        ledger::Books,
        plan::{Action, Back, Plan, Step},
        script::{self, Script, Texts},
        target::Target,
    },
};

/// `migrate --sql [[FROM]:[TO]]`: from the beginning, where nothing else is said.
pub(super) fn migrate(
    range: &str,
    wishes: Wishes<'_>,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    let (from, to) = script::range(range);
    let history = history_at(from.unwrap_or("base"), context)?;
    let plan = script::forwards(&history, range, &target(to.unwrap_or("head")))?;
    if wishes.atomic {
        let engine = context.settings().migration_database()?.engine();
        executor::check_atomic(Features::of(engine), &plan)?;
    }
    print("migrate", &history, plan, wishes, context)
}

/// `rollback --sql [[FROM]:[TO]]`: from the newest, where nothing else is said.
pub(super) fn rollback(
    args: &cli::Rollback,
    wishes: Wishes<'_>,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    let range = args.target.as_deref().unwrap_or_default();
    let (from, to) = script::range(range);
    let back = match to {
        Some(to) => Back::To(target(to)),
        None if range.is_empty() => super::rollback::back(args),
        None => Back::All,
    };
    let history = history_at(from.unwrap_or("heads"), context)?;
    let plan = script::backwards(&history, range, &back)?;
    print("rollback", &history, plan, wishes, context)
}

/// `stamp --sql [FROM:]TARGET...`: all in one transaction, as without `--sql`.
pub(super) fn stamp(targets: &[String], context: &Context<'_>) -> Result<ExitStatus, Error> {
    let (from, targets) = match targets {
        [range] => {
            let (from, to) = script::range(range);
            (from, vec![target(to.unwrap_or("head"))])
        }
        several => (None, several.iter().map(|text| target(text)).collect()),
    };
    let history = history_at(from.unwrap_or("base"), context)?;
    let plan = Plan::stamp(&history, &targets, false)?;
    let wishes = Wishes {
        fake: true,
        atomic: true,
        ..Wishes::default()
    };
    print("stamp", &history, plan, wishes, context)
}

/// The history of a database that is at a place.
fn history_at(place: &str, context: &Context<'_>) -> Result<History, Error> {
    let found = Books::default().history(context.migrator.found()?);
    Ok(script::history_at(&found, &target(place))?)
}

fn target(text: &str) -> Target {
    let Ok(target) = text.parse();
    target
}

/// Prints the script of a plan; nothing where there is nothing to do.
fn print(
    command: &'static str,
    history: &History,
    plan: Plan,
    wishes: Wishes<'_>,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    let (settings, ui) = (context.settings(), context.ui);
    let plan = if wishes.fake {
        plan.faked()
    } else {
        plan.reversible()?
    };
    let engine = settings.migration_database()?.engine();
    let limits = context.migrator.limits();
    let is_limited = limits.statement.is_some_and(|limit| !limit.is_zero());
    if is_limited && !Features::of(engine).stops_statements {
        return Err(LimitError::Unstoppable.into());
    }
    let texts: Result<Vec<Texts>, Error> = plan.steps.iter().map(texts).collect();
    let steps: Vec<(&Step, Texts)> = plan.steps.iter().zip(texts?).collect();
    let (from, to) = (script::place(history), script::place_after(history, &plan));
    let script = Script {
        engine,
        atomic: wishes.atomic,
        from: &from,
        to: &to,
        on_connect: settings.on_connect(),
        limits,
    };
    let sql = if steps.is_empty() {
        String::new()
    } else {
        script.write(&steps)?
    };
    if plan.short_by > 0 {
        let there = count(plan.steps.len(), "step is", "steps are");
        ui.warn(&format!("only {there} there"));
    }
    if ui.is_json() {
        ui.json(&report::object(
            command,
            json!({
                "executed": false,
                "from": from,
                "to": to,
                "steps": report::steps(&plan),
                "sql": sql,
            }),
        ));
    } else if sql.is_empty() {
        ui.note("Nothing to do: there is no script.");
    } else {
        ui.text(&sql);
    }
    Ok(ExitStatus::Done)
}

/// What the files of a step say. Those of a step that runs nothing may be missing.
fn texts(step: &Step) -> Result<Texts, Error> {
    let sql = match (step.action, step.migration.file(step.direction)) {
        (Action::Record, Some(path)) => read_sql(&path).unwrap_or_default(),
        _ => read_script(step)?,
    };
    let down_sql = match step.direction {
        Direction::Forwards => step.migration.file(Direction::Backwards),
        Direction::Backwards => None,
    };
    Ok(Texts {
        sql,
        down_sql: down_sql.and_then(|path| read_sql(&path).ok()),
    })
}
