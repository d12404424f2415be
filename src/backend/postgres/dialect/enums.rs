//! Enum types that get other labels.

use crate::schema::{
    Column, EnumType, Name,
    operation::{Fill, Operation},
};

use super::{
    alter::Dependents,
    names::{LIMIT, literal, qualified, quoted},
    script::Writer,
    types::{Parts, name_of},
};

impl Writer<'_> {
    /// Adds labels where nothing else changes; otherwise makes the type anew, because PostgreSQL
    /// [neither drops nor moves a label](https://www.postgresql.org/docs/current/sql-altertype.html).
    pub(super) fn alter_enum(&mut self, before: &EnumType, after: &EnumType) {
        let kept: Vec<&String> = after
            .labels
            .iter()
            .filter(|label| before.labels.contains(label))
            .collect();
        let only_adds = kept.iter().copied().eq(&before.labels);
        let added: Vec<&String> = after
            .labels
            .iter()
            .filter(|label| !before.labels.contains(label))
            .collect();
        if only_adds && !before.labels.is_empty() && !self.uses_at_once(&after.name, &added) {
            self.add_labels(before, after);
        } else {
            self.recreate(before, after);
        }
    }

    fn add_labels(&mut self, before: &EnumType, after: &EnumType) {
        let name = qualified(&after.name);
        let first = before.labels.first();
        for (place, label) in after.labels.iter().enumerate() {
            if before.labels.contains(label) {
                continue;
            }
            let is_last = after.labels[place..]
                .iter()
                .all(|each| !before.labels.contains(each));
            let beside = match (
                place
                    .checked_sub(1)
                    .and_then(|place| after.labels.get(place)),
                first,
            ) {
                _ if is_last => String::new(),
                (Some(previous), _) => format!(" AFTER {}", literal(previous)),
                (None, Some(first)) => format!(" BEFORE {}", literal(first)),
                (None, None) => String::new(),
            };
            self.push(format!(
                "ALTER TYPE {name} ADD VALUE {}{beside}",
                literal(label)
            ));
        }
    }

    /// Whether the change itself may use a new label, which is allowed only
    /// [after its transaction](https://www.postgresql.org/docs/current/sql-altertype.html#id-1.9.3.42.7).
    fn uses_at_once(&self, name: &Name, added: &[&String]) -> bool {
        let is_of = |column: &Column| is_of(&column.sql_type, name);
        let says = |text: &str| added.iter().any(|label| text.contains(&literal(label)));
        let in_schema = self.to.tables.values().any(|table| {
            let columns = || table.columns.values().filter(|column| is_of(column));
            let in_defaults = columns().any(|column| column.default.as_deref().is_some_and(says));
            let in_rules = table.checks.iter().map(|check| check.expression.as_str());
            let in_indexes = table
                .indexes
                .iter()
                .filter_map(|index| index.predicate.as_deref());
            let in_columns = table.columns.values().filter_map(|column| {
                column
                    .generated
                    .as_ref()
                    .map(|generated| generated.expression.as_str())
            });
            in_defaults
                || (columns().next().is_some()
                    && in_rules.chain(in_indexes).chain(in_columns).any(says))
        });
        let in_rows = self.operations.iter().any(|operation| match operation {
            Operation::AddColumn { column, fill, .. } => is_of(column) && may_use(fill.as_ref()),
            Operation::AlterColumn {
                before,
                after,
                fill,
                ..
            } => is_of(after) && (may_use(fill.as_ref()) || before.sql_type != after.sql_type),
            _ => false,
        });
        in_schema || in_rows
    }

    fn recreate(&mut self, before: &EnumType, after: &EnumType) {
        let old = Name {
            schema: before.name.schema.clone(),
            name: set_aside(&before.name.name),
        };
        let mut users: Vec<(Name, Column, Dependents)> = Vec::new();
        for table in self.state.tables.values() {
            for column in table.columns.values() {
                if is_of(&column.sql_type, &before.name) && column.generated.is_none() {
                    let mut dependents = self.generated_from(&table.name, &column.name);
                    self.expressions_on(&table.name, &column.name, &mut dependents);
                    // What rests on two of these columns goes once.
                    for (other, _, found) in &users {
                        if *other == table.name {
                            dependents.without(found);
                        }
                    }
                    users.push((table.name.clone(), column.clone(), dependents));
                }
            }
        }
        for (table, column, dependents) in &users {
            self.lift_keys(table, &column.name);
            self.take_away(table, dependents);
        }
        self.push(format!(
            "ALTER TYPE {} RENAME TO {}",
            qualified(&before.name),
            quoted(&old.name)
        ));
        let labels: Vec<String> = after.labels.iter().map(|label| literal(label)).collect();
        let create = format!(
            "CREATE TYPE {} AS ENUM ({})",
            qualified(&after.name),
            labels.join(", ")
        );
        self.push(create);
        for of_table in users.chunk_by(|(one, ..), (other, ..)| one == other) {
            self.use_anew(of_table, before, after);
        }
        self.push(format!("DROP TYPE {}", qualified(&old)));
        for (table, _, dependents) in &users {
            self.bring_back(table, dependents);
        }
    }

    /// Has the columns of one table use the new type, in one statement that writes the table once.
    fn use_anew(
        &mut self,
        columns: &[(Name, Column, Dependents)],
        before: &EnumType,
        after: &EnumType,
    ) {
        let Some((table, ..)) = columns.first() else {
            return;
        };
        let is_gone = |text: &str| {
            let mut labels = before
                .labels
                .iter()
                .filter(|label| !after.labels.contains(label));
            labels.any(|label| text.contains(&literal(label)))
        };
        let mut changes = Vec::new();
        for (_, column, _) in columns {
            let name = quoted(&column.name);
            let array = if Parts::of(&column.sql_type).array {
                "[]"
            } else {
                ""
            };
            let kind = &column.sql_type;
            if column.default.is_some() {
                changes.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
            }
            changes.push(format!(
                "ALTER COLUMN {name} TYPE {kind} USING {name}::text{array}::{kind}"
            ));
            // A default that is gone with its label is set by an operation of its own.
            if let Some(default) = column.default.as_ref().filter(|text| !is_gone(text))
                && !self.sets_default(table, column)
            {
                changes.push(format!("ALTER COLUMN {name} SET DEFAULT {default}"));
            }
        }
        let mut lost = before
            .labels
            .iter()
            .filter(|label| !after.labels.contains(label));
        let sql = format!(
            "ALTER TABLE {}\n    {}",
            qualified(table),
            changes.join(",\n    ")
        );
        if lost.next().is_some() {
            let note = format!("fails while rows of `{table}` hold a label that is gone");
            self.script.push_noted(note, sql);
        } else {
            self.push(sql);
        }
    }
}

impl Writer<'_> {
    /// Whether an operation to come gives a column another default.
    fn sets_default(&self, table: &Name, column: &Column) -> bool {
        self.operations.iter().any(|operation| {
            matches!(operation, Operation::AlterColumn { table: of, before, after, .. }
                if of == table
                    && before.name == column.name
                    && before.default == column.default
                    && after.default != column.default)
        })
    }
}

fn may_use(fill: Option<&Fill>) -> bool {
    fill.is_some()
}

/// Whether a printed type is an enum, or an array of it.
fn is_of(sql_type: &str, name: &Name) -> bool {
    let parts = Parts::of(sql_type);
    parts.modifier.is_none() && name_of(&parts.base) == *name
}

/// The name an old type has for a moment.
fn set_aside(name: &str) -> String {
    let suffix = "__old";
    let mut end = name.len().min(LIMIT - suffix.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &name[..end])
}
