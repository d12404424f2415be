//! `CREATE TABLE` and `CREATE INDEX`.

use super::{unsupported, words};
use crate::{
    backend::sqlite::{introspect::kept_key, tokens::Tokens},
    schema::{
        Auto, Column, Deferrable, ForeignKey, Index, IndexKey, IndexPart, Table, Unique,
        dialect::Unsupported,
    },
};

/// Whether a column is another name of the rowid:
/// <https://www.sqlite.org/lang_createtable.html#rowid>.
pub(super) fn is_rowid_alias(table: &Table, column: &Column) -> bool {
    *table.key_columns() == [column.name.clone()]
        && !is_without_rowid(table)
        && !column.extra.iter().any(|words| words == DESCENDING)
        && (column.sql_type == "INTEGER" || column.auto.is_some())
}

/// Whether a table has no rowid: <https://www.sqlite.org/withoutrowid.html>.
pub(super) fn is_without_rowid(table: &Table) -> bool {
    table.options.iter().any(|option| option == "WITHOUT ROWID")
}

/// What introspection puts into [`Column::extra`] for a key that is no alias of the rowid.
const DESCENDING: &str = "PRIMARY KEY DESC";

/// `CREATE TABLE`, without the indexes.
pub(super) fn table(table: &Table) -> Result<String, Unsupported> {
    let mut lines = Vec::new();
    let mut inline_key = false;
    for column in table.columns.values() {
        let (line, is_key) = self::column(table, column)?;
        inline_key |= is_key;
        lines.push(line);
    }
    if let Some(key) = table.primary_key.as_ref().filter(|_| !inline_key) {
        let list = || format!("PRIMARY KEY ({})", words::names(&key.columns));
        let rest = kept_key(table).map_or_else(list, ToOwned::to_owned);
        lines.push(format!("{}{rest}", constraint(key.name.as_deref())));
    }
    for unique in &table.uniques {
        lines.push(self::unique(table, unique)?);
    }
    for key in &table.foreign_keys {
        lines.push(format!(
            "{}FOREIGN KEY ({}) {}",
            constraint(key.name.as_deref()),
            words::names(&key.columns),
            references(key)
        ));
    }
    for check in &table.checks {
        let name = constraint(check.name.as_deref());
        lines.push(format!("{name}CHECK ({})", check.expression));
    }
    let options: Vec<&str> = table
        .options
        .iter()
        .map(String::as_str)
        .filter(|option| !option.starts_with("PRIMARY KEY "))
        .collect();
    let mut sql = format!(
        "CREATE TABLE {} (\n    {}\n)",
        words::quote(&table.name.name),
        lines.join(",\n    ")
    );
    if !options.is_empty() {
        sql.push(' ');
        sql.push_str(&options.join(", "));
    }
    Ok(sql)
}

/// `CONSTRAINT name `, where there is one.
fn constraint(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| {
        format!("CONSTRAINT {} ", words::quote(name))
    })
}

/// A column's line, and whether the primary key stands in it.
fn column(table: &Table, column: &Column) -> Result<(String, bool), Unsupported> {
    let alias = is_rowid_alias(table, column);
    let descending = column.extra.iter().any(|words| words == DESCENDING)
        && *table.key_columns() == [column.name.clone()];
    let inline_key = alias || descending;
    let mut line = words::quote(&column.name);
    let mut add = |words: &str| {
        if !words.is_empty() {
            line.push(' ');
            line.push_str(words);
        }
    };
    // Only so may a key count up, and it has 64 bits whatever else it is called.
    let counts = column.auto.is_some();
    add(if counts { "INTEGER" } else { &column.sql_type });
    if inline_key {
        let key = table.primary_key.as_ref();
        let name = key.and_then(|key| key.name.as_deref());
        let conflict = kept_key(table).and_then(|kept| kept.split_once(") "));
        add(constraint(name).trim_end());
        add(if descending {
            DESCENDING
        } else {
            "PRIMARY KEY"
        });
        add(conflict.map_or("", |(_, conflict)| conflict));
    }
    match column.auto {
        Some(Auto::Serial | Auto::Identity | Auto::IdentityAlways) if alias => {
            add("AUTOINCREMENT");
        }
        Some(_) => {
            return Err(unsupported(format!(
                "`{}.{}` cannot count up: in SQLite only the primary key of a table with a rowid does",
                table.name, column.name
            )));
        }
        None => {}
    }
    for words in attributes(column, alias) {
        add(&words);
    }
    Ok((line, inline_key))
}

/// What a column says behind its type, its key apart.
pub(super) fn attributes(column: &Column, alias: bool) -> Vec<String> {
    let mut attributes = Vec::new();
    if !column.nullable && !alias {
        attributes.push("NOT NULL".to_owned());
        attributes.extend(
            column
                .extra
                .iter()
                .filter(|words| words.starts_with("ON CONFLICT "))
                .cloned(),
        );
    }
    if let Some(default) = &column.default {
        let mut tokens = Tokens::new(default);
        let stands_alone =
            tokens.is_plain_value() || (tokens.parentheses().is_some() && tokens.is_empty());
        attributes.push(if stands_alone {
            format!("DEFAULT {default}")
        } else {
            format!("DEFAULT ({default})")
        });
    }
    if let Some(generated) = &column.generated {
        let way = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        let expression = &generated.expression;
        attributes.push(format!("GENERATED ALWAYS AS ({expression}) {way}"));
    }
    if let Some(collation) = &column.collation {
        attributes.push(format!("COLLATE {}", words::quote(collation)));
    }
    attributes.extend(
        column
            .extra
            .iter()
            .filter(|words| !words.starts_with("ON CONFLICT ") && *words != DESCENDING)
            .cloned(),
    );
    attributes
}

fn unique(table: &Table, unique: &Unique) -> Result<String, Unsupported> {
    if unique.nulls_not_distinct || unique.deferrable != Deferrable::No {
        return Err(unsupported(format!(
            "SQLite has no unique constraint that can be deferred or takes nulls for equal: `{}` has one",
            table.name
        )));
    }
    let list = unique.extra.iter().find(|words| words.starts_with('('));
    let list = match list {
        Some(list) => list.clone(),
        None => format!("({})", words::names(&unique.columns)),
    };
    let mut words = vec![format!(
        "{}UNIQUE {list}",
        constraint(unique.name.as_deref())
    )];
    let rest = unique.extra.iter();
    words.extend(rest.filter(|words| !words.starts_with('(')).cloned());
    Ok(words.join(" "))
}

/// `REFERENCES ...`.
pub(super) fn references(key: &ForeignKey) -> String {
    use crate::schema::Action;
    let mut sql = format!("REFERENCES {}", words::quote(&key.table.name));
    if !key.referred.is_empty() {
        sql.push_str(&format!(" ({})", words::names(&key.referred)));
    }
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        if action != Action::NoAction {
            sql.push_str(&format!(" ON {event} {}", action.sql()));
        }
    }
    for words in &key.extra {
        sql.push_str(&format!(" {words}"));
    }
    sql.push_str(match key.deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    });
    sql
}

/// `CREATE INDEX`.
pub(super) fn index(table: &Table, index: &Index) -> Result<String, Unsupported> {
    let parts = index.parts.iter();
    let parts: Option<Vec<String>> = parts.map(part).collect();
    let plain = index
        .method
        .as_deref()
        .is_none_or(|method| method == "btree")
        && index.include.is_empty()
        && !index.nulls_not_distinct
        && index.extra.is_empty();
    let Some(parts) = parts.filter(|_| plain) else {
        return Err(unsupported(format!(
            "SQLite has no index such as `{}`: only columns, expressions, collations, `DESC`, `UNIQUE` and `WHERE`",
            index.name
        )));
    };
    let unique = if index.unique { "UNIQUE " } else { "" };
    let predicate = index.predicate.as_ref();
    let predicate = predicate.map_or_else(String::new, |condition| format!(" WHERE {condition}"));
    Ok(format!(
        "CREATE {unique}INDEX {} ON {} ({}){predicate}",
        words::quote(&index.name),
        words::quote(&table.name.name),
        parts.join(", ")
    ))
}

fn part(part: &IndexPart) -> Option<String> {
    if part.operator_class.is_some() || part.nulls_first.is_some() || part.prefix.is_some() {
        return None;
    }
    let mut sql = match &part.key {
        IndexKey::Column(column) => words::quote(column),
        IndexKey::Expression(expression) if is_call(expression) => expression.clone(),
        IndexKey::Expression(expression) => format!("({expression})"),
    };
    if let Some(collation) = &part.collation {
        sql.push_str(&format!(" COLLATE {}", words::quote(collation)));
    }
    if part.descending {
        sql.push_str(" DESC");
    }
    Some(sql)
}

/// Whether an expression is one call of a function, which needs no parentheses.
fn is_call(expression: &str) -> bool {
    let mut tokens = Tokens::new(expression);
    tokens.name().is_some() && tokens.parentheses().is_some() && tokens.is_empty()
}
