//! What rests on a column goes, the column changes, and it comes back.

use super::{
    super::words::{mentions, quote, table as table_name},
    Writer,
};
use crate::schema::{
    Check, Column, Index, IndexKey, Name, Table, Unique,
    dialect::Unsupported,
    operation::{Fill, destroyed_column},
};

/// What had to go for a column to be touched, and comes back after.
#[derive(Default)]
pub(super) struct Detached {
    checks: Vec<Check>,
    columns: Vec<Column>,
    uniques: Vec<Unique>,
    indexes: Vec<Index>,
}

impl Writer<'_> {
    /// Drops what names a column in an expression, where the server lets the column not be touched
    /// for it.
    pub(super) fn detach(&mut self, name: &Name, column: &str, dropped: bool) -> Detached {
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
    pub(super) fn attach(&mut self, name: &Name, detached: &Detached) {
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

    /// Makes a column anew: [a virtual column](https://mariadb.com/kb/en/generated-columns/) becomes
    /// nothing else, and nothing else becomes virtual.
    pub(super) fn replace_column(
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
