//! Column types: Diesel's names for them, people's, and the engine's own.

use super::{
    Mysql,
    words::{labels, literal},
};
use crate::schema::{
    Column, Name,
    dialect::{CustomType, DieselType, Shown},
};

/// A type taken apart: `decimal(10,2) unsigned`.
struct Written {
    base: String,
    arguments: Vec<String>,
    unsigned: bool,
    zerofill: bool,
}

impl Mysql {
    /// The type of a Diesel type; see [`crate::schema::dialect::Dialect::sql_type`].
    pub(super) fn type_of(&self, diesel_type: &DieselType, length: Option<u64>) -> Option<String> {
        match (diesel_type.name.as_str(), diesel_type.arguments.as_slice()) {
            ("Nullable", [inner]) => self.type_of(inner, length),
            ("Unsigned", [inner]) => {
                let inner = self.type_of(inner, None)?;
                // An unsigned integer is printed less wide than a signed one.
                let (base, arguments) = base_and_arguments(&inner);
                let narrow = if base.ends_with("int") || arguments.is_empty() {
                    base
                } else {
                    inner
                };
                Some(self.canonical(&format!("{narrow} unsigned")))
            }
            (name, []) => self.simple(name, length),
            _ => None,
        }
    }

    fn simple(&self, name: &str, length: Option<u64>) -> Option<String> {
        let sized = |base: &str, default: u64| format!("{base}({})", length.unwrap_or(default));
        let written = match name {
            "Bool" => "bool",
            "TinyInt" | "Tinyint" => "tinyint",
            "SmallInt" | "Smallint" | "Int2" => "smallint",
            "Mediumint" | "MediumInt" => "mediumint",
            "Integer" | "Int4" => "int",
            "BigInt" | "Bigint" | "Int8" => "bigint",
            "Float" | "Float4" => "float",
            "Double" | "Float8" => "double",
            "Numeric" | "Decimal" => "decimal",
            "Text" => match length {
                Some(_) => return Some(sized("varchar", 0)),
                None => "text",
            },
            "Varchar" | "VarChar" => return Some(sized("varchar", 255)),
            "Char" => return Some(sized("char", 1)),
            "Tinytext" => "tinytext",
            "Mediumtext" => "mediumtext",
            "Longtext" => "longtext",
            // `binary(1)` would be of little use for what Diesel calls its bytes.
            "Binary" => match length {
                Some(_) => return Some(sized("binary", 0)),
                None => "blob",
            },
            "Varbinary" => return Some(sized("varbinary", 255)),
            "Blob" => "blob",
            "Tinyblob" => "tinyblob",
            "Mediumblob" => "mediumblob",
            "Longblob" => "longblob",
            "Date" => "date",
            "Time" => "time",
            "Datetime" => "datetime",
            "Timestamp" => "timestamp",
            "Year" => "year",
            "Json" => "json",
            "Bit" => return Some(sized("bit", 1)),
            _ => return None,
        };
        Some(self.canonical(written))
    }

    /// The words of a type as the server prints them.
    pub(super) fn canonical(&self, written: &str) -> String {
        let Some(mut parts) = take_apart(written) else {
            return written.trim().to_owned();
        };
        parts.rename();
        parts.fill_in(self.prints_widths());
        parts.text()
    }

    /// The type of a column whose `table!` type is the project's own.
    pub(super) fn custom(&self, custom: &CustomType) -> String {
        let name = custom.sql_name.name.as_str();
        if let Some(labels) = &custom.labels {
            let labels: Vec<String> = labels.iter().map(|label| literal(label)).collect();
            let base = if name.eq_ignore_ascii_case("set") {
                "set"
            } else {
                "enum"
            };
            return format!("{base}({})", labels.join(","));
        }
        // The variants of diesel::mysql::MysqlType, where they are not a type's own name.
        let written = match name {
            "Tiny" => "tinyint",
            "Short" => "smallint",
            "Long" => "int",
            "LongLong" => "bigint",
            "UnsignedTiny" => "tinyint unsigned",
            "UnsignedShort" => "smallint unsigned",
            "UnsignedLong" => "int unsigned",
            "UnsignedLongLong" => "bigint unsigned",
            "String" => "text",
            other => other,
        };
        self.canonical(written)
    }
}

/// How `table!` shows a column.
///
/// As `diesel print-schema`, but for the types that Diesel has none for, which it shows by names that
/// do not compile: those get the nearest one that reads them.
pub(super) fn shown(table: &Name, column: &Column) -> Shown {
    let parts = take_apart(&column.sql_type);
    let (base, unsigned) = parts
        .as_ref()
        .map_or((column.sql_type.as_str(), false), |parts| {
            (parts.base.as_str(), parts.unsigned)
        });
    let simple = |name: &str| Shown {
        diesel_type: DieselType::new(name),
        max_length: None,
        custom: Vec::new(),
    };
    let integer = |name: &str| {
        let mut shown = simple(name);
        if unsigned {
            shown.diesel_type = DieselType::of("Unsigned", shown.diesel_type);
        }
        shown
    };
    let length = parts
        .as_ref()
        .and_then(|parts| parts.arguments.first()?.parse().ok());
    let sized = |name: &str| Shown {
        max_length: length,
        ..simple(name)
    };
    match base {
        "tinyint" if column.sql_type == "tinyint(1)" => simple("Bool"),
        "tinyint" => integer("Tinyint"),
        "smallint" => integer("Smallint"),
        "mediumint" | "int" => integer("Integer"),
        "bigint" => integer("Bigint"),
        "float" => simple("Float"),
        "double" => simple("Double"),
        "decimal" => simple("Decimal"),
        "char" => sized("Char"),
        "varchar" => sized("Varchar"),
        "tinytext" => simple("Tinytext"),
        "text" | "inet4" | "inet6" => simple("Text"),
        "uuid" => simple("Char"),
        "mediumtext" => simple("Mediumtext"),
        "longtext" => simple("Longtext"),
        "binary" => sized("Binary"),
        "varbinary" => sized("Varbinary"),
        "tinyblob" => simple("Tinyblob"),
        "mediumblob" => simple("Mediumblob"),
        "longblob" => simple("Longblob"),
        "bit" => simple("Bit"),
        "date" => simple("Date"),
        "time" => simple("Time"),
        "datetime" => simple("Datetime"),
        "timestamp" => simple("Timestamp"),
        "year" => simple("Smallint"),
        "json" => simple("Json"),
        "enum" | "set" => labelled(table, column, base),
        // Geometries and vectors come as bytes.
        _ => simple("Blob"),
    }
}

fn labelled(table: &Name, column: &Column, base: &str) -> Shown {
    let labels = labels(&column.sql_type);
    let sql_name = if base == "set" { "Set" } else { "Enum" };
    let rust_name = camel(&format!("{}_{}_{base}", table.name, column.name));
    let lengths = labels.iter().flatten().map(|label| label.chars().count());
    let longest = match base {
        "set" => {
            let commas = labels.iter().flatten().count().saturating_sub(1);
            Some(lengths.sum::<usize>() + commas)
        }
        _ => lengths.max(),
    };
    Shown {
        diesel_type: DieselType::new(&*rust_name),
        max_length: longest.and_then(|length| u64::try_from(length).ok()),
        custom: vec![CustomType {
            rust_name,
            sql_name: Name::new(sql_name),
            labels,
        }],
    }
}

/// Words that begin with a capital, joined; a name that begins otherwise gets a letter.
fn camel(name: &str) -> String {
    let mut camel = String::new();
    let mut begins = true;
    let mut lower = false;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            begins = true;
        } else if begins || (lower && character.is_uppercase()) {
            camel.extend(character.to_uppercase());
            begins = false;
        } else {
            camel.extend(character.to_lowercase());
        }
        lower = character.is_lowercase();
    }
    if camel.starts_with(|first: char| first.is_alphabetic()) {
        camel
    } else {
        format!("T{camel}")
    }
}

/// A type's first words and what stands between its parentheses.
pub(super) fn base_and_arguments(sql_type: &str) -> (String, Vec<String>) {
    match take_apart(sql_type) {
        Some(parts) => (parts.base, parts.arguments),
        None => (sql_type.to_owned(), Vec::new()),
    }
}

/// Takes a type apart; `None` where it is no type's form.
fn take_apart(written: &str) -> Option<Written> {
    let written = written.trim();
    let (head, arguments, tail) = match written.find('(') {
        Some(open) => {
            let close = closing(&written[open..])? + open;
            let inside = &written[open + 1..close];
            (&written[..open], split(inside), &written[close + 1..])
        }
        None => (written, Vec::new(), ""),
    };
    let words = format!("{head} {tail}").to_ascii_lowercase();
    let mut base = Vec::new();
    let (mut unsigned, mut zerofill) = (false, false);
    for word in words.split_whitespace() {
        match word {
            "unsigned" => unsigned = true,
            "zerofill" => (unsigned, zerofill) = (true, true),
            "signed" => {}
            other => base.push(other),
        }
    }
    Some(Written {
        base: base.join(" "),
        arguments,
        unsigned,
        zerofill,
    })
}

/// Where the parenthesis closes that the text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'\'' => quoted = !quoted,
            b')' if !quoted => return Some(index),
            _ => {}
        }
    }
    None
}

/// Arguments between commas, trimmed.
fn split(inside: &str) -> Vec<String> {
    let mut arguments = vec![String::new()];
    let mut quoted = false;
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        if character == ',' && !quoted {
            arguments.push(String::new());
            continue;
        }
        quoted ^= character == '\'';
        if let Some(last) = arguments.last_mut() {
            last.push(character);
            if quoted && character == '\\' {
                last.extend(characters.next());
            }
        }
    }
    arguments
        .into_iter()
        .map(|argument| argument.trim().to_owned())
        .collect()
}

impl Written {
    /// Gives the type the server's own name for it, which
    /// [has many](https://dev.mysql.com/doc/refman/8.4/en/other-vendor-data-types.html).
    fn rename(&mut self) {
        let base = match self.base.as_str() {
            "bool" | "boolean" => {
                self.arguments = vec!["1".to_owned()];
                "tinyint"
            }
            "int1" => "tinyint",
            "int2" => "smallint",
            "int3" | "middleint" => "mediumint",
            "int4" | "integer" => "int",
            "int8" => "bigint",
            "serial" => {
                self.unsigned = true;
                "bigint"
            }
            "dec" | "numeric" | "fixed" | "number" => "decimal",
            "float4" => "float",
            "float8" | "double precision" | "real" => "double",
            "character" | "nchar" | "national char" | "national character" => "char",
            "char varying"
            | "character varying"
            | "varcharacter"
            | "nvarchar"
            | "varchar2"
            | "national varchar"
            | "national character varying"
            | "national varcharacter"
            | "nchar varchar"
            | "nchar varying" => "varchar",
            "char byte" => "binary",
            "raw" => "varbinary",
            "long" | "long varchar" | "long char varying" | "long character varying" => {
                "mediumtext"
            }
            "long varbinary" => "mediumblob",
            "clob" => "longtext",
            "geomcollection" => "geometrycollection",
            _ => return,
        };
        base.clone_into(&mut self.base);
    }

    /// Fills in what the server adds, and leaves out what it drops.
    fn fill_in(&mut self, widths: bool) {
        let width = match (self.base.as_str(), self.unsigned) {
            ("tinyint", false) => "4",
            ("tinyint", true) => "3",
            ("smallint", false) => "6",
            ("smallint", true) => "5",
            ("mediumint", false) => "9",
            ("mediumint", true) => "8",
            ("int", false) => "11",
            ("int", true) => "10",
            ("bigint", _) => "20",
            _ => {
                self.fill_in_other(widths);
                return;
            }
        };
        let boolean = self.base == "tinyint" && !self.unsigned && self.arguments == ["1"];
        if self.arguments.is_empty() {
            self.arguments.push(width.to_owned());
        }
        // https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-19.html
        if !(widths || boolean || self.zerofill) {
            self.arguments.clear();
        }
    }

    fn fill_in_other(&mut self, widths: bool) {
        let missing = self.arguments.is_empty();
        let first: Option<u64> = self.arguments.first().and_then(|first| first.parse().ok());
        match self.base.as_str() {
            "year" => {
                self.arguments = if widths {
                    vec!["4".to_owned()]
                } else {
                    Vec::new()
                }
            }
            "decimal" => match self.arguments.len() {
                0 => self.arguments = vec!["10".to_owned(), "0".to_owned()],
                1 => self.arguments.push("0".to_owned()),
                _ => {}
            },
            // https://dev.mysql.com/doc/refman/8.4/en/floating-point-types.html
            "float" if self.arguments.len() == 1 => {
                self.arguments.clear();
                if first > Some(24) {
                    "double".clone_into(&mut self.base);
                }
            }
            "bit" | "char" | "binary" if missing => self.arguments.push("1".to_owned()),
            "datetime" | "timestamp" | "time" if first == Some(0) => self.arguments.clear(),
            "text" | "blob" => {
                let Some(length) = first else { return };
                // A character takes up to four bytes.
                let bytes = if self.base == "text" {
                    length.saturating_mul(4)
                } else {
                    length
                };
                let size = match bytes {
                    0..=0xff => "tiny",
                    0x100..=0xffff => "",
                    0x1_0000..=0xff_ffff => "medium",
                    _ => "long",
                };
                self.base = format!("{size}{}", self.base);
                self.arguments.clear();
            }
            _ => {}
        }
    }

    fn text(self) -> String {
        let mut text = self.base;
        if !self.arguments.is_empty() {
            text.push_str(&format!("({})", self.arguments.join(",")));
        }
        if self.unsigned {
            text.push_str(" unsigned");
        }
        if self.zerofill {
            text.push_str(" zerofill");
        }
        text
    }
}
