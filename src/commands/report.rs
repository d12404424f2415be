//! Values as the reports of several commands show them.

use serde_json::{Value, json};

use crate::{
    migration::{
        Direction, Migration, Version,
        history::{Entry, History, State},
        plan::{Action, Plan, Step},
    },
    ui::{Cell, Role, Table, Ui},
};

/// The number of the JSON fields' shape; it changes only when a field goes or changes its meaning.
pub(crate) const SCHEMA: u32 = 1;

/// A JSON answer: the fields every command's object has, then its own.
pub(crate) fn object(command: &str, own: Value) -> Value {
    let mut object = serde_json::Map::new();
    object.insert("schema".to_owned(), json!(SCHEMA));
    object.insert("command".to_owned(), json!(command));
    if let Value::Object(own) = own {
        object.extend(own);
    }
    Value::Object(object)
}

/// A line of the history as JSON.
pub(crate) fn entry(history: &History, entry: &Entry<'_>) -> Value {
    let mut value = json!({
        "version": (!entry.is_repeatable()).then_some(entry.version),
        "name": entry.name(),
        "repeatable": entry.is_repeatable(),
        "message": entry.migration.map(Migration::message),
        "state": entry.state,
        "applied_at": entry.run_on,
        "parents": history.lineage().parents(entry.version),
        "run_in_transaction": entry.migration.map(Migration::run_in_transaction),
        "reversible": entry.migration.map(|m| m.reversible),
        "replaces": entry.migration.map(|m| &m.header.replaces),
        "replaced_by": history.replaced_by(entry.version),
    });
    if let Some(broken) = history.broken_at(entry.version) {
        value["failure"] = json!({
            "direction": broken.row.direction,
            "started_at": broken.row.started_at,
            "standing": broken.standing(),
            "interrupted": broken.is_unsure(),
            "message": broken.row.message,
        });
    }
    value
}

/// A state in its colour.
pub(crate) fn state(state: State) -> Cell {
    match state {
        State::Applied => Cell::new(Role::Success, "applied"),
        State::Pending => Cell::new(Role::Warning, "pending"),
        State::Missing => Cell::new(Role::Error, "missing"),
        State::Replaced => Cell::new(Role::Dim, "replaced"),
        State::Failed => Cell::new(Role::Error, "failed"),
        State::Changed => Cell::new(Role::Warning, "changed"),
        State::Removed => Cell::new(Role::Warning, "removed"),
        State::Edited => Cell::new(Role::Error, "edited"),
    }
}

/// Versions by their names.
pub(crate) fn names(history: &History, versions: &[Version]) -> Vec<String> {
    versions
        .iter()
        .map(|version| history.entry(version).name().to_owned())
        .collect()
}

/// Some versions, with what each is and rests on.
pub(crate) fn details(history: &History, versions: &[Version]) -> Table {
    let mut table = Table::new(["Migration", "Message", "Revises", "Applied (UTC)"]);
    for version in versions {
        let entry = history.entry(version);
        table.push([
            entry.name().into(),
            entry.message().into(),
            names(history, history.lineage().parents(version))
                .join(", ")
                .into(),
            Cell::new(Role::Dim, entry.run_on.unwrap_or_default()),
        ]);
    }
    table
}

/// The steps of a plan as JSON.
pub(crate) fn steps(plan: &Plan) -> Value {
    plan.steps.iter().map(step).collect()
}

/// The version of a migration that has one.
pub(crate) fn version(migration: &Migration) -> Option<&Version> {
    (!migration.is_repeatable()).then_some(&migration.version)
}

fn step(step: &Step) -> Value {
    let mut value = json!({
        "version": version(&step.migration),
        "name": step.migration.name,
        "repeatable": step.migration.is_repeatable(),
        "direction": step.direction,
        "run_in_transaction": step.migration.run_in_transaction(),
        "reversible": step.migration.reversible,
        "from_log": step.runs() && step.migration.is_gone(),
    });
    match step.action {
        Action::Resume { from } => value["from_statement"] = json!(from + 1),
        Action::Record => value["fake"] = json!(true),
        Action::Run | Action::Settle | Action::Accept => {}
    }
    value
}

/// The steps of a plan as a table; some are faked.
pub(crate) fn plan(ui: &Ui, plan: &Plan, is_faked: &dyn Fn(&Step) -> bool) {
    let mut table = Table::new(["Step", "Action", "Migration", "Notes"]);
    for (index, step) in plan.steps.iter().enumerate() {
        let mut notes = Vec::new();
        let resumed;
        if let Action::Resume { from } = step.action {
            resumed = format!("from statement {}", from + 1);
            notes.push(resumed.as_str());
        }
        if !step.migration.run_in_transaction() {
            notes.push("no transaction");
        }
        if step.runs() && step.migration.is_gone() && step.migration.reversible {
            notes.push("from the log");
        }
        if step.migration.is_repeatable() {
            notes.push("repeatable");
        } else if !step.migration.reversible {
            notes.push("irreversible");
        }
        let replaced = step.migration.header.replaces.len();
        let replaced = format!("replaces {replaced}");
        if !step.migration.header.replaces.is_empty() {
            notes.push(&replaced);
        }
        if plan.out_of_order.contains(&step.migration.name) {
            notes.push("out of order");
        }
        let action = match step.direction {
            Direction::Forwards if is_faked(step) => Cell::new(Role::Warning, "fake"),
            Direction::Forwards if step.action == Action::Record => {
                Cell::new(Role::Success, "record")
            }
            Direction::Forwards => Cell::new(Role::Success, "apply"),
            Direction::Backwards => Cell::new(Role::Warning, "unapply"),
        };
        table.push([
            (index + 1).to_string().into(),
            action,
            step.migration.name.clone().into(),
            notes.join(", ").into(),
        ]);
    }
    ui.table(&table);
}
