//! A language of no engine, for tests: PostgreSQL's manner, or SQLite's, of few words.

use super::super::{
    Column, Name, Schema, Table,
    dialect::{Change, CustomType, Dialect, DieselType, Named, Script, Shown, Unsupported},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) enum Fake {
    /// Types with names, constraints with names.
    Postgres,
    /// Enums in columns.
    Mysql,
    /// Constraints without names.
    Sqlite,
}

const TYPES: &[(&str, &str)] = &[
    ("SmallInt", "smallint"),
    ("Integer", "integer"),
    ("BigInt", "bigint"),
    ("Text", "text"),
    ("Bool", "boolean"),
    ("Numeric", "numeric"),
    ("Timestamptz", "timestamp with time zone"),
    ("Uuid", "uuid"),
    ("Int2", "smallint"),
    ("Int4", "integer"),
    ("Int8", "bigint"),
];

fn camel(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    parts
        .map(|part| {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

impl Fake {
    fn name(self, name: &Name) -> String {
        match &name.schema {
            Some(schema) => format!("{}.{}", self.quote(schema), self.quote(&name.name)),
            None => self.quote(&name.name),
        }
    }
}

impl Dialect for Fake {
    fn sql_type(&self, diesel_type: &DieselType, max_length: Option<u64>) -> Option<String> {
        let name = diesel_type.name.as_str();
        match diesel_type.arguments.as_slice() {
            [inner] if name == "Array" => Some(
                self.sql_type(inner, None)?
                    .trim_end_matches("[]")
                    .to_owned()
                    + "[]",
            ),
            [inner] if name == "Nullable" => self.sql_type(inner, max_length),
            [] if name == "Varchar" => Some(match max_length {
                Some(length) => format!("character varying({length})"),
                None => "character varying".to_owned(),
            }),
            [] => {
                let known = TYPES.iter().find(|(diesel, _)| *diesel == name)?;
                Some(known.1.to_owned())
            }
            _ => None,
        }
    }

    fn canonical_type(&self, written: &str) -> String {
        written.trim().to_owned()
    }

    fn type_attribute(&self) -> &'static str {
        match self {
            Self::Postgres => "postgres_type",
            Self::Mysql => "mysql_type",
            Self::Sqlite => "sqlite_type",
        }
    }

    fn custom_type(&self, custom: &CustomType) -> String {
        match (self, &custom.labels) {
            (Self::Postgres, _) => self.name(&custom.sql_name),
            (Self::Mysql, Some(labels)) => {
                let labels: Vec<String> = labels
                    .iter()
                    .map(|label| format!("'{}'", label.replace('\'', "''")))
                    .collect();
                format!("enum({})", labels.join(","))
            }
            _ => custom.sql_name.name.to_uppercase(),
        }
    }

    fn shown(&self, schema: &Schema, table: &Name, column: &Column) -> Shown {
        let (element, is_array) = match column.sql_type.strip_suffix("[]") {
            Some(element) => (element, true),
            None => (column.sql_type.as_str(), false),
        };
        let plain = |name: &str, max_length| Shown {
            diesel_type: DieselType::new(name),
            max_length,
            custom: Vec::new(),
        };
        let known = TYPES.iter().find(|(_, sql)| *sql == element);
        let length = element.strip_prefix("character varying");
        let length = length.map(|rest| rest.trim_matches(['(', ')']).parse().ok());
        let mut shown = if let Some((diesel, _)) = known {
            plain(diesel, None)
        } else if let Some(length) = length {
            plain("Varchar", length)
        } else if element.starts_with("numeric") {
            plain("Numeric", None)
        } else if let Some(labels) = element.strip_prefix("enum(") {
            let name = camel(&format!("{}_{}_enum", table.name, column.name));
            let labels = labels.trim_end_matches(')').split(',');
            Shown {
                diesel_type: DieselType::new(&*name),
                max_length: None,
                custom: vec![CustomType {
                    rust_name: name,
                    sql_name: Name::new("Enum"),
                    labels: Some(
                        labels
                            .map(|label| label.trim_matches('\'').to_owned())
                            .collect(),
                    ),
                }],
            }
        } else {
            let named = schema.enums.keys().find(|name| self.name(name) == element);
            let name = named
                .cloned()
                .unwrap_or_else(|| Name::new(element.trim_matches('"')));
            Shown {
                diesel_type: DieselType::new(camel(&name.name)),
                max_length: None,
                custom: vec![CustomType {
                    rust_name: camel(&name.name),
                    sql_name: name,
                    labels: None,
                }],
            }
        };
        if is_array {
            let inner = DieselType::of("Nullable", shown.diesel_type);
            shown.diesel_type = DieselType::of("Array", inner);
        }
        shown
    }

    fn quote(&self, identifier: &str) -> String {
        let is_plain = identifier
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        match self {
            Self::Mysql => format!("`{}`", identifier.replace('`', "``")),
            _ if is_plain => identifier.to_owned(),
            _ => format!("\"{}\"", identifier.replace('"', "\"\"")),
        }
    }

    fn identifier_limit(&self) -> usize {
        63
    }

    fn default_name(&self, named: Named, table: &Name, columns: &[String]) -> Option<String> {
        let suffix = match named {
            Named::PrimaryKey => {
                return (*self != Self::Sqlite).then(|| format!("{}_pkey", table.name));
            }
            Named::ForeignKey => "fkey",
            Named::Unique => "key",
            Named::Index => "idx",
            Named::Check => "check",
        };
        if *self == Self::Sqlite && named != Named::Index {
            return None;
        }
        let columns: String = columns.iter().map(|column| format!("{column}_")).collect();
        let name = format!("{}_{columns}{suffix}", table.name);
        Some(name.chars().take(60).collect())
    }

    fn script(&self, _change: &Change<'_>) -> Result<Script, Unsupported> {
        Ok(Script::default())
    }

    fn sample(&self, _: &Schema, _: &Table, _: &Column, _: usize) -> Option<String> {
        None
    }

    fn rows(&self, _table: &Name, _columns: &[String]) -> String {
        String::new()
    }
}
