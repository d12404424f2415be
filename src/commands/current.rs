//! `current`: the applied head, or heads.

use serde_json::{Value, json};

use super::{Context, report};
use crate::{
    cli,
    error::{Error, ExitStatus, count},
    ui::Role,
};

pub(super) fn run(args: &cli::Current, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let history = context.look()?;
    let (current, heads) = (history.current(), history.lineage().heads());
    let pending = history.pending().len();
    let ui = context.ui;
    if ui.is_json() {
        let entries: Value = current
            .iter()
            .map(|v| report::entry(&history, &history.entry(v)))
            .collect();
        ui.json(&report::object(
            "current",
            json!({ "current": entries, "heads": heads, "behind": pending }),
        ));
    } else if ui.is_verbose() {
        ui.table(&report::details(&history, &current));
    } else {
        for version in &current {
            let (role, mark) = if heads.contains(version) {
                (Role::Success, " (head)")
            } else if history.migration(version).is_none() {
                (Role::Error, " (missing on disk)")
            } else {
                (Role::Dim, "")
            };
            ui.line(&format!(
                "{}{}",
                history.entry(version).name(),
                ui.paint(role, mark)
            ));
        }
    }
    if current.is_empty() {
        ui.note("No migration is applied.");
    }
    if pending > 0 {
        ui.note(&format!(
            "{} pending.",
            count(pending, "migration is", "migrations are")
        ));
    }
    Ok(if args.check_heads && pending > 0 {
        ExitStatus::No
    } else {
        ExitStatus::Done
    })
}
