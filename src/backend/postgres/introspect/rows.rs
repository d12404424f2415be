//! The queries' rows, and the values they become.

use std::collections::HashMap;

use serde::Deserialize;

use crate::{
    backend::postgres::dialect::{literal, quoted},
    schema::{
        Action, Auto, Check, Column, Deferrable, ForeignKey, Generated, Index, IndexPart, Kept,
        PrimaryKey, Unique,
    },
};

use super::{Names, unwrapped};

type Attributes = HashMap<i16, String>;

#[derive(Deserialize)]
pub(super) struct SessionRow {
    pub(super) version: u32,
    pub(super) default_schema: Option<String>,
    pub(super) schemas: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct EnumRow {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) labels: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct RelationRow {
    pub(super) oid: u32,
    pub(super) schema: String,
    pub(super) name: String,
    kind: String,
    pub(super) comment: Option<String>,
    partition_key: Option<String>,
    storage: Option<Vec<String>>,
    unlogged: bool,
    parents: Option<Vec<String>>,
    tablespace: Option<String>,
}

impl RelationRow {
    pub(super) fn is_table(&self) -> bool {
        matches!(self.kind.as_str(), "r" | "p")
    }

    /// In the order of `CREATE TABLE`.
    pub(super) fn options(&self) -> Vec<String> {
        let parents = self.parents.as_deref().unwrap_or_default();
        [
            self.unlogged.then(|| "UNLOGGED".to_owned()),
            (!parents.is_empty()).then(|| format!("INHERITS ({})", parents.join(", "))),
            self.partition_key
                .as_ref()
                .map(|key| format!("PARTITION BY {key}")),
            storage(self.storage.as_deref()),
            self.tablespace
                .as_ref()
                .map(|name| format!("TABLESPACE {name}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[derive(Deserialize)]
pub(super) struct ColumnRow {
    pub(super) number: i16,
    pub(super) name: String,
    sql_type: String,
    not_null: bool,
    expression: Option<String>,
    identity: String,
    generated: String,
    serial: bool,
    collation: Option<String>,
    comment: Option<String>,
    domain_of: Option<String>,
}

impl ColumnRow {
    pub(super) fn column(self) -> Column {
        let is_counter =
            |text: &str| text.starts_with("nextval('") && text.ends_with("'::regclass)");
        let auto = match self.identity.as_str() {
            "a" => Some(Auto::IdentityAlways),
            "d" => Some(Auto::Identity),
            _ => (self.serial && self.expression.as_deref().is_some_and(is_counter))
                .then_some(Auto::Serial),
        };
        let mut column = Column {
            nullable: !self.not_null,
            auto,
            collation: self.collation,
            comment: self.comment,
            domain_of: Kept(self.domain_of),
            ..Column::new(self.name, self.sql_type)
        };
        match (self.expression, self.generated.as_str()) {
            (Some(text), "s" | "v") => {
                column.generated = Some(Generated {
                    expression: unwrapped(&text).to_owned(),
                    stored: self.generated == "s",
                });
            }
            (text, _) => column.default = text.filter(|_| auto.is_none()),
        }
        column
    }
}

#[derive(Deserialize)]
pub(super) struct ConstraintRow {
    pub(super) table: u32,
    name: String,
    pub(super) kind: String,
    columns: Option<Vec<i16>>,
    deferrable: bool,
    deferred: bool,
    validated: bool,
    no_inherit: bool,
    expression: Option<String>,
    referred_schema: Option<String>,
    referred_table: Option<String>,
    referred: Option<Vec<String>>,
    on_update: String,
    on_delete: String,
    matches: String,
    nulled: Option<Vec<i16>>,
    index_columns: Option<Vec<i16>>,
    index_keys: Option<usize>,
    nulls_not_distinct: Option<bool>,
    storage: Option<Vec<String>>,
    enforced: Option<bool>,
    period: Option<bool>,
}

impl ConstraintRow {
    fn names(&self, attributes: &Attributes) -> Vec<String> {
        named(self.columns.as_deref().unwrap_or_default(), attributes)
    }

    fn deferrable(&self) -> Deferrable {
        match (self.deferrable, self.deferred) {
            (_, true) => Deferrable::InitiallyDeferred,
            (true, false) => Deferrable::InitiallyImmediate,
            (false, false) => Deferrable::No,
        }
    }

    fn unproven(&self) -> Option<String> {
        if self.enforced == Some(false) {
            return Some("NOT ENFORCED".to_owned());
        }
        (!self.validated).then(|| "NOT VALID".to_owned())
    }

    pub(super) fn primary_key(self, attributes: &Attributes) -> PrimaryKey {
        PrimaryKey {
            columns: self.names(attributes),
            name: Some(self.name),
        }
    }

    pub(super) fn unique(self, attributes: &Attributes) -> Unique {
        let keys = self.index_keys.unwrap_or_default();
        let carried = self.index_columns.as_deref().unwrap_or_default();
        let include = named(carried.get(keys..).unwrap_or_default(), attributes);
        let include: Vec<String> = include.iter().map(|name| quoted(name)).collect();
        let extra = [
            (self.period == Some(true)).then(|| "WITHOUT OVERLAPS".to_owned()),
            (!include.is_empty()).then(|| format!("INCLUDE ({})", include.join(", "))),
            storage(self.storage.as_deref()),
        ];
        Unique {
            columns: self.names(attributes),
            nulls_not_distinct: self.nulls_not_distinct.unwrap_or_default(),
            deferrable: self.deferrable(),
            extra: extra.into_iter().flatten().collect(),
            name: Some(self.name),
        }
    }

    pub(super) fn check(self) -> Check {
        let extra = [
            self.no_inherit.then(|| "NO INHERIT".to_owned()),
            self.unproven(),
        ];
        Check {
            expression: unwrapped(self.expression.as_deref().unwrap_or_default()).to_owned(),
            extra: extra.into_iter().flatten().collect(),
            name: Some(self.name),
        }
    }

    pub(super) fn foreign_key(self, attributes: &Attributes, names: &Names) -> Option<ForeignKey> {
        let columns = self.names(attributes);
        let deferrable = self.deferrable();
        let nulled = named(self.nulled.as_deref().unwrap_or_default(), attributes);
        let nulled: Vec<String> = nulled.iter().map(|name| quoted(name)).collect();
        let on_delete = action(&self.on_delete);
        let extra = [
            (self.matches == "f").then(|| "MATCH FULL".to_owned()),
            self.unproven(),
            (!nulled.is_empty())
                .then(|| format!("ON DELETE {} ({})", on_delete.sql(), nulled.join(", "))),
            (self.period == Some(true)).then(|| "PERIOD".to_owned()),
        ];
        Some(ForeignKey {
            name: Some(self.name),
            columns,
            table: names.of(self.referred_schema?, self.referred_table?),
            referred: self.referred.unwrap_or_default(),
            on_delete,
            on_update: action(&self.on_update),
            deferrable,
            extra: extra.into_iter().flatten().collect(),
        })
    }
}

fn action(letter: &str) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

#[derive(Deserialize)]
pub(super) struct IndexRow {
    pub(super) table: u32,
    name: String,
    unique: bool,
    method: String,
    predicate: Option<String>,
    nulls_not_distinct: Option<bool>,
    columns: Vec<i16>,
    keys: usize,
    storage: Option<Vec<String>>,
    tablespace: Option<String>,
    parts: Vec<PartRow>,
}

#[derive(Deserialize)]
struct PartRow {
    number: i16,
    option: i16,
    expression: Option<String>,
    operator_class: Option<String>,
    parameters: Option<Vec<String>>,
    collation: Option<String>,
}

impl IndexRow {
    pub(super) fn index(self, attributes: &Attributes) -> Index {
        let extra = [
            storage(self.storage.as_deref()),
            self.tablespace.map(|name| format!("TABLESPACE {name}")),
        ];
        Index {
            name: self.name,
            parts: self
                .parts
                .into_iter()
                .map(|part| part.part(attributes))
                .collect(),
            unique: self.unique,
            method: Some(self.method).filter(|method| method != "btree"),
            predicate: self.predicate.map(|text| unwrapped(&text).to_owned()),
            include: named(
                self.columns.get(self.keys..).unwrap_or_default(),
                attributes,
            ),
            nulls_not_distinct: self.nulls_not_distinct.unwrap_or_default(),
            extra: extra.into_iter().flatten().collect(),
        }
    }
}

impl PartRow {
    fn part(self, attributes: &Attributes) -> IndexPart {
        let mut part = match (self.expression, attributes.get(&self.number)) {
            (None, Some(column)) => IndexPart::column(column),
            (text, _) => IndexPart::expression(unwrapped(&text.unwrap_or_default())),
        };
        let class = self.operator_class;
        part.operator_class = class.map(|class| match self.parameters {
            Some(parameters) => format!("{class} ({})", settings(&parameters)),
            None => class,
        });
        part.collation = self.collation;
        part.descending = self.option & 1 != 0;
        let nulls_first = self.option & 2 != 0;
        part.nulls_first = Some(nulls_first).filter(|first| *first != part.descending);
        part
    }
}

fn named(numbers: &[i16], attributes: &Attributes) -> Vec<String> {
    let names = numbers.iter().map(|number| attributes.get(number).cloned());
    names.map(Option::unwrap_or_default).collect()
}

fn storage(options: Option<&[String]>) -> Option<String> {
    let options = options?;
    (!options.is_empty()).then(|| format!("WITH ({})", settings(options)))
}

/// `name=value` as the catalogs hold it, the value in quotes where it needs them.
fn settings(options: &[String]) -> String {
    let written = options.iter().map(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let is_plain = !value.is_empty()
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_');
        if is_plain {
            format!("{name}={value}")
        } else {
            format!("{name}={}", literal(value))
        }
    });
    written.collect::<Vec<_>>().join(", ")
}
