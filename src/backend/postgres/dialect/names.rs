//! Names and texts, as SQL takes them.

use crate::schema::{Name, dialect::Named};

/// Keywords that are not free for names, of [every version](https://www.postgresql.org/docs/current/sql-keywords-appendix.html)
/// up to 18: `pg_get_keywords()` without the unreserved ones, as `quote_ident` goes by.
const KEYWORDS: &str = " all analyse analyze and any array as asc asymmetric authorization between \
bigint binary bit boolean both case cast char character check coalesce collate collation column \
concurrently constraint create cross current_catalog current_date current_role current_schema \
current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end \
except exists extract false fetch float for foreign freeze from full grant greatest group grouping \
having ilike in initially inner inout int integer intersect interval into is isnull join json \
json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar \
json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp \
merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or \
order out outer overlaps overlay placing position precision primary real references returning right \
row select session_user setof similar smallint some substring symmetric system_user table tablesample \
then time timestamp to trailing treat trim true union unique user using values varchar variadic \
verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces \
xmlparse xmlpi xmlroot xmlserialize xmltable ";

/// The longest identifier in bytes, as servers are [built](https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS).
pub(super) const LIMIT: usize = 63;

/// An identifier, in quotes where it needs them.
pub(in crate::backend::postgres) fn quoted(identifier: &str) -> String {
    let mut bytes = identifier.bytes();
    let starts = bytes
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == b'_');
    let is_plain = starts
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !KEYWORDS.contains(&format!(" {identifier} "));
    if is_plain {
        identifier.to_owned()
    } else {
        format!("\"{}\"", identifier.replace('"', "\"\""))
    }
}

/// Identifiers with commas between them.
pub(super) fn list<'a>(identifiers: impl IntoIterator<Item = &'a String>) -> String {
    let quoted: Vec<String> = identifiers.into_iter().map(|name| quoted(name)).collect();
    quoted.join(", ")
}

/// The name of a table, type or index, with its schema where that is not the default one.
pub(super) fn qualified(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&name.name)),
        None => quoted(&name.name),
    }
}

/// Something that lives beside a table, in its schema.
pub(super) fn beside(table: &Name, name: &str) -> Name {
    Name {
        schema: table.schema.clone(),
        name: name.to_owned(),
    }
}

/// A text, which means the same whatever `standard_conforming_strings` says.
pub(in crate::backend::postgres) fn literal(text: &str) -> String {
    let escaped = text.replace('\'', "''");
    if escaped.contains('\\') {
        format!("E'{}'", escaped.replace('\\', "\\\\"))
    } else {
        format!("'{escaped}'")
    }
}

/// The name that the server gives where the statement says none.
pub(super) fn default_name(named: Named, table: &Name, columns: &[String]) -> String {
    let label = match named {
        Named::PrimaryKey => return object_name(&table.name, "", "pkey"),
        Named::ForeignKey => "fkey",
        Named::Unique => "key",
        Named::Index => "idx",
        Named::Check => "check",
    };
    object_name(&table.name, &joined(columns), label)
}

/// The columns' part of a name: as many as fit, as `ChooseIndexNameAddition` in
/// [indexcmds.c](https://github.com/postgres/postgres/blob/master/src/backend/commands/indexcmds.c) does.
fn joined(columns: &[String]) -> String {
    let mut text = String::new();
    for column in columns {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(column);
        if text.len() > LIMIT {
            break;
        }
    }
    text
}

/// `table_columns_label`, the longer of the first two made shorter until all fit: `makeObjectName`
/// of the same file.
pub(super) fn object_name(table: &str, columns: &str, label: &str) -> String {
    let separators = 1 + usize::from(!columns.is_empty());
    let room = LIMIT - label.len() - separators;
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > room {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let (table, columns) = (clipped(table, first), clipped(columns, second));
    if columns.is_empty() {
        format!("{table}_{label}")
    } else {
        format!("{table}_{columns}_{label}")
    }
}

/// At most so many bytes, without cutting a character.
fn clipped(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_quoted_where_they_must_be() {
        for plain in ["users", "_x1", "name", "type"] {
            assert_eq!(quoted(plain), plain);
        }
        assert_eq!(quoted("user"), "\"user\"");
        assert_eq!(quoted("Users"), "\"Users\"");
        assert_eq!(quoted("1st"), "\"1st\"");
        assert_eq!(quoted("we\"ird; DROP"), "\"we\"\"ird; DROP\"");
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn texts_are_escaped() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\'b"), "E'a\\\\''b'");
    }

    #[test]
    fn names_are_those_the_server_gives() {
        let name = |named, columns: &[&str]| {
            let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
            default_name(named, &Name::new("orders"), &columns)
        };
        assert_eq!(name(Named::PrimaryKey, &["id"]), "orders_pkey");
        assert_eq!(name(Named::ForeignKey, &["a", "b"]), "orders_a_b_fkey");
        assert_eq!(name(Named::Unique, &["a"]), "orders_a_key");
        assert_eq!(name(Named::Index, &["expr", "a"]), "orders_expr_a_idx");
        assert_eq!(name(Named::Check, &["a"]), "orders_a_check");
        assert_eq!(name(Named::Check, &[]), "orders_check");
        let long = default_name(Named::Unique, &Name::new("t".repeat(63)), &["ü".repeat(30)]);
        assert!(long.len() <= LIMIT && long.ends_with("_key"), "{long}");
    }
}
