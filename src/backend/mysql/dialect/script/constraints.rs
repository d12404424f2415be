//! Keys, constraints and indexes: added, renamed, dropped.

use super::{
    super::{
        define,
        keys::{Key, leading, served},
        words::{list, quote, table as table_name},
    },
    Writer, named, state,
};
use crate::schema::{
    Check, Column, ForeignKey, Index, Name, PrimaryKey, Unique,
    dialect::Unsupported,
    operation::{Constraint, Operation},
};

impl Writer<'_> {
    pub(super) fn alter_primary_key(
        &mut self,
        name: &Name,
        before: Option<&PrimaryKey>,
        after: Option<&PrimaryKey>,
    ) -> Result<(), Unsupported> {
        if let Some(before) = before {
            let stays = after.map_or(&[][..], |after| &after.columns);
            self.release(name, Key::Primary, &before.columns, stays)?;
        }
        if let Some(after) = after {
            self.pin(name, &after.columns);
        }
        let mut clauses = Vec::new();
        clauses.extend(before.map(|_| "DROP PRIMARY KEY".to_owned()));
        clauses.extend(after.map(|after| format!("ADD PRIMARY KEY {}", list(&after.columns))));
        if !clauses.is_empty() {
            self.alter(name, &clauses);
        }
        Ok(())
    }

    /// Keeps the indexes that the server made for foreign keys, by itself, and would drop without a
    /// word as soon as [another one serves](https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html):
    /// one that is asked for stays.
    pub(super) fn pin(&mut self, name: &Name, columns: &[String]) {
        let Some(table) = self.now.tables.get(name) else {
            return;
        };
        let indexes = table.indexes.iter().filter(|index| {
            columns.starts_with(&leading(index))
                && self.made.contains(&(name.clone(), index.name.clone()))
        });
        for index in indexes.cloned().collect::<Vec<Index>>() {
            self.alter(
                name,
                &[
                    format!("DROP INDEX {}", quote(&index.name)),
                    format!("ADD {}", define::index_line(&index)),
                ],
            );
            self.made.remove(&(name.clone(), index.name));
        }
    }

    pub(super) fn add_foreign_key(&mut self, table: &Name, key: &ForeignKey) {
        self.pin(table, &key.columns);
        self.alter(table, &[format!("ADD {}", define::foreign_key(key))]);
    }

    /// Drops a foreign key, and the index it made, which it leaves behind; unless the same one comes
    /// back, `again`, and takes the index for its own.
    pub(super) fn drop_foreign_key(
        &mut self,
        name: &Name,
        key: &ForeignKey,
        again: bool,
    ) -> Result<(), Unsupported> {
        let own = named(name, key.name.as_ref(), "foreign key")?;
        let place = (name.clone(), own.clone());
        let suspended = self.suspended.contains(&place);
        self.suspended.retain(|each| *each != place);
        state::apply(
            &mut self.now,
            &Operation::DropForeignKey(name.clone(), key.clone()),
        );
        let table = self.table(name)?;
        let declared = table.indexes.iter().any(|index| index.name == own)
            || table
                .uniques
                .iter()
                .any(|unique| unique.name.as_ref() == Some(&own));
        // Foreign keys that begin with the same columns share an index; the last one added named it.
        let begins = |other: &ForeignKey| other.columns.starts_with(&key.columns);
        let shared: Vec<&ForeignKey> = table
            .foreign_keys
            .iter()
            .filter(|key| begins(key))
            .collect();
        let last = shared.iter().all(|other| other.name.as_ref() < Some(&own));
        let mut clauses = Vec::new();
        if !suspended {
            clauses.push(format!("DROP FOREIGN KEY {}", quote(&own)));
        }
        let serves = served(&table, &key.columns, None);
        let certain = !serves && shared.is_empty();
        if !declared
            && !again
            && (certain || self.dialect.drops_index_if_there() || (!serves && last))
        {
            self.suspend(|of, other| of.name == *name && key.columns.starts_with(&other.columns))?;
            let condition = if self.dialect.drops_index_if_there() && !certain {
                "IF EXISTS "
            } else {
                ""
            };
            clauses.push(format!("DROP INDEX {condition}{}", quote(&own)));
        }
        if !clauses.is_empty() {
            self.alter(name, &clauses);
        }
        Ok(())
    }

    pub(super) fn drop_unique(&mut self, table: &Name, unique: &Unique) -> Result<(), Unsupported> {
        let own = named(table, unique.name.as_ref(), "unique constraint")?;
        self.release(table, Key::Named(&own), &unique.columns, &[])?;
        self.alter(table, &[format!("DROP INDEX {}", quote(&own))]);
        Ok(())
    }

    pub(super) fn add_unique(&mut self, table: &Name, unique: &Unique) {
        self.pin(table, &unique.columns);
        self.alter(table, &[format!("ADD {}", define::unique(unique))]);
    }

    pub(super) fn add_index(&mut self, table: &Name, index: &Index) {
        self.pin(table, &leading(index));
        let sql = define::create_index(table, index);
        self.script.push(sql);
    }

    pub(super) fn drop_index(&mut self, table: &Name, index: &Index) -> Result<(), Unsupported> {
        self.release(table, Key::Named(&index.name), &leading(index), &[])?;
        self.script.push(format!(
            "DROP INDEX {} ON {}",
            quote(&index.name),
            table_name(table)
        ));
        Ok(())
    }

    /// Adds a check that is in `now` already.
    pub(super) fn add_check(&mut self, name: &Name, check: &Check) {
        let column = self.check_column(name, check);
        match column {
            Some(column) => self.modify(name, &column),
            None => self.alter(name, &[format!("ADD {}", define::check(check))]),
        }
    }

    /// The column that a check belongs to, where the server has such checks.
    pub(super) fn check_column(&self, table: &Name, check: &Check) -> Option<Column> {
        if !self.dialect.columns_have_checks() {
            return None;
        }
        define::column_of(self.now.tables.get(table)?, check).cloned()
    }

    pub(super) fn drop_check(&mut self, table: &Name, check: &Check) -> Result<(), Unsupported> {
        let own = named(table, check.name.as_ref(), "check")?;
        if let Some(column) = self.check_column(table, check) {
            // It goes with a definition of the column that does not repeat it.
            state::apply(
                &mut self.now,
                &Operation::DropCheck(table.clone(), check.clone()),
            );
            self.modify(table, &column);
            return Ok(());
        }
        let word = if self.dialect.drops_constraints() {
            "CONSTRAINT"
        } else {
            "CHECK"
        };
        self.alter(table, &[format!("DROP {word} {}", quote(&own))]);
        Ok(())
    }

    pub(super) fn rename_constraint(
        &mut self,
        table: &Name,
        constraint: &Constraint,
        to: &str,
    ) -> Result<(), Unsupported> {
        match constraint {
            Constraint::ForeignKey(key) => {
                let key = &self.as_it_is(table, |table| &table.foreign_keys, key, |key| &key.name);
                self.drop_foreign_key(table, key, false)?;
                let key = ForeignKey {
                    name: Some(to.to_owned()),
                    ..key.clone()
                };
                self.add_foreign_key(table, &key);
                state::apply(&mut self.now, &Operation::AddForeignKey(table.clone(), key));
            }
            Constraint::Unique(unique) => {
                let own = named(table, unique.name.as_ref(), "unique constraint")?;
                self.alter(
                    table,
                    &[format!("RENAME INDEX {} TO {}", quote(&own), quote(to))],
                );
                let operation = Operation::RenameConstraint {
                    table: table.clone(),
                    constraint: constraint.clone(),
                    to: to.to_owned(),
                };
                state::apply(&mut self.now, &operation);
            }
            Constraint::Check(check) => {
                let check =
                    &self.as_it_is(table, |table| &table.checks, check, |check| &check.name);
                self.drop_check(table, check)?;
                let renamed = Check {
                    name: Some(to.to_owned()),
                    ..check.clone()
                };
                state::apply(
                    &mut self.now,
                    &Operation::DropCheck(table.clone(), check.clone()),
                );
                state::apply(
                    &mut self.now,
                    &Operation::AddCheck(table.clone(), renamed.clone()),
                );
                self.add_check(table, &renamed);
            }
        }
        Ok(())
    }
}
