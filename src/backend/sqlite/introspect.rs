//! What SQLite says of its tables.
//!
//! The [pragmas] tell columns, types and defaults; names of constraints, checks, generated
//! expressions, collations and the like stand in the stored text alone, which [`read`] reads. Four
//! queries, however many tables there are.
//!
//! [pragmas]: https://www.sqlite.org/pragma.html

mod read;

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};

use super::tokens::{Tokens, single_spaced};
use crate::{
    backend::{Database, failure::DatabaseError},
    schema::{
        Auto, Check, Column, Definition, ForeignKey, Generated, Index, Kept, Name, PrimaryKey,
        Schema, Table, Unique, View,
    },
};
use read::{KeyText, TableText};

/// What there is: <https://www.sqlite.org/schematab.html>.
const STORED: &str = "SELECT json_object('type', type, 'name', name, 'table', tbl_name, 'sql', sql) AS a, '' AS b \
     FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";

/// What kind the tables are of: <https://www.sqlite.org/pragma.html#pragma_table_list>.
const KINDS: &str = "SELECT json_object('name', name, 'type', type, 'without_rowid', wr, 'strict', strict) AS a, '' AS b \
     FROM pragma_table_list WHERE schema = 'main'";

/// <https://www.sqlite.org/pragma.html#pragma_table_xinfo>, for every table or every view.
macro_rules! columns {
    ($kind:literal) => {
        concat!(
            "SELECT json_object('table', t.name, 'name', c.name, 'type', c.type, 'required', c.\"notnull\", ",
            "'default', c.dflt_value, 'key', c.pk, 'hidden', c.hidden) AS a, '' AS b ",
            "FROM pragma_table_list AS t, pragma_table_xinfo(t.name, 'main') AS c ",
            "WHERE t.schema = 'main' AND t.type = '",
            $kind,
            "' ORDER BY t.name, c.cid"
        )
    };
}

#[derive(Deserialize)]
struct Stored {
    r#type: String,
    name: String,
    table: String,
    sql: String,
}

#[derive(Deserialize)]
struct Kind {
    name: String,
    r#type: String,
    without_rowid: u8,
    strict: u8,
}

#[derive(Deserialize)]
struct ColumnRow {
    table: String,
    name: String,
    r#type: String,
    required: u8,
    default: Option<String>,
    /// Its place in the primary key, from 1.
    key: usize,
    /// 2 is a virtual generated column, 3 a stored one.
    hidden: u8,
}

/// Reads the schema.
pub(in crate::backend) fn schema(database: &mut dyn Database) -> Result<Schema, DatabaseError> {
    let stored: Vec<Stored> = rows(database, STORED)?;
    let kinds: Vec<Kind> = rows(database, KINDS)?;
    let columns = by_table(rows(database, columns!("table"))?);
    let view_columns = by_table(view_columns(database, &stored));

    let mut schema = Schema::default();
    for kind in kinds {
        let entry = stored
            .iter()
            .find(|entry| entry.name == kind.name && entry.r#type == kind.r#type);
        let Some(entry) = entry.filter(|_| kind.r#type == "view" || !is_hidden(&kind.name)) else {
            continue;
        };
        let triggers = stored
            .iter()
            .filter(|trigger| trigger.r#type == "trigger")
            .filter(|trigger| trigger.table.eq_ignore_ascii_case(&kind.name));
        let name = Name::new(kind.name.clone());
        if kind.r#type == "view" {
            let rows = view_columns.get(&kind.name).map_or(&[][..], Vec::as_slice);
            let definitions = [entry].into_iter().chain(triggers).map(definition);
            let view = View {
                columns: rows.iter().map(view_column).collect(),
                definitions: Kept(definitions.collect()),
                ..View::new(name.clone())
            };
            schema.views.insert(name, view);
        } else {
            let rows = columns.get(&kind.name).map_or(&[][..], Vec::as_slice);
            let mut table = table(&kind, rows, read::table(&entry.sql));
            table.triggers = Kept(triggers.map(definition).collect());
            let indexes = stored.iter().filter(|index| {
                index.r#type == "index" && index.table.eq_ignore_ascii_case(&kind.name)
            });
            table.indexes = indexes.map(|stored| index(stored, &table)).collect();
            schema.tables.insert(name, table);
        }
    }
    resolve_references(&mut schema);
    Ok(schema)
}

/// Tables that `manage` leaves alone: SQLite's own, and those Diesel leaves out.
fn is_hidden(name: &str) -> bool {
    name.starts_with("__")
        || name
            .get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"))
}

fn rows<T: DeserializeOwned>(
    database: &mut dyn Database,
    sql: &str,
) -> Result<Vec<T>, DatabaseError> {
    let rows = database.pairs(sql)?;
    rows.iter()
        .map(|(row, _)| {
            serde_json::from_str(row).map_err(|error| DatabaseError::other(error.to_string()))
        })
        .collect()
}

/// The columns of the views. A view whose query fails, because a table is gone, has none; only then
/// each is asked alone.
fn view_columns(database: &mut dyn Database, stored: &[Stored]) -> Vec<ColumnRow> {
    let all = columns!("view");
    if let Ok(found) = rows(database, all) {
        return found;
    }
    let mut found = Vec::new();
    for view in stored.iter().filter(|entry| entry.r#type == "view") {
        let name = view.name.replace('\'', "''");
        let one = all.replace(" ORDER BY ", &format!(" AND t.name = '{name}' ORDER BY "));
        found.extend(rows(database, &one).unwrap_or_default());
    }
    found
}

fn by_table(rows: Vec<ColumnRow>) -> BTreeMap<String, Vec<ColumnRow>> {
    let mut tables: BTreeMap<String, Vec<ColumnRow>> = BTreeMap::new();
    for row in rows {
        tables.entry(row.table.clone()).or_default().push(row);
    }
    tables
}

fn definition(stored: &Stored) -> Definition {
    Definition {
        name: stored.name.clone(),
        sql: stored.sql.clone(),
    }
}

fn view_column(row: &ColumnRow) -> (String, Column) {
    let column = Column {
        nullable: true,
        ..Column::new(&*row.name, canonical_type(&row.r#type))
    };
    (row.name.clone(), column)
}

/// A declared type in capitals and single spaces, `NUMERIC(10, 2)`.
pub(super) fn canonical_type(declared: &str) -> String {
    let mut text = String::new();
    for character in single_spaced(declared).chars() {
        match character {
            ' ' if text.ends_with(['(', ' ']) => {}
            '(' | ')' | ',' => {
                text.truncate(text.trim_end().len());
                text.push(character);
                if character == ',' {
                    text.push(' ');
                }
            }
            other => text.push(other),
        }
    }
    text.to_ascii_uppercase()
}

fn table(kind: &Kind, rows: &[ColumnRow], text: TableText) -> Table {
    let mut table = Table::new(Name::new(kind.name.clone()));
    let mut key: Vec<&ColumnRow> = rows.iter().filter(|row| row.key > 0).collect();
    key.sort_by_key(|row| row.key);
    // <https://www.sqlite.org/lang_createtable.html#rowid>
    let alias = match *key {
        [row] if kind.without_rowid == 0 && row.r#type.eq_ignore_ascii_case("INTEGER") => {
            Some(&*row.name)
        }
        _ => None,
    };
    for row in rows {
        let column = column(row, &text, kind.without_rowid != 0, alias);
        table.columns.insert(row.name.clone(), column);
    }
    if kind.strict != 0 {
        table.options.push("STRICT".to_owned());
    }
    if kind.without_rowid != 0 {
        table.options.push("WITHOUT ROWID".to_owned());
    }
    if !key.is_empty() {
        let mut stated = text.primary_key.unwrap_or_default();
        // The rowid has one order, whatever is said of its alias.
        if alias.is_some() {
            stated.list = None;
        }
        if stated.list.is_some() || stated.conflict.is_some() {
            let list = stated.list.clone();
            let list = list.unwrap_or_else(|| super::dialect::names(&stated.columns));
            let conflict = stated.conflict.iter().map(|words| format!(" {words}"));
            let conflict: String = conflict.collect();
            table
                .options
                .push(format!("PRIMARY KEY ({list}){conflict}"));
        }
        table.primary_key = Some(PrimaryKey {
            name: stated.name,
            columns: key.iter().map(|row| row.name.clone()).collect(),
        });
    }
    table.uniques = text
        .uniques
        .into_iter()
        .map(|unique| Unique {
            extra: key_extra(&unique),
            columns: actual(&table, unique.columns),
            name: unique.name,
            nulls_not_distinct: false,
            deferrable: crate::schema::Deferrable::No,
        })
        .collect();
    table.foreign_keys = text
        .foreign_keys
        .into_iter()
        .map(|key| ForeignKey {
            name: key.name,
            columns: actual(&table, key.columns),
            table: Name::new(key.table),
            referred: key.referred,
            on_delete: key.on_delete,
            on_update: key.on_update,
            deferrable: key.deferrable,
            extra: key.matching.into_iter().collect(),
        })
        .collect();
    table.checks = text
        .checks
        .into_iter()
        .map(|check| Check {
            name: check.name,
            expression: check.expression,
            extra: Vec::new(),
        })
        .collect();
    table
}

/// The list of a key that says more than names stands for it, in parentheses.
fn key_extra(key: &KeyText) -> Vec<String> {
    let list = key.list.iter().map(|list| format!("({list})"));
    list.chain(key.conflict.clone()).collect()
}

fn column(row: &ColumnRow, text: &TableText, without_rowid: bool, alias: Option<&str>) -> Column {
    let said = text
        .columns
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(&row.name));
    let descending_key = said.is_some_and(|said| said.descending_key);
    let is_alias = alias == Some(&*row.name) && !descending_key;
    let mut column = Column {
        nullable: row.required == 0 && !is_alias && !(without_rowid && row.key > 0),
        default: row.default.as_deref().map(single_spaced),
        ..Column::new(&*row.name, canonical_type(&row.r#type))
    };
    let Some(said) = said else {
        return column;
    };
    if said.autoincrement {
        column.auto = Some(Auto::Serial);
    }
    if matches!(row.hidden, 2 | 3) {
        column.default = None;
        column.generated = said.generated.clone().map(|expression| Generated {
            expression,
            stored: row.hidden == 3,
        });
    }
    column.collation = said
        .collation
        .as_deref()
        .map(canonical_collation)
        .filter(|collation| collation != "BINARY");
    column.extra.extend(said.not_null_conflict.clone());
    if descending_key {
        column.extra.push("PRIMARY KEY DESC".to_owned());
    }
    column
}

/// SQLite's own collations in capitals, others as they are written.
fn canonical_collation(name: &str) -> String {
    let own = ["BINARY", "NOCASE", "RTRIM"];
    own.into_iter()
        .find(|own| own.eq_ignore_ascii_case(name))
        .unwrap_or(name)
        .to_owned()
}

/// Columns by the names the table gives them.
fn actual(table: &Table, columns: Vec<String>) -> Vec<String> {
    let known = |name: &String| {
        let mut names = table.columns.keys();
        names.find(|known| known.eq_ignore_ascii_case(name))
    };
    columns
        .into_iter()
        .map(|name| known(&name).cloned().unwrap_or(name))
        .collect()
}

fn index(stored: &Stored, table: &Table) -> Index {
    let known = |name: &str| {
        let mut names = table.columns.keys();
        names
            .find(|known| known.eq_ignore_ascii_case(name))
            .cloned()
    };
    let mut text = read::index(&stored.sql, &known);
    for part in &mut text.parts {
        let crate::schema::IndexKey::Column(column) = &part.key else {
            continue;
        };
        let own = table.columns.get(column);
        let own = own.and_then(|column| column.collation.as_deref());
        part.collation = part
            .collation
            .as_deref()
            .map(canonical_collation)
            .filter(|collation| collation != own.unwrap_or("BINARY"));
    }
    Index {
        name: stored.name.clone(),
        parts: text.parts,
        unique: text.unique,
        method: None,
        predicate: text.predicate,
        include: Vec::new(),
        nulls_not_distinct: false,
        extra: Vec::new(),
    }
}

/// Gives foreign keys the names their tables have, and the columns they mean where they say none.
fn resolve_references(schema: &mut Schema) {
    let tables: BTreeMap<String, (Name, Vec<String>, Vec<String>)> = schema
        .tables
        .values()
        .map(|table| {
            let columns = table.columns.keys().cloned().collect();
            let facts = (table.name.clone(), table.key_columns().to_vec(), columns);
            (table.name.name.to_ascii_lowercase(), facts)
        })
        .collect();
    let keys = schema
        .tables
        .values_mut()
        .flat_map(|table| &mut table.foreign_keys);
    for key in keys {
        let Some((name, primary, columns)) = tables.get(&key.table.name.to_ascii_lowercase())
        else {
            continue;
        };
        key.table = name.clone();
        if key.referred.is_empty() {
            key.referred.clone_from(primary);
        }
        for referred in &mut key.referred {
            if let Some(known) = columns
                .iter()
                .find(|column| column.eq_ignore_ascii_case(referred))
            {
                referred.clone_from(known);
            }
        }
    }
}

/// The key that [`Table::options`] keeps where SQLite says more of it than its columns; none where
/// the key is another one by now.
pub(super) fn kept_key(table: &Table) -> Option<&str> {
    let kept = table
        .options
        .iter()
        .find(|option| option.starts_with("PRIMARY KEY "))?;
    let mut tokens = Tokens::new(kept);
    tokens.eat(&["PRIMARY", "KEY"]);
    let list = tokens.parentheses()?;
    let names: Vec<String> = tokens
        .list(list)
        .into_iter()
        .filter_map(|part| {
            let mut tokens = tokens.clone();
            tokens.go(part.start);
            tokens.name()
        })
        .collect();
    let same = names.len() == table.key_columns().len()
        && names
            .iter()
            .zip(table.key_columns())
            .all(|(kept, key)| kept.eq_ignore_ascii_case(key));
    same.then_some(kept)
}

/// Reads a text that may be none of SQLite's.
#[cfg(test)]
pub(super) fn read_anything(sql: &str) {
    read::table(sql);
    read::index(sql, &|name| Some(name.to_owned()));
}
