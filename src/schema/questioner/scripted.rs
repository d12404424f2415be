//! Answers that are known beforehand, as `--rename` and `--default` give them.

use std::collections::BTreeMap;

use super::{FillReason, Questioner, Renames};
use crate::schema::{Column, Name, Schema, Table};

/// Gives fixed answers: renames as known, fills by table and column, no to everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scripted {
    /// What was renamed.
    pub renames: Renames,
    /// SQL expressions by the table's new name and the column's new one.
    pub fills: BTreeMap<(Name, String), String>,
}

impl Questioner for Scripted {
    fn is_table_renamed(&mut self, from: &Name, to: &Name) -> bool {
        self.renames.tables.get(to) == Some(from)
    }

    fn is_column_renamed(&mut self, table: &Name, from: &Column, to: &Column) -> bool {
        let new = (table.clone(), to.name.clone());
        self.renames.columns.get(&new) == Some(&from.name)
    }

    fn fill(&mut self, table: &Name, column: &Column, _reason: FillReason) -> Option<String> {
        self.fills
            .get(&(table.clone(), column.name.clone()))
            .cloned()
    }
}

/// Why a `--rename` or `--default` cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlagError {
    /// One side of `=` is missing, or the table of a column.
    #[error("`{flag}` is not of the form `{form}`")]
    Form {
        /// What was given.
        flag: String,
        /// How it is written.
        form: &'static str,
    },
    /// A name that one side does not have.
    #[error("there is no {what} `{name}` {side}{}", nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?")))]
    Unknown {
        /// `table`, `column`, or both.
        what: &'static str,
        /// The name.
        name: String,
        /// `in the database` or `in the models`.
        side: &'static str,
        /// The name most like it.
        nearest: Option<String>,
    },
    /// A column that would move to another table.
    #[error("`{from}` and `{to}` are in different tables: a column is renamed within its table")]
    Moved {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
    },
}

const BEFORE: &str = "in the database";
const AFTER: &str = "in the models";
const RENAME_FORM: &str = "OLD=NEW";
const DEFAULT_FORM: &str = "TABLE.COLUMN=EXPRESSION";

/// Adds what a `--rename` says: `users.name=users.full_name`, `users.name=full_name`,
/// `people=users`, each with a schema before it where there is one. What exists decides whether
/// tables or columns are meant.
///
/// A column's table goes by its old or its new name; renames of tables come first.
pub fn parse_rename(
    flag: &str,
    from: &Schema,
    to: &Schema,
    renames: &mut Renames,
) -> Result<(), FlagError> {
    let (old, new) = halves(flag, RENAME_FORM)?;
    if let Some(old) = find_table(from, old) {
        let new = find_table(to, new).ok_or_else(|| unknown_table(new, to, AFTER))?;
        renames.tables.insert(new.name.clone(), old.name.clone());
        return Ok(());
    }
    let Some((table, old_column)) = find_column(from, renames, old) else {
        return Err(unknown(old, from, BEFORE));
    };
    let new_name = renames.tables.iter().find(|(_, name)| **name == table.name);
    let new_name = new_name.map_or(&table.name, |(new, _)| new);
    let Some(after) = to.tables.get(new_name) else {
        return Err(unknown_table(&new_name.to_string(), to, AFTER));
    };
    let column = if after.columns.contains_key(new) {
        new
    } else if let Some((other, column)) = split_column(to, new) {
        if other.name != after.name {
            return Err(FlagError::Moved {
                from: old.to_owned(),
                to: new.to_owned(),
            });
        }
        column
    } else {
        return Err(unknown_column(new, after, AFTER));
    };
    if !after.columns.contains_key(column) {
        return Err(unknown_column(column, after, AFTER));
    }
    let key = (after.name.clone(), column.to_owned());
    renames.columns.insert(key, old_column);
    Ok(())
}

/// What a `--default` says: `orders.status='new'`, the table and column by their new names.
pub fn parse_default(flag: &str, to: &Schema) -> Result<((Name, String), String), FlagError> {
    let (name, expression) = halves(flag, DEFAULT_FORM)?;
    let Some((table, column)) = split_column(to, name) else {
        return Err(match name.rsplit_once('.') {
            Some((table, _)) => unknown_table(table, to, AFTER),
            None => FlagError::Form {
                flag: flag.to_owned(),
                form: DEFAULT_FORM,
            },
        });
    };
    if !table.columns.contains_key(column) {
        return Err(unknown_column(column, table, AFTER));
    }
    let key = (table.name.clone(), column.to_owned());
    Ok((key, expression.to_owned()))
}

/// What stands before the first `=` and behind it, neither empty.
fn halves<'f>(flag: &'f str, form: &'static str) -> Result<(&'f str, &'f str), FlagError> {
    let halves = flag
        .split_once('=')
        .map(|(old, new)| (old.trim(), new.trim()));
    halves
        .filter(|(old, new)| !old.is_empty() && !new.is_empty())
        .ok_or_else(|| FlagError::Form {
            flag: flag.to_owned(),
            form,
        })
}

fn find_table<'s>(schema: &'s Schema, text: &str) -> Option<&'s Table> {
    schema
        .tables
        .values()
        .find(|table| table.name.to_string() == text)
}

/// The table that a text begins with, and the column it goes on with, be it there or not.
fn split_column<'s, 't>(schema: &'s Schema, text: &'t str) -> Option<(&'s Table, &'t str)> {
    let dots = text.match_indices('.');
    let splits = dots.filter_map(|(dot, _)| {
        let table = find_table(schema, text.get(..dot)?)?;
        Some((table, text.get(dot + 1..)?))
    });
    splits.max_by_key(|(table, column)| (table.columns.contains_key(*column), column.len()))
}

/// A column that is there before, its table by its old name or by its new one.
fn find_column<'s>(from: &'s Schema, renames: &Renames, text: &str) -> Option<(&'s Table, String)> {
    let by_new_name = renames.tables.iter().find_map(|(new, old)| {
        let column = text.strip_prefix(&new.to_string())?.strip_prefix('.')?;
        Some((from.tables.get(old)?, column))
    });
    let found = split_column(from, text).into_iter().chain(by_new_name);
    let mut known = found.filter(|(table, column)| table.columns.contains_key(*column));
    known
        .next()
        .map(|(table, column)| (table, column.to_owned()))
}

fn unknown(name: &str, schema: &Schema, side: &'static str) -> FlagError {
    if let Some((table, column)) = split_column(schema, name) {
        return unknown_column(column, table, side);
    }
    let columns = schema.tables.values().flat_map(|table| {
        let columns = table.columns.keys();
        columns.map(|column| format!("{}.{column}", table.name))
    });
    let tables = schema.tables.keys().map(ToString::to_string);
    FlagError::Unknown {
        what: "table or column",
        name: name.to_owned(),
        side,
        nearest: nearest(name, tables.chain(columns)),
    }
}

fn unknown_table(name: &str, schema: &Schema, side: &'static str) -> FlagError {
    FlagError::Unknown {
        what: "table",
        name: name.to_owned(),
        side,
        nearest: nearest(name, schema.tables.keys().map(ToString::to_string)),
    }
}

fn unknown_column(column: &str, table: &Table, side: &'static str) -> FlagError {
    let name = |column: &str| format!("{}.{column}", table.name);
    FlagError::Unknown {
        what: "column",
        name: name(column),
        side,
        nearest: nearest(column, table.columns.keys().cloned()).map(|column| name(&column)),
    }
}

/// The name most like another, where one is like it at all.
fn nearest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let likely = candidates
        .map(|candidate| (strsim::jaro_winkler(name, &candidate), candidate))
        .filter(|(score, _)| *score > 0.8);
    let best = likely.max_by(|(a, a_name), (b, b_name)| a.total_cmp(b).then(b_name.cmp(a_name)));
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn schema(tables: &[(Name, &[&str])]) -> Schema {
        let tables = tables.iter().map(|(name, columns)| {
            let mut table = Table::new(name.clone());
            for column in *columns {
                let text = Column::new(*column, "text");
                table.columns.insert((*column).to_owned(), text);
            }
            (name.clone(), table)
        });
        Schema {
            tables: tables.collect(),
            ..Schema::default()
        }
    }

    fn sides() -> (Schema, Schema) {
        let from = schema(&[
            (Name::new("users"), &["id", "name"]),
            (Name::new("orders"), &["id"]),
            (Name::within("app", "users"), &["name"]),
        ]);
        let to = schema(&[
            (Name::new("people"), &["id", "full_name"]),
            (Name::new("orders"), &["id", "status"]),
            (Name::within("app", "users"), &["full_name"]),
        ]);
        (from, to)
    }

    #[test]
    fn what_exists_decides_what_a_rename_means() {
        let (from, to) = sides();
        let mut renames = Renames::default();
        for flag in [
            "users=people",
            "people.name=full_name",
            "app.users.name=app.users.full_name",
        ] {
            parse_rename(flag, &from, &to, &mut renames).unwrap();
        }
        let mut again = Renames::default();
        for flag in [
            "users = people",
            "users.name=people.full_name",
            "app.users.name=full_name",
        ] {
            parse_rename(flag, &from, &to, &mut again).unwrap();
        }
        assert_eq!(renames, again);
        let (people, users) = (Name::new("people"), Name::new("users"));
        assert_eq!(renames.tables, BTreeMap::from([(people.clone(), users)]));
        let column = |table: Name| ((table, "full_name".to_owned()), "name".to_owned());
        let expected = [column(people), column(Name::within("app", "users"))];
        assert_eq!(renames.columns, BTreeMap::from(expected));
    }

    #[test]
    fn a_rename_of_what_is_not_there_says_what_is_nearest() {
        let (from, to) = sides();
        for (flag, expected) in [
            ("users", "`users` is not of the form `OLD=NEW`"),
            ("=people", "`=people` is not of the form `OLD=NEW`"),
            (
                "user=people",
                "there is no table or column `user` in the database; did you mean `users`?",
            ),
            (
                "users=peeple",
                "there is no table `peeple` in the models; did you mean `people`?",
            ),
            (
                "orders.ids=status",
                "there is no column `orders.ids` in the database; did you mean `orders.id`?",
            ),
            (
                "orders.id=state",
                "there is no column `orders.state` in the models; did you mean `orders.status`?",
            ),
            (
                "orders.id=people.full_name",
                "`orders.id` and `people.full_name` are in different tables: a column is renamed within its table",
            ),
            (
                "users.name=full_name",
                "there is no table `users` in the models",
            ),
        ] {
            let error = parse_rename(flag, &from, &to, &mut Renames::default()).unwrap_err();
            assert_eq!(error.to_string(), expected, "{flag}");
        }
    }

    #[test]
    fn a_default_is_an_expression_for_a_column() {
        let (_, to) = sides();
        let parsed = parse_default("orders.status = case when 1=1 then 'new' end", &to);
        let key = (Name::new("orders"), "status".to_owned());
        assert_eq!(parsed, Ok((key, "case when 1=1 then 'new' end".to_owned())));
        for (flag, expected) in [
            (
                "orders.status",
                "`orders.status` is not of the form `TABLE.COLUMN=EXPRESSION`",
            ),
            (
                "status='new'",
                "`status='new'` is not of the form `TABLE.COLUMN=EXPRESSION`",
            ),
            (
                "order.status='new'",
                "there is no table `order` in the models; did you mean `orders`?",
            ),
            (
                "orders.stats='new'",
                "there is no column `orders.stats` in the models; did you mean `orders.status`?",
            ),
        ] {
            assert_eq!(parse_default(flag, &to).unwrap_err().to_string(), expected);
        }
    }
}
