//! Types: as `table!` says them, as people write them, as `format_type` prints them.

use heck::ToUpperCamelCase as _;

use crate::schema::{
    Column, Name, Schema,
    dialect::{CustomType, DieselType, Shown},
};

use super::names::{qualified, quoted};

/// The schema of the server's own types.
const CATALOG: &str = "pg_catalog";

/// A built-in type.
struct BuiltIn {
    /// Its name in `pg_type`, which Diesel goes by.
    internal: &'static str,
    /// What `format_type` prints of it without a modifier.
    printed: &'static str,
    /// Whether Diesel has a type of that name in camel case.
    diesel: bool,
}

macro_rules! built_in {
    ($($internal:literal $printed:literal $diesel:literal,)*) => {
        &[$(BuiltIn { internal: $internal, printed: $printed, diesel: $diesel }),*]
    };
}

/// Those with several names come with the one that `format_type` prints;
/// [the rest](https://www.postgresql.org/docs/current/datatype.html) is printed as it is called.
const BUILT_IN: &[BuiltIn] = built_in! {
    "int2" "smallint" true,
    "int4" "integer" true,
    "int8" "bigint" true,
    "float4" "real" true,
    "float8" "double precision" true,
    "numeric" "numeric" true,
    "money" "money" true,
    "bool" "boolean" true,
    "text" "text" true,
    "varchar" "character varying" true,
    "bpchar" "bpchar" true,
    "bpchar" "character" true,
    "char" "\"char\"" true,
    "name" "name" false,
    "bytea" "bytea" true,
    "date" "date" true,
    "time" "time without time zone" true,
    "timetz" "time with time zone" false,
    "timestamp" "timestamp without time zone" true,
    "timestamptz" "timestamp with time zone" true,
    "interval" "interval" true,
    "uuid" "uuid" true,
    "json" "json" true,
    "jsonb" "jsonb" true,
    "jsonpath" "jsonpath" false,
    "xml" "xml" false,
    "bit" "bit" true,
    "varbit" "bit varying" false,
    "inet" "inet" true,
    "cidr" "cidr" true,
    "macaddr" "macaddr" true,
    "macaddr8" "macaddr8" true,
    "oid" "oid" true,
    "pg_lsn" "pg_lsn" true,
    "tsvector" "tsvector" false,
    "tsquery" "tsquery" false,
    "point" "point" false,
    "line" "line" false,
    "lseg" "lseg" false,
    "box" "box" false,
    "path" "path" false,
    "polygon" "polygon" false,
    "circle" "circle" false,
    "int4range" "int4range" true,
    "int8range" "int8range" true,
    "numrange" "numrange" true,
    "daterange" "daterange" true,
    "tsrange" "tsrange" true,
    "tstzrange" "tstzrange" true,
    "int4multirange" "int4multirange" true,
    "int8multirange" "int8multirange" true,
    "nummultirange" "nummultirange" true,
    "datemultirange" "datemultirange" true,
    "tsmultirange" "tsmultirange" true,
    "tstzmultirange" "tstzmultirange" true,
    "aclitem" "aclitem" false,
    "cid" "cid" false,
    "int2vector" "int2vector" false,
    "oidvector" "oidvector" false,
    "pg_snapshot" "pg_snapshot" false,
    "txid_snapshot" "txid_snapshot" false,
    "refcursor" "refcursor" false,
    "regclass" "regclass" false,
    "regcollation" "regcollation" false,
    "regconfig" "regconfig" false,
    "regdictionary" "regdictionary" false,
    "regnamespace" "regnamespace" false,
    "regoper" "regoper" false,
    "regoperator" "regoperator" false,
    "regproc" "regproc" false,
    "regprocedure" "regprocedure" false,
    "regrole" "regrole" false,
    "regtype" "regtype" false,
    "tid" "tid" false,
    "xid" "xid" false,
    "xid8" "xid8" false,
};

/// A type taken apart: `character varying(20)[]` is `character varying`, `20`, an array.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Its name, without the modifier that may stand in its middle.
    pub(super) base: String,
    /// What stands in parentheses.
    pub(super) modifier: Option<String>,
    /// Whether it is an array of these.
    pub(super) array: bool,
}

impl Parts {
    /// Takes a printed type apart.
    pub(super) fn of(printed: &str) -> Self {
        let (element, array) = match printed.strip_suffix("[]") {
            Some(element) => (element, true),
            None => (printed, false),
        };
        let open = outside_quotes(element).find(|(_, c)| *c == '(');
        let close = element.rfind(')');
        let (base, modifier) = match (open, close) {
            (Some((open, _)), Some(close)) if open < close => {
                let (before, after) = (element[..open].trim_end(), element[close + 1..].trim());
                let space = if after.is_empty() { "" } else { " " };
                let modifier = element[open + 1..close].to_owned();
                (format!("{before}{space}{after}"), Some(modifier))
            }
            _ => (element.to_owned(), None),
        };
        Self {
            base,
            modifier,
            array,
        }
    }

    /// The first number of the modifier.
    pub(super) fn length(&self) -> Option<u64> {
        let first = self.modifier.as_deref()?.split(',').next()?;
        first.trim().parse().ok()
    }
}

fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut quoted = false;
    text.char_indices().filter(move |(_, c)| {
        quoted ^= *c == '"';
        !quoted
    })
}

/// The canonical type of a Diesel type.
pub(super) fn of_diesel(diesel_type: &DieselType, max_length: Option<u64>) -> Option<String> {
    let argument = || diesel_type.arguments.first();
    let bounded = |base: &str, otherwise: &str| match max_length {
        Some(length) => format!("{base}({length})"),
        None => otherwise.to_owned(),
    };
    let plain = match diesel_type.name.as_str() {
        "Nullable" => return of_diesel(argument()?, max_length),
        "Array" => {
            let element = of_diesel(argument()?, max_length)?;
            let element = element.strip_suffix("[]").unwrap_or(&element);
            return Some(format!("{element}[]"));
        }
        "Range" => return range_of(argument()?, "range"),
        "Multirange" => return range_of(argument()?, "multirange"),
        "SmallInt" | "Smallint" | "Int2" | "SmallSerial" => "smallint",
        "Integer" | "Int4" | "Serial" => "integer",
        "BigInt" | "Bigint" | "Int8" | "BigSerial" => "bigint",
        "Float" | "Float4" => "real",
        "Double" | "Float8" => "double precision",
        "Numeric" | "Decimal" => "numeric",
        "Bool" => "boolean",
        "Text" | "Tinytext" | "Mediumtext" | "Longtext" => "text",
        "VarChar" | "Varchar" => return Some(bounded("character varying", "character varying")),
        "Bpchar" => return Some(bounded("character", "bpchar")),
        "Char" => return Some(bounded("character", "character(1)")),
        "CChar" => "\"char\"",
        "Binary" | "Bytea" | "Tinyblob" | "Blob" | "Mediumblob" | "Longblob" | "Varbinary" => {
            "bytea"
        }
        "Bit" => return Some(bounded("bit", "bit(1)")),
        "Varbit" => return Some(bounded("bit varying", "bit varying")),
        "Date" => "date",
        "Time" => "time without time zone",
        "Timetz" | "TimeTz" => "time with time zone",
        "Timestamp" => "timestamp without time zone",
        "Timestamptz" => "timestamp with time zone",
        "Interval" => "interval",
        "Uuid" => "uuid",
        "Json" => "json",
        "Jsonb" => "jsonb",
        "Inet" => "inet",
        "Cidr" => "cidr",
        "MacAddr" | "Macaddr" => "macaddr",
        "MacAddr8" | "Macaddr8" => "macaddr8",
        "Money" => "money",
        "Oid" => "oid",
        "Citext" => "citext",
        "PgLsn" => "pg_lsn",
        "TsVector" | "Tsvector" => "tsvector",
        "TsQuery" | "Tsquery" => "tsquery",
        "Ltree" => "ltree",
        "Lquery" => "lquery",
        "Ltxtquery" => "ltxtquery",
        "Hstore" => "hstore",
        "Vector" => "vector",
        name @ ("Int4range" | "Int8range" | "Numrange" | "Daterange" | "Tsrange" | "Tstzrange"
        | "Int4multirange" | "Int8multirange" | "Nummultirange" | "Datemultirange"
        | "Tsmultirange" | "Tstzmultirange") => return Some(name.to_lowercase()),
        _ => return None,
    };
    Some(plain.to_owned())
}

fn range_of(element: &DieselType, kind: &str) -> Option<String> {
    let element = of_diesel(element, None)?;
    let stem = match element.as_str() {
        "integer" => "int4",
        "bigint" => "int8",
        "numeric" => "num",
        "date" => "date",
        "timestamp without time zone" => "ts",
        "timestamp with time zone" => "tstz",
        _ => return None,
    };
    Some(format!("{stem}{kind}"))
}

/// The canonical words of a type that somebody wrote.
pub(super) fn canonical(written: &str) -> String {
    let text = normalised(written);
    let (element, array) = array_of(&text);
    let parts = Parts::of(element);
    let base = parts
        .base
        .strip_prefix("pg_catalog.")
        .unwrap_or(&parts.base);
    let printed = printed(base, parts.modifier.as_deref());
    if array {
        format!("{printed}[]")
    } else {
        printed
    }
}

/// Small letters and single spaces, but as it stands between quotes, which go where none are needed.
fn normalised(written: &str) -> String {
    let mut text = String::new();
    let mut pieces = written.split('"').peekable();
    let mut inside = false;
    let mut identifier = String::new();
    while let Some(piece) = pieces.next() {
        if inside {
            identifier.push_str(piece);
            // A doubled quote: an empty piece outside, and the identifier goes on.
            if pieces.peek().is_some_and(|next| next.is_empty()) && {
                let mut ahead = pieces.clone();
                ahead.next();
                ahead.peek().is_some()
            } {
                pieces.next();
                identifier.push('"');
                continue;
            }
            text.push_str(&requoted(&identifier));
            identifier.clear();
        } else {
            let lower = piece.to_lowercase();
            let words: Vec<&str> = lower.split_whitespace().collect();
            let starts_apart = lower.starts_with(char::is_whitespace);
            if starts_apart && !text.is_empty() && !words.is_empty() {
                text.push(' ');
            }
            text.push_str(&words.join(" "));
        }
        inside = !inside;
    }
    for (from, to) in [
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (", ", ","),
        (" [", "["),
        (" .", "."),
        (". ", "."),
    ] {
        text = text.replace(from, to);
    }
    text
}

/// `"char"` is another type than `char`.
fn requoted(identifier: &str) -> String {
    if BUILT_IN.iter().any(|kind| kind.internal == identifier) && identifier != "char" {
        identifier.to_owned()
    } else {
        quoted(identifier)
    }
}

/// `integer[3][]` and `integer array[3]` are both `integer[]`.
fn array_of(text: &str) -> (&str, bool) {
    let end = outside_quotes(text).find(|(_, c)| *c == '[');
    let element = end.map_or(text, |(end, _)| text[..end].trim_end());
    match element.strip_suffix(" array") {
        Some(element) => (element, true),
        None => (element, end.is_some()),
    }
}

fn printed(base: &str, modifier: Option<&str>) -> String {
    let with = |name: &str| match modifier {
        Some(modifier) => format!("{name}({modifier})"),
        None => name.to_owned(),
    };
    let or_one = |name: &str| with(name) + if modifier.is_none() { "(1)" } else { "" };
    let timed = |name: &str, zone: &str| format!("{} {zone} time zone", with(name));
    match base {
        "int" | "int4" | "serial" | "serial4" => "integer".to_owned(),
        "int2" | "smallserial" | "serial2" => "smallint".to_owned(),
        "int8" | "bigserial" | "serial8" => "bigint".to_owned(),
        "float4" => "real".to_owned(),
        "float8" => "double precision".to_owned(),
        "float" => {
            let digits = modifier.and_then(|text| text.parse::<u32>().ok());
            let is_short = digits.is_some_and(|digits| digits < 25);
            if is_short { "real" } else { "double precision" }.to_owned()
        }
        "decimal" | "dec" | "numeric" => match modifier {
            Some(precision) if !precision.contains(',') => format!("numeric({precision},0)"),
            _ => with("numeric"),
        },
        "bool" => "boolean".to_owned(),
        "varchar"
        | "character varying"
        | "char varying"
        | "nchar varying"
        | "national character varying"
        | "national char varying" => with("character varying"),
        "character" | "char" | "nchar" | "national character" | "national char" => {
            or_one("character")
        }
        "bpchar" if modifier.is_some() => with("character"),
        "bit" => or_one("bit"),
        "varbit" | "bit varying" => with("bit varying"),
        "timestamptz" | "timestamp with time zone" => timed("timestamp", "with"),
        "timestamp" | "timestamp without time zone" => timed("timestamp", "without"),
        "timetz" | "time with time zone" => timed("time", "with"),
        "time" | "time without time zone" => timed("time", "without"),
        other => with(other),
    }
}

/// A type under the name that people write: `varchar(20)`, `timestamptz(3)`.
pub(super) fn short(sql_type: &str) -> String {
    let parts = Parts::of(sql_type);
    let name = match parts.base.as_str() {
        "character varying" => "varchar",
        "character" => "char",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "time without time zone" => "time",
        "time with time zone" => "timetz",
        "bit varying" => "varbit",
        _ => return sql_type.to_owned(),
    };
    let modifier = parts.modifier.map(|text| format!("({text})"));
    let array = if parts.array { "[]" } else { "" };
    format!("{name}{}{array}", modifier.unwrap_or_default())
}

/// The canonical type of a struct of `sql_types`.
pub(super) fn of_custom(custom: &CustomType) -> String {
    let Name { schema, name } = &custom.sql_name;
    let own = match schema.as_deref() {
        None | Some(CATALOG) => BUILT_IN.iter().find(|kind| kind.internal == name),
        Some(_) => None,
    };
    match own {
        Some(kind) => kind.printed.to_owned(),
        None => qualified(&custom.sql_name),
    }
}

/// How `diesel print-schema` shows a column.
pub(super) fn shown(schema: &Schema, column: &Column) -> Shown {
    // Diesel sees through a domain.
    let parts = Parts::of(column.domain_of.0.as_ref().unwrap_or(&column.sql_type));
    let own = BUILT_IN.iter().find(|kind| kind.printed == parts.base);
    let sql_name = match own {
        Some(kind) => Name::within(CATALOG, kind.internal),
        None => name_of(&parts.base),
    };
    let rust_name = identifier(&sql_name.name.to_upper_camel_case());
    // By name alone, as Diesel does: a `citext` that an extension brought is Diesel's.
    let is_diesels = own.map_or(rust_name == "Citext", |kind| kind.diesel);
    let custom = (!is_diesels).then(|| CustomType {
        labels: schema.enums.get(&sql_name).map(|kind| kind.labels.clone()),
        rust_name: rust_name.clone(),
        sql_name,
    });
    let is_bounded = matches!(
        parts.base.as_str(),
        "character varying" | "character" | "bpchar" | "bit" | "bit varying"
    );
    let plain = DieselType::new(rust_name);
    Shown {
        max_length: parts.length().filter(|_| is_bounded && !parts.array),
        diesel_type: if parts.array {
            DieselType::of("Array", DieselType::of("Nullable", plain))
        } else {
            plain
        },
        custom: custom.into_iter().collect(),
    }
}

/// What is left when the letters of a type's name make no Rust name.
fn identifier(camel: &str) -> String {
    let word: String = camel
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    match word.chars().next() {
        None => "Custom".to_owned(),
        Some(first) if first.is_numeric() => format!("T{word}"),
        Some(_) => word,
    }
}

/// The name that a printed type stands for, quotes taken off.
pub(super) fn name_of(base: &str) -> Name {
    let unquoted = |text: &str| match text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    {
        Some(inside) => inside.replace("\"\"", "\""),
        None => text.to_owned(),
    };
    let dot = outside_quotes(base).find(|(_, c)| *c == '.');
    match dot {
        Some((dot, _)) => Name::within(unquoted(&base[..dot]), unquoted(&base[dot + 1..])),
        None => Name::new(unquoted(base)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_types_become_what_the_server_prints() {
        for (written, printed) in [
            ("varchar(20)", "character varying(20)"),
            ("VARCHAR ( 20 )", "character varying(20)"),
            ("varchar", "character varying"),
            ("int", "integer"),
            ("INT8[]", "bigint[]"),
            ("integer ARRAY[3]", "integer[]"),
            ("int4 [3][]", "integer[]"),
            ("decimal(10, 2)", "numeric(10,2)"),
            ("numeric(10)", "numeric(10,0)"),
            ("char", "character(1)"),
            ("\"char\"", "\"char\""),
            ("char(5)", "character(5)"),
            ("bpchar", "bpchar"),
            ("bpchar(3)", "character(3)"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            (
                "timestamp (3) with time zone",
                "timestamp(3) with time zone",
            ),
            ("timestamp(0)", "timestamp(0) without time zone"),
            ("time", "time without time zone"),
            ("double  precision", "double precision"),
            ("float(10)", "real"),
            ("bit", "bit(1)"),
            ("varbit(5)", "bit varying(5)"),
            ("interval day to second (3)", "interval day to second(3)"),
            ("Mood", "mood"),
            ("\"Mood\"", "\"Mood\""),
            ("\"mood\"", "mood"),
            ("app.\"Mood\"[]", "app.\"Mood\"[]"),
            ("\"we\"\"ird\"", "\"we\"\"ird\""),
            ("pg_catalog.int4", "integer"),
            ("vector( 3 )", "vector(3)"),
            ("bool", "boolean"),
        ] {
            assert_eq!(canonical(written), printed, "{written}");
            assert_eq!(canonical(printed), printed, "{printed}");
        }
    }

    #[test]
    fn diesel_types_have_a_canonical_type() {
        let plain = |name: &str, length| of_diesel(&DieselType::new(name), length);
        assert_eq!(plain("BigInt", None).as_deref(), Some("bigint"));
        assert_eq!(
            plain("Varchar", Some(20)).as_deref(),
            Some("character varying(20)")
        );
        assert_eq!(plain("Bpchar", Some(2)).as_deref(), Some("character(2)"));
        assert_eq!(plain("Geometry", None), None);
        let array = DieselType::of("Array", DieselType::of("Nullable", DieselType::new("Text")));
        assert_eq!(of_diesel(&array, None).as_deref(), Some("text[]"));
        let range = DieselType::of("Range", DieselType::new("Timestamptz"));
        assert_eq!(of_diesel(&range, None).as_deref(), Some("tstzrange"));
        let multirange = DieselType::of("Multirange", DieselType::new("Integer"));
        assert_eq!(
            of_diesel(&multirange, None).as_deref(),
            Some("int4multirange")
        );
    }

    #[test]
    fn columns_are_shown_as_diesel_shows_them() {
        let show = |sql_type: &str| {
            let shown = shown(&Schema::default(), &Column::new("c", sql_type));
            (shown.diesel_type.to_string(), shown.max_length)
        };
        assert_eq!(show("bigint"), ("Int8".to_owned(), None));
        assert_eq!(
            show("character varying(20)"),
            ("Varchar".to_owned(), Some(20))
        );
        assert_eq!(show("character(2)"), ("Bpchar".to_owned(), Some(2)));
        assert_eq!(show("numeric(10,2)"), ("Numeric".to_owned(), None));
        assert_eq!(
            show("timestamp(3) with time zone"),
            ("Timestamptz".to_owned(), None)
        );
        assert_eq!(show("text[]"), ("Array<Nullable<Text>>".to_owned(), None));
        assert_eq!(show("order_status"), ("OrderStatus".to_owned(), None));
        assert_eq!(show("pg_lsn"), ("PgLsn".to_owned(), None));
    }

    #[test]
    fn types_of_ones_own_go_there_and_back() {
        for printed in [
            "mood",
            "app.mood",
            "\"Mood \"\"x\"",
            "tsvector",
            "bit varying",
        ] {
            let shown = shown(&Schema::default(), &Column::new("c", printed));
            assert_eq!(of_custom(&shown.custom[0]), printed);
        }
    }
}
