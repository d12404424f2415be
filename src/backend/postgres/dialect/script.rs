//! Operations as statements.

use crate::schema::{
    Check, Column, ForeignKey, Index, Name, PrimaryKey, Schema, Table,
    dialect::{Change, Named, Script, Unsupported},
    operation::{Constraint, Fill, Operation, destroyed_column},
};

use super::{
    definition,
    names::{beside, default_name, literal, qualified, quoted},
};

/// The statements that carry out a change.
pub(super) fn script(change: &Change<'_>) -> Result<Script, Unsupported> {
    let mut writer = Writer {
        to: change.to,
        operations: change.operations,
        state: change.from.clone(),
        script: Script::default(),
        lifted: Vec::new(),
        altered: Vec::new(),
        retyped: None,
    };
    for (place, operation) in change.operations.iter().enumerate() {
        if !writer.alters_constraint(place, operation) {
            writer.operation(operation)?;
        }
        // What cannot follow is the server's to refuse, in its own words.
        let _ = operation.apply(&mut writer.state);
    }
    writer.restore();
    Ok(writer.script)
}

/// A script being written, and the schema as it is at that point.
pub(super) struct Writer<'a> {
    pub(super) to: &'a Schema,
    pub(super) operations: &'a [Operation],
    pub(super) state: Schema,
    pub(super) script: Script,
    /// Foreign keys that are off until the end, because both their ends change: table and name.
    pub(super) lifted: Vec<(Name, String)>,
    /// Foreign keys, by table, that are already what an operation to come makes them.
    altered: Vec<(Name, ForeignKey)>,
    /// The type changes that the last statement makes, if that is what it does.
    pub(super) retyped: Option<Retyped>,
}

/// A statement that changes types and nothing else.
pub(super) struct Retyped {
    pub(super) table: Name,
    /// What is said of each column.
    pub(super) changes: Vec<(String, String)>,
    /// How many statements there were then.
    pub(super) end: usize,
}

impl Writer<'_> {
    fn operation(&mut self, operation: &Operation) -> Result<(), Unsupported> {
        match operation {
            Operation::CreateSchema(name) => self.push(format!("CREATE SCHEMA {}", quoted(name))),
            Operation::DropSchema(name) => self.push(format!("DROP SCHEMA {}", quoted(name))),
            Operation::CreateEnum(kind) => {
                let labels: Vec<String> = kind.labels.iter().map(|label| literal(label)).collect();
                self.push(format!(
                    "CREATE TYPE {} AS ENUM ({})",
                    qualified(&kind.name),
                    labels.join(", ")
                ));
            }
            Operation::DropEnum(kind) => self.push(format!("DROP TYPE {}", qualified(&kind.name))),
            Operation::AlterEnum { before, after } => self.alter_enum(before, after),
            Operation::CreateTable(table) => self.create_table(table),
            Operation::DropTable(table) => {
                self.lifted.retain(|(name, _)| *name != table.name);
                let sql = format!("DROP TABLE {}", qualified(&table.name));
                self.script.push_destroying(operation.destroys(), sql);
            }
            Operation::RenameTable { from, to } => self.rename_table(from, to),
            Operation::AddColumn {
                table,
                column,
                fill,
            } => self.add_column(table, column, fill.as_ref()),
            Operation::DropColumn { table, column } => self.drop_column(table, column),
            Operation::RenameColumn { table, from, to } => {
                let change = format!("RENAME COLUMN {} TO {}", quoted(from), quoted(to));
                self.alter(table, &change);
            }
            Operation::AlterColumn {
                table,
                before,
                after,
                fill,
            } => self.alter_column(table, before, after, fill.as_ref())?,
            Operation::AlterPrimaryKey {
                table,
                before,
                after,
            } => self.alter_primary_key(table, before.as_ref(), after.as_ref()),
            Operation::AddForeignKey(table, key) => {
                self.alter(table, &format!("ADD {}", definition::foreign_key(key)));
            }
            Operation::DropForeignKey(table, key) => {
                let name = named(key.name.as_ref(), Named::ForeignKey, table, &key.columns);
                let lifted = self.lifted.len();
                self.lifted
                    .retain(|each| each != &(table.clone(), name.clone()));
                if self.lifted.len() == lifted {
                    self.drop_constraint(table, &name);
                }
            }
            Operation::AddUnique(table, unique) => {
                self.alter(table, &format!("ADD {}", definition::unique(unique)));
            }
            Operation::DropUnique(table, unique) => {
                let name = named(unique.name.as_ref(), Named::Unique, table, &unique.columns);
                self.drop_constraint(table, &name);
            }
            Operation::AddIndex(table, index) => self.push(definition::index(table, index)),
            Operation::DropIndex(table, index) => self.drop_index(table, index),
            Operation::AddCheck(table, check) => {
                self.alter(table, &format!("ADD {}", definition::check(check)));
            }
            Operation::DropCheck(table, check) => self.drop_check(table, check),
            Operation::RenameIndex { table, from, to } => {
                let from = qualified(&beside(table, from));
                self.push(format!("ALTER INDEX {from} RENAME TO {}", quoted(to)));
            }
            Operation::RenameConstraint {
                table,
                constraint,
                to,
            } => self.rename_constraint(table, constraint, to),
        }
        Ok(())
    }

    /// Changes when a foreign key is checked, in place: adding it again would read every row. Whether
    /// that is what the operation at this place, with another one, is about.
    fn alters_constraint(&mut self, place: usize, operation: &Operation) -> bool {
        match operation {
            Operation::DropForeignKey(table, key) => {
                // Behind anything else the key may have to be away for a while.
                let later = self.operations.iter().skip(place + 1).take_while(|each| {
                    use Operation::{AddCheck, AddForeignKey, AddIndex, DropForeignKey};
                    matches!(
                        each,
                        AddCheck(..) | AddForeignKey(..) | AddIndex(..) | DropForeignKey(..)
                    )
                });
                let new = later.into_iter().find_map(|each| match each {
                    Operation::AddForeignKey(of, new) if of == table && new.name == key.name => {
                        Some(new)
                    }
                    _ => None,
                });
                let (Some(new), Some(name)) = (new, &key.name) else {
                    return false;
                };
                let before = ForeignKey {
                    deferrable: new.deferrable,
                    ..key.clone()
                };
                let lifted = self.lifted.contains(&(table.clone(), name.clone()));
                if lifted || before != *new || key.deferrable == new.deferrable {
                    return false;
                }
                let when = definition::deferrability(new.deferrable);
                self.alter(table, &format!("ALTER CONSTRAINT {} {when}", quoted(name)));
                self.altered.push((table.clone(), new.clone()));
                true
            }
            Operation::AddForeignKey(table, key) => self
                .altered
                .iter()
                .any(|(of, each)| of == table && each == key),
            _ => false,
        }
    }

    /// Adds a statement.
    pub(super) fn push(&mut self, sql: String) {
        self.script.push(sql);
    }

    /// Adds an `ALTER TABLE`.
    pub(super) fn alter(&mut self, table: &Name, change: &str) {
        self.push(format!("ALTER TABLE {} {change}", qualified(table)));
    }

    /// Adds an `ALTER TABLE ... ALTER COLUMN`.
    pub(super) fn alter_one(&mut self, table: &Name, column: &str, change: &str) {
        self.alter(table, &format!("ALTER COLUMN {} {change}", quoted(column)));
    }

    fn create_table(&mut self, table: &Table) {
        for statement in definition::table(table) {
            self.push(statement);
        }
        if let Some(comment) = &table.comment {
            let (name, text) = (qualified(&table.name), literal(comment));
            self.push(format!("COMMENT ON TABLE {name} IS {text}"));
        }
        for column in table.columns.values() {
            self.comment_on(&table.name, column);
        }
    }

    fn comment_on(&mut self, table: &Name, column: &Column) {
        if let Some(comment) = &column.comment {
            self.push(format!(
                "COMMENT ON COLUMN {}.{} IS {}",
                qualified(table),
                quoted(&column.name),
                literal(comment)
            ));
        }
    }

    fn rename_table(&mut self, from: &Name, to: &Name) {
        let mut at = from.clone();
        if from.schema != to.schema {
            // A table that goes to the default schema is not told its name: the session knows it.
            match &to.schema {
                Some(schema) => self.alter(from, &format!("SET SCHEMA {}", quoted(schema))),
                None => self.push(super::alter::into_default_schema(from)),
            }
            at.schema.clone_from(&to.schema);
        }
        if from.name != to.name {
            self.alter(&at, &format!("RENAME TO {}", quoted(&to.name)));
        }
        for (table, _) in &mut self.lifted {
            if table == from {
                *table = to.clone();
            }
        }
    }

    fn add_column(&mut self, table: &Name, column: &Column, fill: Option<&Fill>) {
        let Some(fill) = fill else {
            self.alter(table, &format!("ADD COLUMN {}", definition::column(column)));
            if column.auto.is_some() && column.nullable {
                self.alter_one(table, &column.name, "DROP NOT NULL");
            }
            self.comment_on(table, column);
            return;
        };
        let bare = Column {
            nullable: true,
            default: None,
            auto: None,
            ..column.clone()
        };
        self.alter(table, &format!("ADD COLUMN {}", definition::column(&bare)));
        self.fill(table, column, fill, None);
        self.settle(table, &bare, column);
        self.comment_on(table, column);
    }

    fn drop_column(&mut self, table: &Name, column: &Column) {
        let change = format!("DROP COLUMN {}", quoted(&column.name));
        let sql = format!("ALTER TABLE {} {change}", qualified(table));
        self.script
            .push_destroying(destroyed_column(table, column), sql);
    }

    fn alter_primary_key(
        &mut self,
        table: &Name,
        before: Option<&PrimaryKey>,
        after: Option<&PrimaryKey>,
    ) {
        let name = |key: &PrimaryKey| named(key.name.as_ref(), Named::PrimaryKey, table, &[]);
        if let (Some(before), Some(after)) = (before, after)
            && before.columns == after.columns
        {
            let (from, to) = (name(before), name(after));
            if from != to {
                let (from, to) = (quoted(&from), quoted(&to));
                self.alter(table, &format!("RENAME CONSTRAINT {from} TO {to}"));
            }
            return;
        }
        if let Some(before) = before {
            self.drop_constraint(table, &name(before));
        }
        if let Some(after) = after {
            self.alter(table, &format!("ADD {}", definition::primary_key(after)));
        }
    }

    /// Drops a constraint by its name.
    pub(super) fn drop_constraint(&mut self, table: &Name, name: &str) {
        self.alter(table, &format!("DROP CONSTRAINT {}", quoted(name)));
    }

    /// Drops a check constraint.
    pub(super) fn drop_check(&mut self, table: &Name, check: &Check) {
        let name = named(check.name.as_ref(), Named::Check, table, &[]);
        self.drop_constraint(table, &name);
    }

    /// Drops an index.
    pub(super) fn drop_index(&mut self, table: &Name, index: &Index) {
        let name = qualified(&beside(table, &index.name));
        self.push(format!("DROP INDEX {name}"));
    }

    fn rename_constraint(&mut self, table: &Name, constraint: &Constraint, to: &str) {
        let from = match constraint {
            Constraint::ForeignKey(key) => {
                let name = named(key.name.as_ref(), Named::ForeignKey, table, &key.columns);
                let lifted = (table.clone(), name.clone());
                if let Some(each) = self.lifted.iter_mut().find(|each| **each == lifted) {
                    to.clone_into(&mut each.1);
                    return;
                }
                name
            }
            Constraint::Unique(unique) => {
                named(unique.name.as_ref(), Named::Unique, table, &unique.columns)
            }
            Constraint::Check(check) => named(check.name.as_ref(), Named::Check, table, &[]),
        };
        let (from, to) = (quoted(&from), quoted(to));
        self.alter(table, &format!("RENAME CONSTRAINT {from} TO {to}"));
    }

    /// Takes off the foreign keys on both sides of a column until the end.
    pub(super) fn lift_keys(&mut self, table: &Name, column: &str) {
        let mut found = Vec::new();
        for (name, each) in &self.state.tables {
            for key in &each.foreign_keys {
                let refers = name == table && key.columns.iter().any(|one| one == column);
                let referred = key.table == *table && key.referred.iter().any(|one| one == column);
                if refers || referred {
                    let constraint =
                        named(key.name.as_ref(), Named::ForeignKey, name, &key.columns);
                    found.push((name.clone(), constraint));
                }
            }
        }
        for key in found {
            if !self.lifted.contains(&key) {
                self.drop_constraint(&key.0, &key.1);
                self.lifted.push(key);
            }
        }
    }

    /// Puts back the foreign keys that were taken off and still are to be.
    fn restore(&mut self) {
        for (table, name) in std::mem::take(&mut self.lifted) {
            let keys = self
                .state
                .tables
                .get(&table)
                .map(|table| &table.foreign_keys);
            let key = keys.into_iter().flatten().find(|key| {
                named(key.name.as_ref(), Named::ForeignKey, &table, &key.columns) == name
            });
            if let Some(text) = key.map(definition::foreign_key) {
                self.alter(&table, &format!("ADD {text}"));
            }
        }
    }
}

fn named(name: Option<&String>, kind: Named, table: &Name, columns: &[String]) -> String {
    name.cloned()
        .unwrap_or_else(|| default_name(kind, table, columns))
}
