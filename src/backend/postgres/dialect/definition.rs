//! What stands in `CREATE TABLE`, `ADD COLUMN`, `ADD CONSTRAINT` and `CREATE INDEX`.

use std::borrow::Cow;

use crate::{
    backend::postgres::expression::is_call,
    schema::{
        Action, Auto, Check, Column, Deferrable, ForeignKey, Index, IndexKey, IndexPart, Name,
        PrimaryKey, Table, Unique,
    },
};

use super::{
    names::{list, qualified, quoted},
    types::{Parts, short},
};

/// Extras that `CREATE TABLE` takes and does not heed: they need a statement of their own.
fn is_unproven(extra: &[String]) -> bool {
    extra.iter().any(|word| word == "NOT VALID")
}

/// A column as it stands behind `ADD COLUMN`.
pub(super) fn column(column: &Column) -> String {
    let mut text = format!("{} {}", quoted(&column.name), type_name(column));
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {}", collation_name(collation)));
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        text.push_str(&format!(
            " GENERATED ALWAYS AS ({}) {kind}",
            generated.expression
        ));
    }
    // A serial column is never null, unless that is taken back.
    if !column.nullable && column.auto != Some(Auto::Serial) {
        text.push_str(" NOT NULL");
    }
    if let Some(default) = default(column) {
        text.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(identity) = column.auto.and_then(identity) {
        text.push_str(&format!(" GENERATED {identity} AS IDENTITY"));
    }
    for extra in &column.extra {
        text.push_str(&format!(" {extra}"));
    }
    text
}

/// A column's default as people write it: a text without the cast to the column's own type, which it
/// has anyway.
pub(super) fn default(column: &Column) -> Option<Cow<'_, str>> {
    let default = column.default.as_deref()?;
    let own = Parts::of(&column.sql_type);
    let is_number = !own.array && NUMBERS.contains(&&*own.base);
    let own = format!("{}{}", own.base, if own.array { "[]" } else { "" });
    let bare = default
        .strip_suffix(&own)
        .and_then(|rest| rest.strip_suffix("::"))
        .filter(|rest| is_plain_text(rest));
    let bare = bare.unwrap_or(default);
    // PostgreSQL puts a number below zero into quotes.
    let digits = bare
        .strip_prefix("'-")
        .and_then(|rest| rest.strip_suffix('\''));
    Some(match digits.filter(|_| is_number) {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            Cow::Owned(format!("-{digits}"))
        }
        _ => Cow::Borrowed(bare),
    })
}

/// Types whose values are written without quotes.
const NUMBERS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
];

/// Whether it is one text literal.
fn is_plain_text(sql: &str) -> bool {
    let inside = sql
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    inside.is_some_and(|inside| !inside.replace("''", "").contains('\''))
}

/// When an identity column's value is made.
pub(super) fn identity(auto: Auto) -> Option<&'static str> {
    match auto {
        Auto::Serial => None,
        Auto::Identity => Some("BY DEFAULT"),
        Auto::IdentityAlways => Some("ALWAYS"),
    }
}

fn type_name(column: &Column) -> String {
    match (column.auto, column.sql_type.as_str()) {
        (Some(Auto::Serial), "smallint") => "smallserial".to_owned(),
        (Some(Auto::Serial), "integer") => "serial".to_owned(),
        (Some(Auto::Serial), "bigint") => "bigserial".to_owned(),
        (_, sql_type) => short(sql_type),
    }
}

fn named(name: Option<&String>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", quoted(name)))
        .unwrap_or_default()
}

/// A primary key as it stands behind `ADD`.
pub(super) fn primary_key(key: &PrimaryKey) -> String {
    let name = named(key.name.as_ref());
    format!("{name}PRIMARY KEY ({})", list(&key.columns))
}

/// A unique constraint as it stands behind `ADD`.
pub(super) fn unique(unique: &Unique) -> String {
    let overlaps = "WITHOUT OVERLAPS";
    let nulls = if unique.nulls_not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    let within = if unique.extra.iter().any(|extra| extra == overlaps) {
        format!(" {overlaps}")
    } else {
        String::new()
    };
    let mut text = format!(
        "{}UNIQUE{nulls} ({}{within})",
        named(unique.name.as_ref()),
        list(&unique.columns)
    );
    for extra in unique.extra.iter().filter(|extra| *extra != overlaps) {
        text.push_str(&format!(" {extra}"));
    }
    text + deferrable(unique.deferrable)
}

/// A foreign key as it stands behind `ADD`.
pub(super) fn foreign_key(key: &ForeignKey) -> String {
    let has = |word: &str| key.extra.iter().any(|extra| extra == word);
    let columns = |names: &[String]| match names.split_last() {
        Some((last, [])) if has("PERIOD") => format!("PERIOD {}", quoted(last)),
        Some((last, others)) if has("PERIOD") => {
            format!("{}, PERIOD {}", list(others), quoted(last))
        }
        _ => list(names),
    };
    let mut text = format!(
        "{}FOREIGN KEY ({}) REFERENCES {} ({})",
        named(key.name.as_ref()),
        columns(&key.columns),
        qualified(&key.table),
        columns(&key.referred)
    );
    if has("MATCH FULL") {
        text.push_str(" MATCH FULL");
    }
    let on_delete = key
        .extra
        .iter()
        .find(|extra| extra.starts_with("ON DELETE "));
    match (on_delete, key.on_delete) {
        (Some(words), action) if words.starts_with(&format!("ON DELETE {} (", action.sql())) => {
            text.push_str(&format!(" {words}"));
        }
        (_, Action::NoAction) => {}
        (_, action) => text.push_str(&format!(" ON DELETE {}", action.sql())),
    }
    if key.on_update != Action::NoAction {
        text.push_str(&format!(" ON UPDATE {}", key.on_update.sql()));
    }
    text.push_str(deferrable(key.deferrable));
    for extra in &key.extra {
        if extra != "MATCH FULL" && extra != "PERIOD" && !extra.starts_with("ON DELETE ") {
            text.push_str(&format!(" {extra}"));
        }
    }
    text
}

/// The same as it stands behind `ALTER CONSTRAINT`, which says all of it.
pub(super) fn deferrability(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "NOT DEFERRABLE",
        Deferrable::InitiallyImmediate => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::InitiallyDeferred => "DEFERRABLE INITIALLY DEFERRED",
    }
}

fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// A check constraint as it stands behind `ADD`.
pub(super) fn check(check: &Check) -> String {
    let mut text = format!("{}CHECK ({})", named(check.name.as_ref()), check.expression);
    for extra in &check.extra {
        text.push_str(&format!(" {extra}"));
    }
    text
}

/// A whole index.
pub(super) fn index(table: &Name, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let method = index.method.as_ref();
    let using = method.map_or_else(String::new, |method| format!(" USING {}", quoted(method)));
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let mut text = format!(
        "CREATE {unique}INDEX {} ON {}{using} ({})",
        quoted(&index.name),
        qualified(table),
        parts.join(", ")
    );
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", list(&index.include)));
    }
    if index.nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    for extra in &index.extra {
        text.push_str(&format!(" {extra}"));
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" WHERE {predicate}"));
    }
    text
}

/// A collation in SQL: two names with a period between them are one of a schema's, as they stand;
/// anything else is a name.
pub(super) fn collation_name(collation: &str) -> String {
    let is_identifier = |text: &str| {
        let inner = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        inner.map_or(!text.starts_with('"') && quoted(text) == text, |inner| {
            !inner.is_empty()
        })
    };
    match collation.split_once('.') {
        Some((schema, name)) if is_identifier(schema) && is_identifier(name) => {
            collation.to_owned()
        }
        _ => quoted(collation),
    }
}

fn part(part: &IndexPart) -> String {
    let mut text = match &part.key {
        IndexKey::Column(name) => quoted(name),
        IndexKey::Expression(sql) if is_call(sql) => sql.clone(),
        IndexKey::Expression(sql) => format!("({sql})"),
    };
    if let Some(collation) = &part.collation {
        text.push_str(&format!(" COLLATE {}", collation_name(collation)));
    }
    if let Some(class) = &part.operator_class {
        text.push_str(&format!(" {class}"));
    }
    if part.descending {
        text.push_str(" DESC");
    }
    match part.nulls_first {
        Some(true) => text.push_str(" NULLS FIRST"),
        Some(false) => text.push_str(" NULLS LAST"),
        None => {}
    }
    text
}

/// A table, and what takes statements of its own.
pub(super) fn table(table: &Table) -> Vec<String> {
    let name = qualified(&table.name);
    let mut lines: Vec<String> = table.columns.values().map(column).collect();
    let mut after = Vec::new();
    for column in table.columns.values() {
        if column.auto == Some(Auto::Serial) && column.nullable {
            after.push(format!(
                "ALTER TABLE {name} ALTER COLUMN {} DROP NOT NULL",
                quoted(&column.name)
            ));
        }
    }
    lines.extend(table.primary_key.iter().map(primary_key));
    lines.extend(table.uniques.iter().map(unique));
    let keys = table
        .foreign_keys
        .iter()
        .map(|key| (&key.extra, foreign_key(key)));
    let checks = table.checks.iter().map(|rule| (&rule.extra, check(rule)));
    for (extra, text) in checks.chain(keys) {
        if is_unproven(extra) {
            after.push(format!("ALTER TABLE {name} ADD {text}"));
        } else {
            lines.push(text);
        }
    }
    let body = if lines.is_empty() {
        "()".to_owned()
    } else {
        format!("(\n    {}\n)", lines.join(",\n    "))
    };
    let (before, behind): (Vec<&str>, Vec<&str>) = table
        .options
        .iter()
        .map(String::as_str)
        .partition(|option| *option == "UNLOGGED");
    let head = [vec!["CREATE"], before, vec!["TABLE", &name, &body], behind];
    let mut statements = vec![head.concat().join(" ")];
    statements.append(&mut after);
    statements.extend(table.indexes.iter().map(|each| index(&table.name, each)));
    statements
}
