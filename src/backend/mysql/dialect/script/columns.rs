//! Columns: added, changed, renamed, dropped.

use std::collections::BTreeSet;

use super::{
    super::{
        define,
        keys::{Key, leading},
        sample,
        words::{labels, list, quote, table as table_name},
    },
    Modified, Writer,
    around::Detached,
    state, unsupported,
};
use crate::schema::{
    Check, Column, Name, Table,
    dialect::Unsupported,
    operation::{Fill, Operation, destroyed_column},
};

impl Writer<'_> {
    /// Says a column's whole definition again, as `now` has it.
    pub(super) fn modify(&mut self, table: &Name, column: &Column) {
        let Some(of) = self.now.tables.get(table) else {
            return;
        };
        let clause = format!("MODIFY COLUMN {}", self.dialect.column(of, column));
        let mut clauses = vec![clause];
        let mut columns = BTreeSet::from([column.name.clone()]);
        // With those changed just before it, so that the server writes the table once.
        if let Some(last) = self.modified.take()
            && last.table == *table
            && last.end == self.script.statements.len()
            && !last.columns.contains(&column.name)
        {
            self.script.statements.pop();
            clauses.splice(0..0, last.clauses);
            columns.extend(last.columns);
        }
        self.alter(table, &clauses);
        self.modified = Some(Modified {
            table: table.clone(),
            columns,
            clauses,
            end: self.script.statements.len(),
        });
    }

    /// Takes `AUTO_INCREMENT` from a column; if it is still to have it, it comes back at the end.
    pub(super) fn stop_counting(&mut self, table: &Name, column: &Column) {
        let still = Column {
            auto: None,
            ..column.clone()
        };
        self.modify(table, &still);
        self.remember(table, &still);
        self.owed.insert((table.clone(), column.name.clone()));
    }

    pub(super) fn remember(&mut self, table: &Name, column: &Column) {
        if let Some(of) = self.now.tables.get_mut(table) {
            of.columns.insert(column.name.clone(), column.clone());
        }
    }

    pub(super) fn add_column(
        &mut self,
        name: &Name,
        column: &Column,
        fill: Option<&Fill>,
        later: &[Operation],
        offset: usize,
    ) -> Result<(), Unsupported> {
        let table = self.table(name)?;
        if column.auto.is_some() {
            self.add_counting_column(&table, column, later, offset)?;
            return Ok(());
        }
        let Some(fill) = fill else {
            let definition = self.dialect.column(&table, column);
            self.alter(name, &[format!("ADD COLUMN {definition}")]);
            return Ok(());
        };
        let nullable = Column {
            nullable: true,
            ..column.clone()
        };
        let definition = self.dialect.column(&table, &nullable);
        self.alter(name, &[format!("ADD COLUMN {definition}")]);
        self.fill(name, column, fill, false)?;
        if !column.nullable {
            self.modify(name, column);
        }
        Ok(())
    }

    /// A column that counts up needs a key in the statement that adds it; so the operation that adds
    /// the key is carried out with it.
    fn add_counting_column(
        &mut self,
        table: &Table,
        column: &Column,
        later: &[Operation],
        offset: usize,
    ) -> Result<(), Unsupported> {
        let counting: Vec<Column> = table
            .columns
            .values()
            .filter(|other| other.auto.is_some())
            .cloned()
            .collect();
        for other in &counting {
            self.stop_counting(&table.name, other);
        }
        let there = |columns: &[String]| {
            columns.first() == Some(&column.name)
                && columns[1..]
                    .iter()
                    .all(|other| table.columns.contains_key(other))
        };
        let key = later.iter().enumerate().find_map(|(index, operation)| {
            let clauses = match operation {
                Operation::AlterPrimaryKey {
                    table: of,
                    before,
                    after: Some(after),
                } if *of == table.name && there(&after.columns) => {
                    let drop = before.as_ref().map(|_| "DROP PRIMARY KEY".to_owned());
                    let add = format!("ADD PRIMARY KEY {}", list(&after.columns));
                    drop.into_iter().chain([add]).collect::<Vec<_>>()
                }
                Operation::AddUnique(of, unique) if *of == table.name && there(&unique.columns) => {
                    vec![format!("ADD {}", define::unique(unique))]
                }
                Operation::AddIndex(of, index)
                    if *of == table.name && there(&leading(index)) && index.method.is_none() =>
                {
                    vec![format!("ADD {}", define::index_line(index))]
                }
                _ => return None,
            };
            Some((index, operation, clauses))
        });
        let Some((index, operation, clauses)) = key else {
            let still = Column {
                auto: None,
                ..column.clone()
            };
            let definition = self.dialect.column(table, &still);
            self.alter(&table.name, &[format!("ADD COLUMN {definition}")]);
            self.owed.insert((table.name.clone(), column.name.clone()));
            return Ok(());
        };
        if let Operation::AlterPrimaryKey {
            before: Some(before),
            after,
            ..
        } = operation
        {
            let stays = after.as_ref().map_or(&[][..], |after| &after.columns);
            self.release(&table.name, Key::Primary, &before.columns, stays)?;
        }
        let table = self.table(&table.name)?;
        let definition = self.dialect.column(&table, column);
        let mut all = vec![format!("ADD COLUMN {definition}")];
        all.extend(clauses);
        self.alter(&table.name, &all);
        state::apply(&mut self.now, operation);
        self.done.insert(offset + index);
        Ok(())
    }

    /// Gives rows a value: all of them, or those where the column is null.
    pub(super) fn fill(
        &mut self,
        name: &Name,
        column: &Column,
        fill: &Fill,
        nulls_only: bool,
    ) -> Result<(), Unsupported> {
        let (value, comment) = match fill {
            Fill::Expression(expression) => (expression.clone(), None),
            Fill::Placeholder => {
                let table = self.to.tables.get(name);
                let found = table.and_then(|table| sample::placeholder(self.to, table, column));
                let placeholder = found.ok_or_else(|| {
                    unsupported(format!(
                        "no value is known for `{}` of `{name}`, whose type is `{}`",
                        column.name, column.sql_type
                    ))
                })?;
                if let Some(before) = placeholder.before {
                    self.script.push(before);
                }
                let comment = if nulls_only {
                    "it may not be null here: nulls become a placeholder"
                } else {
                    "the data are lost: every row gets a placeholder"
                };
                (placeholder.value, Some(comment))
            }
        };
        let own = quote(&column.name);
        let mut sets = vec![format!("{own} = {value}")];
        // Otherwise the change would show in them.
        let others = self.now.tables.get(name).into_iter();
        sets.extend(
            others
                .flat_map(|table| table.columns.values())
                .filter(|other| other.on_update.is_some() && other.name != column.name)
                .map(|other| format!("{0} = {0}", quote(&other.name))),
        );
        let condition = if nulls_only {
            format!(" WHERE {own} IS NULL")
        } else {
            String::new()
        };
        let sql = format!(
            "UPDATE {} SET {}{condition}",
            table_name(name),
            sets.join(", ")
        );
        match comment {
            Some(comment) => self.script.push_noted(comment, sql),
            None => self.script.push(sql),
        }
        Ok(())
    }

    pub(super) fn drop_column(&mut self, name: &Name, column: &Column) {
        let detached = self.detach(name, &column.name, true);
        self.script.push_destroying(
            destroyed_column(name, column),
            format!(
                "ALTER TABLE {} DROP COLUMN {}",
                table_name(name),
                quote(&column.name)
            ),
        );
        self.attach(name, &detached);
        if let Some(table) = self.now.tables.get_mut(name) {
            let of_column = |check: &Check| {
                define::column_of(table, check).is_some_and(|of| of.name == column.name)
            };
            let checks: Vec<Check> = table
                .checks
                .iter()
                .filter(|check| !of_column(check))
                .cloned()
                .collect();
            table.checks = checks;
        }
    }

    pub(super) fn rename_column(&mut self, name: &Name, from: &str, to: &str) {
        let detached = if self.dialect.renames_in_expressions() {
            Detached::default()
        } else {
            self.detach(name, from, false)
        };
        self.alter(
            name,
            &[format!("RENAME COLUMN {} TO {}", quote(from), quote(to))],
        );
        let operation = Operation::RenameColumn {
            table: name.clone(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        // A check that belongs to a column has its name.
        if self.dialect.columns_have_checks()
            && let Some(table) = self.now.tables.get_mut(name)
        {
            let belongs: Vec<bool> = table
                .checks
                .iter()
                .map(|check| define::column_of(table, check).is_some_and(|of| of.name == from))
                .collect();
            for (check, belongs) in table.checks.iter_mut().zip(belongs) {
                if belongs {
                    check.name = Some(to.to_owned());
                }
            }
        }
        // What is detached is in `now` all the same, and renamed with it.
        state::apply(&mut self.now, &operation);
        self.owed = std::mem::take(&mut self.owed)
            .into_iter()
            .map(|(table, column)| {
                let renamed = table == *name && column == from;
                (table, if renamed { to.to_owned() } else { column })
            })
            .collect();
        self.attach(name, &detached);
    }

    pub(super) fn alter_column(
        &mut self,
        name: &Name,
        before: &Column,
        after: &Column,
        fill: Option<&Fill>,
    ) -> Result<(), Unsupported> {
        let in_key = |columns: &[String]| columns.contains(&after.name);
        let retyped = before.sql_type != after.sql_type || before.collation != after.collation;
        if retyped || (before.nullable && !after.nullable) {
            self.suspend(|of, key| {
                (of.name == *name && in_key(&key.columns))
                    || (key.table == *name && in_key(&key.referred))
            })?;
        }
        let kind = |column: &Column| column.generated.as_ref().map(|generated| generated.stored);
        if kind(before) != kind(after) && [kind(before), kind(after)].contains(&Some(false)) {
            return self.replace_column(name, before, after);
        }
        let table = self.table(name)?;
        let mut target = after.clone();
        if after.nullable && in_key(table.key_columns()) {
            target.nullable = false;
            self.owed.insert((name.clone(), after.name.clone()));
        }
        if after.auto.is_some() && !super::served(&table, std::slice::from_ref(&after.name), None) {
            target.auto = None;
            self.owed.insert((name.clone(), after.name.clone()));
        }
        if let Some(fill) = fill {
            if retyped {
                let still = Column {
                    nullable: true,
                    auto: None,
                    ..target.clone()
                };
                self.modify(name, &still);
            }
            self.fill(name, after, fill, true)?;
        }
        let loses = loses_labels(before, after);
        if loses {
            // What its note says is said of nothing else.
            self.modified = None;
        }
        self.modify(name, &target);
        if before.generated.is_none()
            && after.generated.is_some()
            && let Some(last) = self.script.statements.last_mut()
        {
            let destroyed = destroyed_column(name, before);
            last.comment = destroyed.map(|what| format!("destroys data: {what}"));
        }
        if loses {
            self.modified = None;
            if let Some(statement) = self.script.statements.last_mut() {
                statement.comment = Some(format!(
                    "fails while rows of `{name}` hold a label that is gone; without a strict `sql_mode` they lose it"
                ));
            }
        }
        Ok(())
    }
}

/// Whether an enum or a set comes back with fewer labels.
fn loses_labels(before: &Column, after: &Column) -> bool {
    match (labels(&before.sql_type), labels(&after.sql_type)) {
        (Some(before), Some(after)) => before.iter().any(|label| !after.contains(label)),
        _ => false,
    }
}
