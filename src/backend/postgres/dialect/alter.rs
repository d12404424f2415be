//! A column that becomes another one.

use crate::{
    backend::postgres::expression::mentions,
    schema::{
        Auto, Check, Column, Index, IndexKey, Name, Unique,
        dialect::{ScriptStatement, Unsupported},
        operation::{Fill, destroyed_column},
    },
};

use super::{
    convert::using,
    definition,
    names::{beside, literal, object_name, qualified, quoted},
    script::{Retyped, Writer},
    types::{Parts, short},
};

/// What goes for a while because it stands in the way of a type change.
#[derive(Default)]
pub(super) struct Dependents {
    columns: Vec<Column>,
    checks: Vec<Check>,
    uniques: Vec<Unique>,
    indexes: Vec<Index>,
}

impl Writer<'_> {
    pub(super) fn alter_column(
        &mut self,
        table: &Name,
        before: &Column,
        after: &Column,
        fill: Option<&Fill>,
    ) -> Result<(), Unsupported> {
        if before.generated != after.generated {
            return self.regenerate(table, before, after, fill);
        }
        let start = self.script.statements.len();
        let name = &after.name;
        let retyped = before.sql_type != after.sql_type || before.collation != after.collation;
        let mut current = before.clone();
        if before.auto != after.auto {
            self.stop_counting(table, &mut current, after);
        }
        if before.default.is_some() && (retyped || after.default.is_none()) {
            self.alter_one(table, name, "DROP DEFAULT");
            current.default = None;
        }
        if retyped {
            self.retype(table, before, after);
        }
        if let Some(fill) = fill {
            self.fill(table, after, fill, Some(before));
        }
        self.settle(table, &current, after);
        self.join(table, start);
        Ok(())
    }

    /// Makes one statement of those that change columns and follow on each other, so that the table is
    /// locked and rewritten once.
    fn join(&mut self, table: &Name, start: usize) {
        let head = format!("ALTER TABLE {} ", qualified(table));
        let mut joined: Vec<ScriptStatement> = Vec::new();
        let mut is_open = false;
        for statement in self.script.statements.split_off(start) {
            let clause = statement.sql.strip_prefix(&head).filter(|clause| {
                // A new identity takes the type that the column has before the statement.
                clause.starts_with("ALTER COLUMN ")
                    && statement.comment.is_none()
                    && !clause.contains(" IDENTITY")
            });
            let Some(clause) = clause else {
                is_open = false;
                joined.push(statement);
                continue;
            };
            match joined.last_mut().filter(|_| is_open) {
                Some(last) => {
                    if let Some(only) = last.sql.strip_prefix(&head) {
                        last.sql = format!("{}\n    {only}", head.trim_end());
                    }
                    last.sql.push_str(&format!(",\n    {clause}"));
                    // It changes more than types now.
                    self.retyped = None;
                }
                None => joined.push(statement),
            }
            is_open = true;
        }
        self.script.statements.append(&mut joined);
    }

    /// Sets default, nullability and counting, from what they are to what they are to be.
    pub(super) fn settle(&mut self, table: &Name, current: &Column, after: &Column) {
        let name = &after.name;
        if let Some(default) = definition::default(after)
            && current.default != after.default
        {
            self.alter_one(table, name, &format!("SET DEFAULT {default}"));
        }
        match (current.nullable, after.nullable) {
            (true, false) => self.alter_one(table, name, "SET NOT NULL"),
            (false, true) => self.alter_one(table, name, "DROP NOT NULL"),
            (true, true) | (false, false) => {}
        }
        match after.auto {
            Some(auto) if current.auto != Some(auto) => {
                self.start_counting(table, after, auto, current.auto);
            }
            _ => {}
        }
    }

    fn retype(&mut self, table: &Name, before: &Column, after: &Column) {
        let name = &after.name;
        let dependents = self.generated_from(table, name);
        self.take_away(table, &dependents);
        let family = |sql_type: &str| {
            let Parts { base, array, .. } = Parts::of(sql_type);
            let is_integer = matches!(base.as_str(), "smallint" | "integer" | "bigint");
            (
                if is_integer {
                    "integer".to_owned()
                } else {
                    base
                },
                array,
            )
        };
        if family(&before.sql_type) != family(&after.sql_type) {
            self.lift_keys(table, name);
        }
        let mut change = format!("TYPE {}", short(&after.sql_type));
        if let Some(collation) = &after.collation {
            let collation = definition::collation_name(collation);
            change.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(using) = using(name, &before.sql_type, &after.sql_type)
            && before.generated.is_none()
        {
            change.push_str(&format!(" USING {using}"));
        }
        if before.auto == Some(Auto::Serial) && after.auto == Some(Auto::Serial) {
            let sequence = sequence_of(table, name);
            self.push(dynamic(&format!(
                "EXECUTE 'ALTER SEQUENCE ' || {sequence} || {}",
                literal(&format!(" AS {}", after.sql_type))
            )));
        }
        self.change_type(table, name, &change);
        self.bring_back(table, &dependents);
    }

    /// Changes a type together with those changed just before it, so that the server writes the table
    /// once.
    fn change_type(&mut self, table: &Name, column: &str, change: &str) {
        let mut changes = Vec::new();
        if let Some(last) = self.retyped.take()
            && last.table == *table
            && last.end == self.script.statements.len()
            && last.changes.iter().all(|(other, _)| other != column)
        {
            self.script.statements.pop();
            changes = last.changes;
        }
        changes.push((column.to_owned(), change.to_owned()));
        let clauses: Vec<String> = changes
            .iter()
            .map(|(column, change)| format!("ALTER COLUMN {} {change}", quoted(column)))
            .collect();
        match clauses.as_slice() {
            [one] => self.alter(table, one),
            many => {
                let many = many.join(",\n    ");
                self.push(format!("ALTER TABLE {}\n    {many}", qualified(table)));
            }
        }
        self.retyped = Some(Retyped {
            table: table.clone(),
            changes,
            end: self.script.statements.len(),
        });
    }

    /// Columns that are computed from a column, and what rests on those.
    pub(super) fn generated_from(&self, table: &Name, column: &str) -> Dependents {
        let Some(table) = self.state.tables.get(table) else {
            return Dependents::default();
        };
        let computed = table.columns.values().filter(|each| {
            let generated = each.generated.as_ref();
            generated.is_some_and(|generated| mentions(&generated.expression, column))
        });
        let mut dependents = Dependents {
            columns: computed.cloned().collect(),
            ..Dependents::default()
        };
        for each in &dependents.columns {
            let uses = |text: &str| mentions(text, &each.name);
            dependents.checks.extend(
                table
                    .checks
                    .iter()
                    .filter(|check| uses(&check.expression))
                    .cloned(),
            );
            let uniques = table.uniques.iter();
            dependents.uniques.extend(
                uniques
                    .filter(|unique| unique.columns.contains(&each.name))
                    .cloned(),
            );
            let indexes = table.indexes.iter();
            dependents.indexes.extend(
                indexes
                    .filter(|index| index_uses(index, &each.name))
                    .cloned(),
            );
        }
        dependents.checks.sort();
        dependents.checks.dedup();
        dependents.uniques.sort();
        dependents.uniques.dedup();
        dependents.indexes.sort();
        dependents.indexes.dedup();
        dependents
    }

    /// Checks and parts of indexes that name a column in an expression, besides.
    pub(super) fn expressions_on(&self, table: &Name, column: &str, dependents: &mut Dependents) {
        let Some(table) = self.state.tables.get(table) else {
            return;
        };
        for check in &table.checks {
            if mentions(&check.expression, column) && !dependents.checks.contains(check) {
                dependents.checks.push(check.clone());
            }
        }
        for index in &table.indexes {
            let in_predicate = index
                .predicate
                .as_deref()
                .is_some_and(|text| mentions(text, column));
            let in_parts = index.parts.iter().any(
                |part| matches!(&part.key, IndexKey::Expression(text) if mentions(text, column)),
            );
            if (in_predicate || in_parts) && !dependents.indexes.contains(index) {
                dependents.indexes.push(index.clone());
            }
        }
    }

    /// What goes with a column that is dropped.
    fn resting_on(&self, table: &Name, column: &str) -> Dependents {
        let Some(table) = self.state.tables.get(table) else {
            return Dependents::default();
        };
        let checks = table.checks.iter();
        let uniques = table.uniques.iter();
        let indexes = table.indexes.iter();
        Dependents {
            columns: Vec::new(),
            checks: checks
                .filter(|check| mentions(&check.expression, column))
                .cloned()
                .collect(),
            uniques: uniques
                .filter(|unique| unique.columns.iter().any(|name| name == column))
                .cloned()
                .collect(),
            indexes: indexes
                .filter(|index| index_uses(index, column))
                .cloned()
                .collect(),
        }
    }

    pub(super) fn take_away(&mut self, table: &Name, dependents: &Dependents) {
        for index in &dependents.indexes {
            self.drop_index(table, index);
        }
        for check in &dependents.checks {
            self.drop_check(table, check);
        }
        for unique in &dependents.uniques {
            if let Some(name) = &unique.name {
                self.drop_constraint(table, name);
            }
        }
        for column in &dependents.columns {
            self.alter(table, &format!("DROP COLUMN {}", quoted(&column.name)));
        }
    }

    pub(super) fn bring_back(&mut self, table: &Name, dependents: &Dependents) {
        for column in &dependents.columns {
            self.alter(table, &format!("ADD COLUMN {}", definition::column(column)));
        }
        for unique in &dependents.uniques {
            self.alter(table, &format!("ADD {}", definition::unique(unique)));
        }
        for check in &dependents.checks {
            self.alter(table, &format!("ADD {}", definition::check(check)));
        }
        for index in &dependents.indexes {
            self.push(definition::index(table, index));
        }
    }

    /// A column that is computed otherwise, or no longer, or from now on.
    fn regenerate(
        &mut self,
        table: &Name,
        before: &Column,
        after: &Column,
        fill: Option<&Fill>,
    ) -> Result<(), Unsupported> {
        let name = &after.name;
        let keeps_values = before
            .generated
            .as_ref()
            .is_some_and(|generated| generated.stored)
            && after.generated.is_none();
        if keeps_values {
            self.alter_one(table, name, "DROP EXPRESSION");
            let plain = Column {
                generated: None,
                ..before.clone()
            };
            return self.alter_column(table, &plain, after, fill);
        }
        let drop = format!(
            "ALTER TABLE {} DROP COLUMN {}",
            qualified(table),
            quoted(name)
        );
        let gone = self.resting_on(table, name);
        self.lift_keys(table, name);
        self.script
            .push_destroying(destroyed_column(table, before), drop);
        self.alter(table, &format!("ADD COLUMN {}", definition::column(after)));
        self.bring_back(table, &gone);
        Ok(())
    }

    fn stop_counting(&mut self, table: &Name, current: &mut Column, after: &Column) {
        let name = &after.name;
        match (current.auto, after.auto) {
            (Some(Auto::Serial), _) => {
                let sequence = sequence_of(table, name);
                self.push(dynamic(&format!(
                    "EXECUTE 'DROP SEQUENCE ' || {sequence} || ' CASCADE'"
                )));
                current.auto = None;
            }
            (Some(_), None | Some(Auto::Serial)) => {
                self.alter_one(table, name, "DROP IDENTITY");
                current.auto = None;
            }
            _ => {}
        }
    }

    fn start_counting(&mut self, table: &Name, column: &Column, auto: Auto, current: Option<Auto>) {
        let name = &column.name;
        if let Some(when) = definition::identity(auto) {
            if current.is_some() {
                self.alter_one(table, name, &format!("SET GENERATED {when}"));
                return;
            }
            self.alter_one(table, name, &format!("ADD GENERATED {when} AS IDENTITY"));
        } else {
            let sequence = beside(table, &object_name(&table.name, name, "seq"));
            let sequence = qualified(&sequence);
            self.push(format!(
                "CREATE SEQUENCE {sequence} AS {} OWNED BY {}.{}",
                column.sql_type,
                qualified(table),
                quoted(name)
            ));
            let regclass = literal(&sequence);
            self.alter_one(
                table,
                name,
                &format!("SET DEFAULT nextval({regclass}::regclass)"),
            );
        }
        let (sequence, column) = (sequence_of(table, name), quoted(name));
        self.push(format!(
            "SELECT setval({sequence}, coalesce(max({column}), 0) + 1, false) FROM {}",
            qualified(table)
        ));
    }
}

fn index_uses(index: &Index, column: &str) -> bool {
    let in_parts = index.parts.iter().any(|part| match &part.key {
        IndexKey::Column(name) => name == column,
        IndexKey::Expression(text) => mentions(text, column),
    });
    let in_predicate = index
        .predicate
        .as_deref()
        .is_some_and(|text| mentions(text, column));
    in_parts || in_predicate || index.include.iter().any(|name| name == column)
}

/// The sequence that a column owns, whatever it is called.
fn sequence_of(table: &Name, column: &str) -> String {
    let table = literal(&qualified(table));
    format!("pg_get_serial_sequence({table}, {})", literal(column))
}

/// Moves a table to the default schema, whatever that is.
pub(super) fn into_default_schema(table: &Name) -> String {
    let head = literal(&format!("ALTER TABLE {} SET SCHEMA ", qualified(table)));
    dynamic(&format!("EXECUTE {head} || quote_ident(current_schema())"))
}

/// A statement whose text is made when it runs.
fn dynamic(statement: &str) -> String {
    let mut tag = String::from("$$");
    while statement.contains(&tag) {
        tag.insert(tag.len() - 1, 'q');
    }
    format!("DO {tag} BEGIN {statement}; END {tag}")
}

impl Dependents {
    /// Takes out what another has already.
    pub(super) fn without(&mut self, other: &Self) {
        self.columns.retain(|each| !other.columns.contains(each));
        self.checks.retain(|each| !other.checks.contains(each));
        self.uniques.retain(|each| !other.uniques.contains(each));
        self.indexes.retain(|each| !other.indexes.contains(each));
    }
}
