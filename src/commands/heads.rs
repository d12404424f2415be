//! `heads`: the newest migrations, those that no other revises.

use serde_json::{Value, json};

use super::{Context, report};
use crate::{
    error::{Error, ExitStatus},
    migration::history::{History, State},
    ui::Role,
};

pub(super) fn run(context: &Context<'_>) -> Result<ExitStatus, Error> {
    let ui = context.ui;
    // Which heads there are, the files alone tell: without a database only their states are unknown.
    let (history, known) = match context.look() {
        Ok(history) => (history, true),
        Err(error) => {
            let history = History::new(context.migrator.migrations()?, []);
            ui.warn(&format!("it is not known what is applied: {error}"));
            (history, false)
        }
    };
    let heads = history.lineage().heads();
    if ui.is_json() {
        let entries: Value = heads
            .iter()
            .map(|version| {
                let mut entry = report::entry(&history, &history.entry(version));
                if !known {
                    entry["state"] = Value::Null;
                }
                entry
            })
            .collect();
        ui.json(&report::object("heads", json!({ "heads": entries })));
    } else if ui.is_verbose() && !heads.is_empty() {
        ui.table(&report::details(&history, &heads));
    } else {
        for version in &heads {
            let entry = history.entry(version);
            let (role, mark) = match entry.state {
                _ if !known => (Role::Dim, ""),
                State::Applied | State::Edited => (Role::Success, " (applied)"),
                State::Failed => (Role::Error, " (failed)"),
                State::Pending
                | State::Missing
                | State::Changed
                | State::Removed
                | State::Replaced => (Role::Warning, " (pending)"),
            };
            ui.line(&format!("{}{}", entry.name(), ui.paint(role, mark)));
        }
    }
    match heads.len() {
        0 => ui.note("No migrations."),
        1 => {}
        n => ui.note(&format!(
            "There are {n} heads: `manage makemigrations --merge` joins them."
        )),
    }
    Ok(ExitStatus::Done)
}
