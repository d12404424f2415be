//! What stands in `CREATE TABLE`: columns, keys, constraints, options.

use super::{
    Mysql,
    words::{list, literal, quote, table as table_name},
};
use crate::schema::{Action, Check, Column, ForeignKey, Index, IndexKey, Name, Table, Unique};

/// What marks a check that belongs to a column, in [`Check::extra`]: the word of MariaDB's
/// information schema.
pub(in crate::backend::mysql) const COLUMN_LEVEL: &str = "COLUMN";

/// The option that stands among the columns.
pub(in crate::backend::mysql) const PERIOD: &str = "PERIOD FOR ";

/// The option that stands last.
pub(in crate::backend::mysql) const PARTITION: &str = "PARTITION BY ";

/// The column extra that stands right behind the type, and in place of much else.
pub(in crate::backend::mysql) const GENERATED: &str = "GENERATED ";

/// A type as people write it: MariaDB tells the width that every whole number has anyway.
fn short(sql_type: &str) -> String {
    const WIDTHS: &[&str] = &[
        "tinyint(4)",
        "smallint(6)",
        "mediumint(9)",
        "int(11)",
        "bigint(20)",
    ];
    const UNSIGNED: &[&str] = &[
        "tinyint(3) unsigned",
        "smallint(5) unsigned",
        "mediumint(8) unsigned",
        "int(10) unsigned",
        "bigint(20) unsigned",
    ];
    if !WIDTHS.contains(&sql_type) && !UNSIGNED.contains(&sql_type) {
        return sql_type.to_owned();
    }
    let digit_or_parenthesis = |c: char| c.is_ascii_digit() || c == '(' || c == ')';
    sql_type.replace(digit_or_parenthesis, "")
}

/// The column of a table that a check belongs to, where it belongs to one.
pub(super) fn column_of<'a>(table: &'a Table, check: &Check) -> Option<&'a Column> {
    if !check.extra.iter().any(|extra| extra == COLUMN_LEVEL) {
        return None;
    }
    table.columns.get(check.name.as_ref()?)
}

impl Mysql {
    /// The statement that creates a table.
    pub(super) fn create_table(self, table: &Table) -> String {
        let mut lines: Vec<String> = table
            .columns
            .values()
            .map(|column| self.column(table, column))
            .collect();
        let inside = |option: &&String| option.starts_with(PERIOD);
        lines.extend(table.options.iter().filter(inside).cloned());
        lines.extend(
            table
                .primary_key
                .as_ref()
                .map(|key| format!("PRIMARY KEY {}", list(&key.columns))),
        );
        lines.extend(table.uniques.iter().map(unique));
        lines.extend(table.indexes.iter().map(index_line));
        lines.extend(table.foreign_keys.iter().map(foreign_key));
        let checks = table.checks.iter();
        lines.extend(
            checks
                .filter(|each| !self.columns_have_checks() || column_of(table, each).is_none())
                .map(check),
        );
        let last = |option: &&String| option.starts_with(PARTITION);
        let mut ending: Vec<String> = table
            .options
            .iter()
            .filter(|option| !inside(option) && !last(option))
            .cloned()
            .collect();
        ending.extend(
            table
                .comment
                .as_ref()
                .map(|comment| format!("COMMENT={}", literal(comment))),
        );
        ending.extend(table.options.iter().filter(last).cloned());
        let mut sql = format!(
            "CREATE TABLE {} (\n    {}\n)",
            table_name(&table.name),
            lines.join(",\n    ")
        );
        append(&mut sql, &ending);
        sql
    }

    /// A column with all that belongs to it, as `ADD`, `MODIFY` and `CREATE TABLE` take it.
    pub(super) fn column(self, table: &Table, column: &Column) -> String {
        let mut words = vec![quote(&column.name), short(&column.sql_type)];
        words.extend(
            column
                .collation
                .as_ref()
                .map(|collation| format!("COLLATE {collation}")),
        );
        let (early, late): (Vec<&String>, Vec<&String>) = column
            .extra
            .iter()
            .partition(|extra| extra.starts_with(GENERATED));
        let by_itself = !early.is_empty();
        words.extend(early.into_iter().cloned());
        if let Some(generated) = &column.generated {
            let kind = if generated.stored {
                "STORED"
            } else {
                "VIRTUAL"
            };
            words.push(format!(
                "GENERATED ALWAYS AS ({}) {kind}",
                generated.expression
            ));
            if !column.nullable && self.generates_not_null() {
                words.push("NOT NULL".to_owned());
            }
        } else if !by_itself {
            words.extend(nullability(column).map(str::to_owned));
        }
        if let Some(default) = &column.default {
            words.push(format!("DEFAULT {}", self.default(default)));
        }
        words.extend(
            column
                .on_update
                .as_ref()
                .map(|expression| format!("ON UPDATE {expression}")),
        );
        if column.auto.is_some() {
            words.push("AUTO_INCREMENT".to_owned());
        }
        words.extend(
            column
                .comment
                .as_ref()
                .map(|comment| format!("COMMENT {}", literal(comment))),
        );
        words.extend(late.into_iter().cloned());
        if self.columns_have_checks() {
            words.extend(
                table
                    .checks
                    .iter()
                    .filter(|each| column_of(table, each).is_some_and(|of| of.name == column.name))
                    .map(|each| format!("CHECK ({})", each.expression)),
            );
        }
        words.join(" ")
    }

    /// A default, in parentheses where the server wants an expression so.
    fn default(self, expression: &str) -> String {
        let simple = !self.wraps_defaults()
            || is_literal(expression)
            || expression
                .to_ascii_lowercase()
                .starts_with("current_timestamp")
            || expression.starts_with('(');
        if simple {
            expression.to_owned()
        } else {
            format!("({expression})")
        }
    }
}

/// The statement that adds an index.
pub(super) fn create_index(table: &Name, index: &Index) -> String {
    format!(
        "CREATE {}INDEX {} ON {} {}",
        prefix(index),
        quote(&index.name),
        table_name(table),
        index_body(index)
    )
}

/// An index, as `ADD` and `CREATE TABLE` take it.
pub(super) fn index_line(index: &Index) -> String {
    format!(
        "{}INDEX {} {}",
        prefix(index),
        quote(&index.name),
        index_body(index)
    )
}

fn index_body(index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let mut text = match &part.key {
                IndexKey::Column(column) => quote(column),
                IndexKey::Expression(expression) => format!("({expression})"),
            };
            if let Some(length) = part.prefix {
                text.push_str(&format!("({length})"));
            }
            if part.descending {
                text.push_str(" DESC");
            }
            text
        })
        .collect();
    let mut body = format!("({})", parts.join(", "));
    match index.method.as_deref() {
        None | Some("fulltext" | "spatial") => {}
        Some(method) => body.push_str(&format!(" USING {}", method.to_ascii_uppercase())),
    }
    append(&mut body, &index.extra);
    body
}

/// A nullable column says nothing; but a timestamp that says nothing is
/// [not null](https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_explicit_defaults_for_timestamp)
/// on servers set so.
fn nullability(column: &Column) -> Option<&'static str> {
    if column.nullable {
        column.sql_type.starts_with("timestamp").then_some("NULL")
    } else {
        Some("NOT NULL")
    }
}

/// Whether a default is a plain value.
fn is_literal(expression: &str) -> bool {
    let lower = expression.to_ascii_lowercase();
    let number = expression.parse::<f64>().is_ok();
    let text = expression.strip_prefix('\'').is_some_and(|rest| {
        let inside = rest.strip_suffix('\'');
        inside.is_some_and(|inside| !inside.replace("''", "").replace("\\'", "").contains('\''))
    });
    let bits = lower.starts_with("b'") || lower.starts_with("x'") || lower.starts_with("0x");
    number || text || bits || matches!(lower.as_str(), "null" | "true" | "false")
}

fn prefix(index: &Index) -> &'static str {
    match index.method.as_deref() {
        Some("fulltext") => "FULLTEXT ",
        Some("spatial") => "SPATIAL ",
        _ if index.unique => "UNIQUE ",
        _ => "",
    }
}

fn named(name: Option<&String>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quote(name)))
        .unwrap_or_default()
}

/// A unique constraint, as `ADD` and `CREATE TABLE` take it.
pub(super) fn unique(unique: &Unique) -> String {
    let mut text = format!(
        "{}UNIQUE {}",
        named(unique.name.as_ref()),
        list(&unique.columns)
    );
    append(&mut text, &unique.extra);
    text
}

/// A check, as `ADD` and `CREATE TABLE` take it.
pub(super) fn check(check: &Check) -> String {
    let mut text = format!("{}CHECK ({})", named(check.name.as_ref()), check.expression);
    append(
        &mut text,
        check.extra.iter().filter(|extra| *extra != COLUMN_LEVEL),
    );
    text
}

/// Adds words, each behind a space.
fn append<'a>(text: &mut String, words: impl IntoIterator<Item = &'a String>) {
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
}

/// A foreign key, as `ADD` and `CREATE TABLE` take it.
pub(super) fn foreign_key(key: &ForeignKey) -> String {
    let mut text = format!(
        "{}FOREIGN KEY {} REFERENCES {} {}",
        named(key.name.as_ref()),
        list(&key.columns),
        table_name(&key.table),
        list(&key.referred)
    );
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        // What MySQL's own default is.
        if !matches!(action, Action::NoAction | Action::Restrict) {
            text.push_str(&format!(" ON {event} {}", action.sql()));
        }
    }
    text
}
