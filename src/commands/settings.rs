//! `settings`: every setting, its value and the source that won.

use serde_json::{Value, json};

use super::{Context, report};
use crate::{
    error::ExitStatus,
    ui::{Cell, Role, Table},
};

pub(super) fn run(context: &Context<'_>) -> ExitStatus {
    let rows = context.settings().rows();
    let ui = context.ui;
    if ui.is_json() {
        let settings: Value = rows
            .iter()
            .map(|row| json!({ "name": row.name, "value": row.value, "source": row.source }))
            .collect();
        ui.json(&report::object("settings", json!({ "settings": settings })));
        return ExitStatus::Done;
    }
    let mut table = Table::new(["Setting", "Value", "Source"]);
    for row in rows {
        table.push([
            row.name.into(),
            row.value.into(),
            Cell::new(Role::Dim, row.source),
        ]);
    }
    ui.table(&table);
    ExitStatus::Done
}
