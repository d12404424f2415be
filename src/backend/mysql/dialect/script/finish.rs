//! What comes last: what was put off, and what came to be by the way.

use super::{Writer, define, state};
use crate::schema::{Check, Name, Table, dialect::Unsupported, operation::Operation};

impl Writer<'_> {
    pub(super) fn finish(&mut self) -> Result<(), Unsupported> {
        for (table, column) in std::mem::take(&mut self.owed) {
            let wanted = self.to.tables.get(&table);
            let wanted = wanted.and_then(|table| table.columns.get(&column)).cloned();
            let there = self.now.tables.get(&table);
            if there.is_some_and(|there| there.columns.contains_key(&column))
                && let Some(wanted) = wanted
            {
                self.modify(&table, &wanted);
            }
        }
        self.settle_checks()?;
        for (table, own) in std::mem::take(&mut self.suspended) {
            let there = self.now.tables.get(&table);
            let key = there.and_then(|there| {
                let mut keys = there.foreign_keys.iter();
                keys.find(|key| key.name.as_ref() == Some(&own)).cloned()
            });
            if let Some(key) = key {
                self.add_foreign_key(&table, &key);
            }
        }
        Ok(())
    }

    /// A check that belongs to a column takes part in what happens to it, its name in particular;
    /// where that leads away from what is wanted, it is made anew.
    fn settle_checks(&mut self) -> Result<(), Unsupported> {
        let tables: Vec<Name> = self.now.tables.keys().cloned().collect();
        for name in tables {
            let (Some(now), Some(to)) = (self.now.tables.get(&name), self.to.tables.get(&name))
            else {
                continue;
            };
            let gone = missing(self, now, to);
            let new = missing(self, to, now);
            for check in gone {
                self.drop_check(&name, &check)?;
                state::apply(&mut self.now, &Operation::DropCheck(name.clone(), check));
            }
            for check in new {
                state::apply(
                    &mut self.now,
                    &Operation::AddCheck(name.clone(), check.clone()),
                );
                self.add_check(&name, &check);
            }
        }
        Ok(())
    }
}

/// The checks of one table that the other has not.
fn missing(writer: &Writer<'_>, of: &Table, other: &Table) -> Vec<Check> {
    let belongs = |table: &Table, check: &Check| {
        writer.dialect.columns_have_checks() && define::column_of(table, check).is_some()
    };
    of.checks
        .iter()
        .filter(|check| {
            !other.checks.iter().any(|each| {
                each.name == check.name
                    && each.expression == check.expression
                    && belongs(other, each) == belongs(of, check)
            })
        })
        .cloned()
        .collect()
}
