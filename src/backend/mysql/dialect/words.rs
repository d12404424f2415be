//! Names and texts, as MySQL and MariaDB write them.

use std::borrow::Cow;

use super::Mysql;
use crate::schema::{Name, dialect::Named};

/// The longest identifier of [tables, columns, indexes and
/// constraints](https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html), in characters.
pub(super) const LIMIT: usize = 64;

/// An identifier, in backticks where it needs them.
///
/// Upper case needs none, but stands out better with them.
pub(in crate::backend::mysql) fn quote(identifier: &str) -> String {
    if plain(identifier) {
        identifier.to_owned()
    } else {
        backticks(identifier)
    }
}

/// An identifier in [backticks](https://dev.mysql.com/doc/refman/8.4/en/identifiers.html).
pub(in crate::backend::mysql) fn backticks(identifier: &str) -> String {
    format!("`{}`", identifier.replace('`', "``"))
}

fn plain(identifier: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let mut bytes = identifier.bytes();
    bytes.next().is_some_and(word)
        && bytes.all(|byte| word(byte) || byte.is_ascii_digit())
        && RESERVED.binary_search(&identifier).is_err()
}

/// A table's name.
pub(super) fn table(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}

/// Columns between parentheses.
pub(super) fn list<'a>(columns: impl IntoIterator<Item = &'a String>) -> String {
    let columns: Vec<String> = columns.into_iter().map(|column| quote(column)).collect();
    format!("({})", columns.join(", "))
}

/// A [string](https://dev.mysql.com/doc/refman/8.4/en/string-literals.html), as long as the SQL mode
/// leaves the backslash its meaning, as it does by default.
pub(in crate::backend::mysql) fn literal(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("''"),
            '\\' => quoted.push_str("\\\\"),
            '\0' => quoted.push_str("\\0"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// The labels of `enum('a','b')` or `set('a','b')`, unquoted.
pub(super) fn labels(sql_type: &str) -> Option<Vec<String>> {
    let inside = sql_type
        .strip_prefix("enum(")
        .or_else(|| sql_type.strip_prefix("set("))?
        .strip_suffix(')')?;
    let mut labels = Vec::new();
    let mut rest = inside.trim_start();
    while let Some(text) = rest.strip_prefix('\'') {
        let mut label = String::new();
        let mut characters = text.char_indices().peekable();
        let mut end = text.len();
        while let Some((index, character)) = characters.next() {
            match character {
                '\'' if characters.next_if(|(_, next)| *next == '\'').is_some() => label.push('\''),
                '\'' => {
                    end = index + 1;
                    break;
                }
                '\\' => label.extend(characters.next().map(|(_, next)| match next {
                    '0' => '\0',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                })),
                other => label.push(other),
            }
        }
        labels.push(label);
        rest = text[end..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(labels)
}

/// Expressions that MySQL's information schema keeps [with their quotes
/// escaped](https://bugs.mysql.com/bug.php?id=100607), without the escapes.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    Cow::Owned(plain)
}

/// An expression of the information schema as it is.
pub(in crate::backend::mysql) fn expression_of(dialect: Mysql, printed: &str) -> String {
    if dialect.is_mariadb() {
        printed.to_owned()
    } else {
        unescape(printed).into_owned()
    }
}

/// An expression without the parentheses that wrap the whole of it.
pub(in crate::backend::mysql) fn unwrapped(expression: &str) -> &str {
    let mut inner = expression.trim();
    while let Some(within) = inner
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        && balanced(within)
    {
        inner = within.trim();
    }
    inner
}

/// Whether every closing parenthesis has an opening one before it, and the other way round.
fn balanced(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some('\'' | '"'), '\\') => drop(characters.next()),
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0 && quote.is_none()
}

/// Whether an expression that the engine printed names a column.
pub(in crate::backend::mysql) fn mentions(expression: &str, column: &str) -> bool {
    expression.contains(&backticks(column))
}

/// The name of what the models leave unnamed.
pub(super) fn default_name(named: Named, table: &Name, columns: &[String]) -> Option<String> {
    let ending = match named {
        Named::PrimaryKey => return None,
        Named::ForeignKey => "fkey",
        Named::Unique => "key",
        Named::Index => "idx",
        Named::Check => "check",
    };
    let mut words = vec![table.name.as_str()];
    match named {
        Named::Check if columns.len() != 1 => {}
        _ => words.extend(columns.iter().map(String::as_str)),
    }
    let stem = words.join("_");
    let room = LIMIT - ending.len() - 1;
    let stem: String = stem.chars().take(room).collect();
    Some(format!("{stem}_{ending}"))
}

/// What [MySQL](https://dev.mysql.com/doc/refman/8.4/en/keywords.html) or
/// [MariaDB](https://mariadb.com/kb/en/reserved-words/) reserves, and the functions that take a word
/// before `(` for a call.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "accessible", "add", "adddate", "all", "alter", "analyze", "and", "array", "as", "asc",
    "asensitive", "before", "between", "bigint", "binary", "bit_and", "bit_or", "bit_xor", "blob",
    "body", "both", "by", "call", "cascade", "case", "cast", "change", "char", "character", "check",
    "collate", "column", "condition", "constraint", "continue", "convert", "count", "create",
    "cross", "cube", "cume_dist", "curdate", "current_date", "current_role", "current_time",
    "current_timestamp", "current_user", "cursor", "curtime", "database", "databases", "date_add",
    "date_sub", "day_hour", "day_microsecond", "day_minute", "day_second", "dec", "decimal",
    "declare", "default", "delayed", "delete", "delete_domain_id", "dense_rank", "desc", "describe",
    "deterministic", "distinct", "distinctrow", "div", "do_domain_ids", "double", "drop", "dual",
    "each", "else", "elseif", "elsif", "empty", "enclosed", "escaped", "except", "exists", "exit",
    "explain", "extract", "false", "fetch", "first_value", "float", "float4", "float8", "for",
    "force", "foreign", "from", "fulltext", "function", "general", "generated", "get", "goto",
    "grant", "group", "group_concat", "grouping", "groups", "having", "high_priority", "history",
    "hour_microsecond", "hour_minute", "hour_second", "if", "ignore", "ignore_domain_ids",
    "ignore_server_ids", "in", "index", "infile", "inner", "inout", "insensitive", "insert", "int",
    "int1", "int2", "int3", "int4", "int8", "integer", "intersect", "interval", "into", "io_after_gtids",
    "io_before_gtids", "is", "iterate", "join", "json_table", "key", "keys", "kill", "lag",
    "last_value", "lateral", "lead", "leading", "leave", "left", "library", "like", "limit", "linear",
    "lines", "load", "localtime", "localtimestamp", "lock", "long", "longblob", "longtext", "loop",
    "low_priority", "manual", "master_bind", "master_demote_to_replica", "master_demote_to_slave",
    "master_heartbeat_period",
    "master_ssl_verify_server_cert", "match", "max", "maxvalue", "median", "mediumblob", "mediumint",
    "mediumtext", "mid", "middleint", "min", "minus", "minute_microsecond", "minute_second", "mod",
    "modifies", "natural", "no_write_to_binlog", "not", "now", "nth_value", "ntile", "null",
    "numeric", "of", "offset", "on", "optimize", "optimizer_costs", "option", "optionally", "or",
    "order", "others", "out", "outer", "outfile", "over", "package", "page_checksum", "parallel",
    "parse_vcol_expr", "partition", "percent_rank", "percentile_cont", "percentile_disc", "period",
    "portion", "position", "precision", "primary", "procedure", "purge", "qualify", "raise", "range",
    "rank", "read", "read_write", "reads", "real", "recursive", "ref_system_id", "references",
    "regexp", "release", "rename", "repeat", "replace", "require", "resignal", "restrict", "return",
    "returning", "revoke", "right", "rlike", "row", "row_number", "rownum", "rows", "rowtype", "schema",
    "schemas", "second_microsecond", "select", "sensitive", "separator", "session_user", "set",
    "show", "signal", "slow", "smallint", "spatial", "specific", "sql", "sql_big_result",
    "sql_calc_found_rows", "sql_small_result", "sqlexception", "sqlstate", "sqlwarning", "ssl",
    "starting", "stats_auto_recalc", "stats_persistent", "stats_sample_pages", "std", "stddev",
    "stddev_pop", "stddev_samp", "stored", "straight_join", "subdate", "substr", "substring", "sum",
    "sysdate", "system", "system_time", "system_user", "table", "tablesample", "terminated", "then",
    "tinyblob", "tinyint", "tinytext", "to", "trailing", "trigger", "trim", "true", "undo", "union",
    "unique", "unlock", "unsigned", "update", "usage", "use", "using", "utc_date", "utc_time",
    "utc_timestamp", "values", "var_pop", "var_samp", "varbinary", "varchar", "varcharacter",
    "variance", "varying", "vector", "versioning", "virtual", "when", "where", "while", "window", "with",
    "without", "write", "xor", "year_month", "zerofill",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_can_be_searched() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn identifiers_are_quoted_where_needed() {
        let quoted = [
            "users", "_a1", "order", "count", "Users", "1a", "a b", "a`b", "",
        ]
        .map(quote);
        let wanted = [
            "users", "_a1", "`order`", "`count`", "`Users`", "`1a`", "`a b`", "`a``b`", "``",
        ];
        assert_eq!(quoted, wanted);
    }

    #[test]
    fn labels_are_read_whatever_they_hold() {
        let labels = labels(r"enum('a','b,c','d''e','f\\g',')')").unwrap();
        assert_eq!(labels, ["a", "b,c", "d'e", r"f\g", ")"]);
    }

    #[test]
    fn only_parentheses_round_the_whole_are_taken_off() {
        assert_eq!(unwrapped("((a > 0))"), "a > 0");
        assert_eq!(unwrapped("(a > 0) and (b > 0)"), "(a > 0) and (b > 0)");
        assert_eq!(unwrapped("(a <> ')')"), "a <> ')'");
    }

    #[test]
    fn names_keep_their_ending_when_they_are_cut() {
        let name = default_name(
            Named::ForeignKey,
            &Name::new("é".repeat(80)),
            &["x".to_owned()],
        );
        let name = name.unwrap();
        assert_eq!(name.chars().count(), LIMIT);
        assert!(name.ends_with("_fkey"));
        let check = default_name(Named::Check, &Name::new("t"), &[]);
        assert_eq!(check.as_deref(), Some("t_check"));
    }
}
