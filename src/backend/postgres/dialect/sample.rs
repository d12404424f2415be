//! Values for columns of any type.

use crate::schema::{Column, Schema};

use super::{
    names::literal,
    types::{Parts, name_of},
};

/// A value of a column's type for a row, as an SQL expression.
pub(super) fn value(schema: &Schema, column: &Column, row: usize) -> Option<String> {
    let sql_type = column.domain_of.0.as_ref().unwrap_or(&column.sql_type);
    let parts = Parts::of(sql_type);
    let element = element(schema, &parts, row);
    match (parts.array, element) {
        (false, element) => element,
        (true, Some(element)) => Some(format!("ARRAY[{element}]::{sql_type}")),
        (true, None) => Some(format!("'{{}}'::{sql_type}")),
    }
}

fn element(schema: &Schema, parts: &Parts, row: usize) -> Option<String> {
    let number = row + 1;
    let text = match parts.base.as_str() {
        "smallint" | "integer" | "bigint" | "real" | "double precision" => {
            return Some(number.to_string());
        }
        "numeric" => return Some(decimal(parts.modifier.as_deref(), number)),
        "boolean" => return Some((number % 2 == 1).to_string()),
        "text" | "citext" | "name" | "character varying" | "character" | "bpchar" | "tsvector"
        | "tsquery" | "ltree" => short(number, parts.length()),
        "\"char\"" => short(number, Some(1)),
        "bytea" => return Some(format!("decode('{number:08x}', 'hex')")),
        "date" => return Some(format!("(DATE '2000-01-01' + {number})")),
        "time without time zone" => {
            return Some(format!("(TIME '00:00:00' + INTERVAL '{number} minutes')"));
        }
        "time with time zone" => {
            return Some(format!(
                "(TIME WITH TIME ZONE '00:00:00+00' + INTERVAL '{number} minutes')"
            ));
        }
        "timestamp without time zone" => {
            return Some(format!(
                "(TIMESTAMP '2000-01-01 00:00:00' + INTERVAL '{number} days')"
            ));
        }
        "timestamp with time zone" => {
            return Some(format!(
                "(TIMESTAMP WITH TIME ZONE '2000-01-01 00:00:00+00' + INTERVAL '{number} days')"
            ));
        }
        "interval" => return Some(format!("INTERVAL '{number} days'")),
        base if base.starts_with("interval ") => return Some(format!("INTERVAL '{number}' YEAR")),
        "uuid" => format!("00000000-0000-4000-8000-{number:012x}"),
        "json" | "jsonb" | "money" | "oid" | "xid8" => number.to_string(),
        "jsonpath" => format!("$.a{number}"),
        "xml" => format!("<a>{number}</a>"),
        "inet" | "cidr" => format!(
            "10.{}.{}.{}",
            number >> 16 & 255,
            number >> 8 & 255,
            number & 255
        ),
        "macaddr" => format!("02:00:00:{}", hexes(number, 3)),
        "macaddr8" => format!("02:00:00:ff:fe:{}", hexes(number, 3)),
        "pg_lsn" => format!("0/{number:X}"),
        "bit" => return Some(bits(number, parts.length().unwrap_or(1), true)),
        "bit varying" => return Some(bits(number, parts.length().unwrap_or(32), false)),
        "point" => format!("({number},{number})"),
        "line" => format!("{{1,1,{number}}}"),
        "lseg" | "box" | "path" | "polygon" => format!("((0,0),({number},{number}))"),
        "circle" => format!("<(0,0),{number}>"),
        "hstore" => format!("a=>{number}"),
        base @ ("int4range" | "int8range" | "numrange" | "daterange" | "tsrange" | "tstzrange") => {
            return Some(range(base, number));
        }
        base @ ("int4multirange" | "int8multirange" | "nummultirange" | "datemultirange"
        | "tsmultirange" | "tstzmultirange") => {
            return Some(format!(
                "{base}({})",
                range(&base.replace("multi", ""), number)
            ));
        }
        base => {
            let labels = &schema.enums.get(&name_of(base))?.labels;
            let label = labels.get(row % labels.len().max(1))?;
            return Some(format!("{}::{base}", literal(label)));
        }
    };
    // Texts take any column of a text type as they are; the rest says what it is.
    match parts.base.as_str() {
        "text" | "citext" | "name" | "character varying" | "character" | "bpchar" => {
            Some(literal(&text))
        }
        base => Some(format!("{}::{base}", literal(&text))),
    }
}

fn hexes(number: usize, count: usize) -> String {
    let bytes: Vec<String> = (0..count)
        .rev()
        .map(|place| format!("{:02x}", number >> (8 * place) & 255))
        .collect();
    bytes.join(":")
}

/// A number in as many characters as there are: in the digits of a larger base where ten are too few.
fn short(number: usize, length: Option<u64>) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let plain = number.to_string();
    let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else {
        return plain;
    };
    if plain.len() <= length {
        return plain;
    }
    let mut rest = number;
    let mut text = Vec::new();
    for _ in 0..length {
        text.push(char::from(DIGITS[rest % DIGITS.len()]));
        rest /= DIGITS.len();
    }
    text.iter().rev().collect()
}

fn decimal(modifier: Option<&str>, number: usize) -> String {
    let mut numbers = modifier
        .unwrap_or_default()
        .split(',')
        .map(|part| part.trim().parse::<i64>().unwrap_or(0));
    let (precision, scale) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if modifier.is_none() {
        return number.to_string();
    }
    if precision > scale && scale >= 0 {
        let digits = u32::try_from(precision - scale).unwrap_or(1).min(9);
        return (number % 10_usize.pow(digits)).to_string();
    }
    let unit = if scale >= 0 { -scale } else { scale.abs() };
    format!("{}e{unit}", number % 9 + 1)
}

fn bits(number: usize, length: u64, is_fixed: bool) -> String {
    let length = usize::try_from(length).unwrap_or(1).max(1);
    let text = format!("{number:b}");
    let kept = &text[text.len().saturating_sub(length)..];
    if is_fixed {
        format!("B'{kept:0>length$}'")
    } else {
        format!("B'{kept}'")
    }
}

/// Ranges of different rows do not overlap, for constraints that exclude it.
fn range(base: &str, number: usize) -> String {
    let bound = |number: usize| match base {
        "daterange" => format!("(DATE '2000-01-01' + {number})"),
        "tsrange" => format!("(TIMESTAMP '2000-01-01 00:00:00' + INTERVAL '{number} days')"),
        "tstzrange" => {
            format!(
                "(TIMESTAMP WITH TIME ZONE '2000-01-01 00:00:00+00' + INTERVAL '{number} days')"
            )
        }
        _ => number.to_string(),
    };
    format!("{base}({}, {})", bound(number), bound(number + 1))
}

/// An expression of a column's type that makes other values of other numbers, which the text `number`
/// stands for in SQL; none where the type has no such thing.
pub(super) fn numbered(column: &Column, number: &str) -> Option<String> {
    let parts = Parts::of(&column.sql_type);
    if parts.array {
        let element = Column::new("", column.sql_type.trim_end_matches("[]"));
        return Some(format!("ARRAY[{}]", numbered(&element, number)?));
    }
    let value = match parts.base.as_str() {
        "smallint" | "integer" | "bigint" | "real" | "double precision" | "numeric" | "money" => {
            number.to_owned()
        }
        "text" | "citext" | "name" | "character varying" | "character" | "bpchar" => {
            format!("{number}::text")
        }
        "bytea" => format!("int8send({number})"),
        "date" => format!("DATE '2000-01-01' + {number}::integer"),
        "timestamp without time zone" => {
            format!("TIMESTAMP '2000-01-01 00:00:00' + {number} * INTERVAL '1 second'")
        }
        "timestamp with time zone" => format!(
            "TIMESTAMP WITH TIME ZONE '2000-01-01 00:00:00+00' + {number} * INTERVAL '1 second'"
        ),
        "time without time zone" => {
            format!("TIME '00:00:00' + {number} * INTERVAL '1 millisecond'")
        }
        "interval" => format!("{number} * INTERVAL '1 second'"),
        "uuid" => format!("lpad(to_hex({number}), 32, '0')::uuid"),
        "json" | "jsonb" => format!("to_json({number})::{}", parts.base),
        "inet" => format!("'10.0.0.0'::inet + {number}"),
        "oid" | "xid8" => format!("{number}::text::{}", parts.base),
        "int4range" => format!("int4range({number}::integer, {number}::integer + 1)"),
        "int8range" => format!("int8range({number}, {number} + 1)"),
        "numrange" => format!("numrange({number}, {number} + 1)"),
        "bit" | "bit varying" => {
            let length = parts.length().unwrap_or(64);
            format!("{number}::bit({length})")
        }
        _ => return None,
    };
    Some(value)
}
