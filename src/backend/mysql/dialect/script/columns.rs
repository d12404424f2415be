//! Columns: added, changed, renamed, dropped.

use super::{
    super::{
        keys::{Key, leading},
        sample,
        words::{list, mentions, quote, table as table_name},
    },
    Writer, state, unsupported,
};
use crate::schema::{
    Check, Column, Index, IndexKey, Name, Table, Unique,
    dialect::Unsupported,
    operation::{Fill, Operation, destroyed_column},
};

/// What had to go for a column to be touched, and comes back after.
#[derive(Default)]
struct Detached {
    checks: Vec<Check>,
    columns: Vec<Column>,
    uniques: Vec<Unique>,
    indexes: Vec<Index>,
}

impl Writer<'_> {
    /// Says a column's whole definition again, as `now` has it.
    pub(super) fn modify(&mut self, table: &Name, column: &Column) {
        if let Some(of) = self.now.tables.get(table) {
            let definition = self.dialect.column(of, column);
            self.alter(table, &[format!("MODIFY COLUMN {definition}")]);
        }
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

    fn remember(&mut self, table: &Name, column: &Column) {
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
                    vec![format!("ADD {}", super::define::unique(unique))]
                }
                Operation::AddIndex(of, index)
                    if *of == table.name && there(&leading(index)) && index.method.is_none() =>
                {
                    vec![format!("ADD {}", self.dialect.index_line(index))]
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
    fn fill(
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
        self.attach(name, detached);
        if let Some(table) = self.now.tables.get_mut(name) {
            let of_column = |check: &Check| {
                super::define::column_of(table, check).is_some_and(|of| of.name == column.name)
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
                .map(|check| {
                    super::define::column_of(table, check).is_some_and(|of| of.name == from)
                })
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
            .map(|(table, column)| match table == *name && column == from {
                true => (table, to.to_owned()),
                false => (table, column),
            })
            .collect();
        self.attach(name, detached);
    }

    /// Drops what names a column in an expression, where the server lets the column not be touched
    /// for it.
    fn detach(&mut self, name: &Name, column: &str, dropped: bool) -> Detached {
        let mut detached = Detached::default();
        if dropped || self.dialect.renames_in_expressions() {
            return detached;
        }
        let Some(table) = self.now.tables.get(name).cloned() else {
            return detached;
        };
        let named = |expression: &str| mentions(expression, column);
        for other in table.columns.values() {
            let generated = other.generated.as_ref();
            if generated.is_some_and(|generated| named(&generated.expression)) {
                detached.columns.push(other.clone());
            }
        }
        let gone = |of: &str| detached.columns.iter().any(|other| other.name == of);
        detached.checks = table
            .checks
            .iter()
            .filter(|check| {
                named(&check.expression)
                    || detached
                        .columns
                        .iter()
                        .any(|other| mentions(&check.expression, &other.name))
            })
            .cloned()
            .collect();
        detached.uniques = table
            .uniques
            .iter()
            .filter(|unique| unique.columns.iter().any(|of| gone(of)))
            .cloned()
            .collect();
        detached.indexes = table
            .indexes
            .iter()
            .filter(|index| {
                index.parts.iter().any(|part| match &part.key {
                    IndexKey::Column(of) => gone(of),
                    IndexKey::Expression(expression) => named(expression),
                })
            })
            .cloned()
            .collect();
        let mut drops: Vec<String> = Vec::new();
        for check in &detached.checks {
            drops.extend(
                check
                    .name
                    .iter()
                    .map(|own| format!("DROP CHECK {}", quote(own))),
            );
        }
        let uniques = detached
            .uniques
            .iter()
            .filter_map(|each| each.name.as_ref());
        let indexes = detached.indexes.iter().map(|each| &each.name);
        drops.extend(
            uniques
                .chain(indexes)
                .map(|own| format!("DROP INDEX {}", quote(own))),
        );
        for other in detached.columns.iter().rev() {
            drops.push(format!("DROP COLUMN {}", quote(&other.name)));
        }
        for drop in drops {
            self.alter(name, &[drop]);
        }
        for other in table.columns.values() {
            if other.default.as_deref().is_some_and(named) {
                self.alter(
                    name,
                    &[format!("ALTER COLUMN {} DROP DEFAULT", quote(&other.name))],
                );
            }
        }
        detached
    }

    /// Brings back what was detached, as `now` has it.
    fn attach(&mut self, name: &Name, detached: Detached) {
        let Some(table) = self.now.tables.get(name).cloned() else {
            return;
        };
        for column in &detached.columns {
            if let Some(column) = table.columns.get(&column.name) {
                let definition = self.dialect.column(&table, column);
                self.alter(name, &[format!("ADD COLUMN {definition}")]);
            }
        }
        let uniques = table
            .uniques
            .iter()
            .filter(|each| detached.uniques.iter().any(|gone| gone.name == each.name));
        for unique in uniques {
            self.add_unique(name, unique);
        }
        let indexes = table
            .indexes
            .iter()
            .filter(|each| detached.indexes.iter().any(|gone| gone.name == each.name));
        for index in indexes {
            self.add_index(name, index);
        }
        let checks = table
            .checks
            .iter()
            .filter(|each| detached.checks.iter().any(|gone| gone.name == each.name));
        for check in checks {
            self.add_check(name, check);
        }
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
        self.modify(name, &target);
        if before.generated.is_none()
            && after.generated.is_some()
            && let Some(last) = self.script.statements.last_mut()
        {
            let destroyed = destroyed_column(name, before);
            last.comment = destroyed.map(|what| format!("destroys data: {what}"));
        }
        Ok(())
    }

    /// Makes a column anew: [a virtual column](https://mariadb.com/kb/en/generated-columns/) becomes
    /// nothing else, and nothing else becomes virtual.
    fn replace_column(
        &mut self,
        name: &Name,
        before: &Column,
        after: &Column,
    ) -> Result<(), Unsupported> {
        let table = self.table(name)?;
        let own = &after.name;
        let uniques: Vec<&Unique> = table
            .uniques
            .iter()
            .filter(|unique| unique.columns.contains(own))
            .collect();
        let over = |index: &Index| {
            let mut parts = index.parts.iter();
            parts.any(|part| part.key == IndexKey::Column(own.clone()))
        };
        let indexes: Vec<&Index> = table.indexes.iter().filter(|index| over(index)).collect();
        let checks: Vec<&Check> = table
            .checks
            .iter()
            .filter(|check| mentions(&check.expression, own))
            .collect();
        for unique in &uniques {
            self.drop_unique(name, unique)?;
        }
        for index in &indexes {
            self.drop_index(name, index)?;
        }
        for check in &checks {
            if self.check_column(name, check).is_none() {
                self.drop_check(name, check)?;
            }
        }
        let drop = format!("DROP COLUMN {}", quote(own));
        if after.generated.is_some() {
            let definition = self.dialect.column(&table, after);
            self.script.push_destroying(
                destroyed_column(name, before),
                format!("ALTER TABLE {} {drop}", table_name(name)),
            );
            self.alter(name, &[format!("ADD COLUMN {definition}")]);
        } else {
            let stem: String = own.chars().take(60).collect();
            let new = Column {
                name: format!("{stem}_new"),
                nullable: true,
                ..after.clone()
            };
            let definition = self.dialect.column(&Table::new(name.clone()), &new);
            self.alter(name, &[format!("ADD COLUMN {definition}")]);
            self.fill(name, &new, &Fill::Expression(quote(own)), false)?;
            self.alter(name, &[drop]);
            self.alter(
                name,
                &[format!(
                    "RENAME COLUMN {} TO {}",
                    quote(&new.name),
                    quote(own)
                )],
            );
            self.modify(name, after);
        }
        self.remember(name, after);
        for unique in uniques {
            self.add_unique(name, unique);
        }
        for index in indexes {
            self.add_index(name, index);
        }
        for check in checks {
            if self.check_column(name, check).is_none() {
                self.add_check(name, check);
            }
        }
        Ok(())
    }
}
