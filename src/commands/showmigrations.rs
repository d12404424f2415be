//! `showmigrations`: every migration with its state.

use serde_json::{Value, json};

use super::{Context, report, resume};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::history::{Entry, History, State},
    ui::{Cell, Role, Table},
};

pub(super) fn run(args: &cli::Showmigrations, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let history = context.look_closely()?;
    let mut all = history.entries();
    all.extend(history.repeatables());
    let shown: Vec<&Entry<'_>> = all
        .iter()
        .filter(|e| !args.pending || is_to_run(e.state))
        .collect();
    let ui = context.ui;
    if ui.is_json() {
        let migrations: Value = shown.iter().map(|e| report::entry(&history, e)).collect();
        ui.json(&report::object(
            "showmigrations",
            json!({ "migrations": migrations }),
        ));
        return Ok(ExitStatus::Done);
    }
    if shown.is_empty() {
        ui.note(if all.is_empty() {
            "No migrations yet."
        } else {
            "No pending migrations."
        });
        return Ok(ExitStatus::Done);
    }
    ui.table(&table(args, context, &history, &shown));
    ui.note(&summary(&all));
    resume::tell(context, &history)?;
    tell_edited(context, &history);
    Ok(ExitStatus::Done)
}

/// Whether it is still to run, or to be carried on.
fn is_to_run(state: State) -> bool {
    matches!(state, State::Pending | State::Changed | State::Failed)
}

fn table(
    args: &cli::Showmigrations,
    context: &Context<'_>,
    history: &History,
    shown: &[&Entry<'_>],
) -> Table {
    let verbose = context.ui.is_verbose();
    let mut head = vec!["State", "Migration", "Applied (UTC)"];
    if args.plan {
        head.push("Revises");
    }
    if verbose {
        head.push("Message");
    }
    let mut table = Table::new(head);
    for entry in shown {
        let mut row = vec![
            report::state(entry.state),
            entry.name().into(),
            Cell::new(Role::Dim, entry.run_on.unwrap_or_default()),
        ];
        if args.plan {
            row.push(
                report::names(history, history.lineage().parents(entry.version))
                    .join(", ")
                    .into(),
            );
        }
        if verbose {
            row.push(
                entry
                    .migration
                    .map(super::super::migration::Migration::message)
                    .unwrap_or_default()
                    .into(),
            );
        }
        table.push(row);
    }
    table
}

/// Says what it means that something was edited.
fn tell_edited(context: &Context<'_>, history: &History) {
    if !history.edited().is_empty() {
        context.ui.hint(
            "`edited`: the file is no longer the one that ran; `manage check` says how to go on",
        );
    }
}

fn summary(all: &[Entry<'_>]) -> String {
    let n = |state| all.iter().filter(|e| e.state == state).count();
    let mut parts = vec![
        format!("{} applied", n(State::Applied)),
        format!("{} pending", n(State::Pending)),
    ];
    for (state, words) in [
        (State::Failed, "failed"),
        (State::Edited, "edited"),
        (State::Changed, "changed"),
        (State::Missing, "missing on disk"),
        (State::Removed, "removed"),
    ] {
        if n(state) > 0 {
            parts.push(format!("{} {words}", n(state)));
        }
    }
    if n(State::Replaced) > 0 {
        parts.push(format!("{} replaced", n(State::Replaced)));
    }
    parts.join(", ")
}
