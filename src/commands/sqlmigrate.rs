//! `sqlmigrate MIGRATION`: its SQL as it would run, transaction included. Connects to nothing.

use serde_json::json;

use super::{Context, report};
use crate::{
    backend::Features,
    cli,
    error::{Error, ExitStatus},
    migration::{
        Direction, Version,
        executor::read_script,
        history::History,
        plan::{PlanError, Step},
        script,
        target::TargetError,
    },
};

pub(super) fn run(args: &cli::Sqlmigrate, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let history = History::new(context.migrator.migrations()?, []);
    let version = named(&history, &args.migration)?;
    let Some(migration) = history.migration(&version) else {
        return Err(PlanError::Gone {
            versions: vec![version.to_string()],
        }
        .into());
    };
    let direction = if args.backwards {
        Direction::Backwards
    } else {
        Direction::Forwards
    };
    let sql = read_script(&Step::run(migration, direction))?;
    let features = Features::of(context.settings().database()?.engine());
    let script = script::in_its_transaction(features, migration, &sql)?;
    if context.ui.is_json() {
        context.ui.json(&report::object(
            "sqlmigrate",
            json!({
                "version": version,
                "name": migration.name,
                "direction": direction,
                "run_in_transaction": migration.run_in_transaction(),
                "sql": sql,
            }),
        ));
    } else {
        context.ui.text(&script);
    }
    Ok(ExitStatus::Done)
}

/// `head` where there is one, else the migration of that name.
fn named(history: &History, name: &str) -> Result<Version, TargetError> {
    match (name, history.lineage().heads().as_slice()) {
        ("head", [head]) => Ok(head.clone()),
        ("head", heads @ [_, _, ..]) => Err(TargetError::SeveralHeads {
            heads: report::names(history, heads),
        }),
        _ => history.find(name),
    }
}
