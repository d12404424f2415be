//! Values for rows that are there already.

use crate::schema::{Column, Deferrable, ForeignKey, IndexKey, Name, Table, operation::Fill};

use super::{
    names::{list, qualified, quoted},
    sample,
    script::Writer,
    wanted,
};

/// What a placeholder is for.
const LOST: &str = "the data are lost: every row gets a placeholder";

/// The same for a column that is there.
const NULLS: &str = "it may not be null here: nulls become a placeholder";

impl Writer<'_> {
    /// Sets a column in all rows, or where it is null if it was there `before`. A type without a known
    /// value is said of the statement that comes next, which rows then stop.
    pub(super) fn fill(
        &mut self,
        table: &Name,
        column: &Column,
        fill: &Fill,
        before: Option<&Column>,
    ) {
        let (target, name) = (qualified(table), quoted(&column.name));
        let nulls = before.map_or_else(String::new, |_| format!(" WHERE {name} IS NULL"));
        match fill {
            Fill::Expression(sql) => {
                self.push(format!("UPDATE {target} SET {name} = {sql}{nulls}"));
            }
            Fill::Placeholder => {
                let Some(sql) = self.placeholder(table, column, &nulls) else {
                    self.script.push_noted(
                        format!(
                            "fails while `{table}` has rows: no value of type `{}` is known to put into `{}`",
                            column.sql_type, column.name
                        ),
                        format!("ALTER TABLE {target} ALTER COLUMN {name} SET NOT NULL"),
                    );
                    return;
                };
                let note = if before.is_none() { LOST } else { NULLS };
                self.script.push_noted(note, sql);
            }
        }
        // A table with checks outstanding cannot be altered in the same transaction.
        let is_deferred =
            |schema: &crate::schema::Schema| schema.tables.get(table).is_some_and(has_deferred);
        if is_deferred(&self.state) {
            self.push("SET CONSTRAINTS ALL IMMEDIATE".to_owned());
        }
    }

    fn placeholder(&self, table: &Name, column: &Column, nulls: &str) -> Option<String> {
        let (target, name) = (qualified(table), quoted(&column.name));
        let made = self.to.tables.get(table);
        let is_unique = made.is_some_and(|made| is_alone_unique(made, &column.name));
        let key = made.and_then(|made| {
            let mut keys = made.foreign_keys.iter();
            keys.find(|key| key.columns.contains(&column.name) && key.table != *table)
        });
        let source = key.map(|key| numbered_parents(key, &column.name));
        if let (
            Some(Parents {
                value,
                parent,
                order,
            }),
            false,
        ) = (&source, is_unique)
        {
            return Some(format!(
                "UPDATE {target} SET {name} = (SELECT {value} FROM {parent} ORDER BY {order} LIMIT 1){nulls}"
            ));
        }
        if !is_unique {
            let wanted = made.and_then(|made| wanted::value(made, column, 0));
            let sample = wanted.or_else(|| sample::value(self.to, column, 0))?;
            return Some(format!("UPDATE {target} SET {name} = {sample}{nulls}"));
        }
        let rows =
            format!("SELECT ctid AS place, row_number() OVER () AS number FROM {target}{nulls}");
        if let Some(Parents {
            value,
            parent,
            order,
        }) = source
        {
            return Some(format!(
                "UPDATE {target} SET {name} = parent.value\n\
                 FROM ({rows}) AS filled\n\
                 JOIN (SELECT {value} AS value, row_number() OVER (ORDER BY {order}) AS number FROM {parent}) AS parent USING (number)\n\
                 WHERE {target}.ctid = filled.place"
            ));
        }
        let value = sample::numbered(column, "filled.number")?;
        Some(format!(
            "UPDATE {target} SET {name} = {value}\n\
             FROM ({rows}) AS filled\n\
             WHERE {target}.ctid = filled.place"
        ))
    }
}

/// Where a foreign key's values come from.
struct Parents {
    value: String,
    parent: String,
    order: String,
}

fn numbered_parents(key: &ForeignKey, column: &str) -> Parents {
    let place = key.columns.iter().position(|name| name == column);
    let referred = place.and_then(|place| key.referred.get(place));
    Parents {
        value: referred.map_or_else(String::new, |name| quoted(name)),
        parent: qualified(&key.table),
        order: list(&key.referred),
    }
}

fn is_alone_unique(table: &Table, column: &str) -> bool {
    let alone = |columns: &[String]| matches!(columns, [only] if only == column);
    let by_index = table.indexes.iter().any(|index| {
        index.unique
            && matches!(&*index.parts, [part] if part.key == IndexKey::Column(column.to_owned()))
    });
    alone(table.key_columns())
        || table.uniques.iter().any(|unique| alone(&unique.columns))
        || by_index
}

fn has_deferred(table: &Table) -> bool {
    let deferred = Deferrable::InitiallyDeferred;
    table
        .foreign_keys
        .iter()
        .any(|key| key.deferrable == deferred)
        || table
            .uniques
            .iter()
            .any(|unique| unique.deferrable == deferred)
}
