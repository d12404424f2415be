//! `sqlmigrate MIGRATION`: its SQL as it would run, transaction included. Connects to nothing.

use serde_json::json;

use super::{Context, report};
use crate::{
    backend::Features,
    cli,
    error::{Error, ExitStatus},
    migration::{
        Direction, Migration, Version,
        executor::read_script,
        history::History,
        ledger::Books,
        plan::{PlanError, Step},
        script,
        target::TargetError,
    },
};

pub(super) fn run(args: &cli::Sqlmigrate, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let history = Books::default().history(context.migrator.found()?);
    let migration = named(&history, &args.migration)?;
    if args.backwards && migration.is_repeatable() {
        return Err(Error::Usage(format!(
            "{} is repeatable, so there is no way back: leave `--backwards` away",
            migration.name
        )));
    }
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
                "version": report::version(migration),
                "name": migration.name,
                "repeatable": migration.is_repeatable(),
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
fn named<'a>(history: &'a History, name: &str) -> Result<&'a Migration, PlanError> {
    let version = match (name, history.lineage().heads().as_slice()) {
        ("head", [head]) => head.clone(),
        ("head", heads @ [_, _, ..]) => {
            let heads = report::names(history, heads);
            return Err(TargetError::SeveralHeads { heads }.into());
        }
        _ => match history.find(name) {
            Err(TargetError::Repeatable { name }) => Version::new(name),
            found => found?,
        },
    };
    history.migration(&version).ok_or_else(|| PlanError::Gone {
        names: vec![version.to_string()],
    })
}
