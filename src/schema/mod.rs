//! Schemas as values, and their algebra: no connection, no files, no clock.
//!
//! A [`Schema`] is what an engine says of itself (`backend`'s introspection) or what the models ask
//! for ([`declared`], brought into an engine's words by [`lower`]). Both hold the same values in the
//! same canonical form, so that equal schemas compare equal: texts as the engine prints them,
//! unordered things sorted ([`Schema::canonical`]), columns found by name whatever their order.

pub mod autodetector;
pub mod declared;
pub mod dialect;
pub mod expression;
pub mod inventory;
pub mod lower;
pub mod operation;
pub mod ordering;
pub mod print;
pub mod questioner;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The name of a table or type; the default schema's have no `schema`.
///
/// The default schema is the first of PostgreSQL's `search_path`, most often `public`; SQLite and
/// MySQL know no other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name {
    /// The schema it is in, unless that is the default one.
    pub schema: Option<String>,
    /// Its own name, as the engine keeps it.
    pub name: String,
}

impl Name {
    /// A name in the default schema.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            schema: None,
            name: name.into(),
        }
    }

    /// A name in a schema.
    pub fn within(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            schema: Some(schema.into()),
            name: name.into(),
        }
    }
}

/// As people write it, unquoted: for messages, never for SQL.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Every table and type of a database that `manage` knows about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The schemas there are beside the default one.
    pub schemas: BTreeSet<String>,
    /// The enum types; PostgreSQL alone has them apart from columns.
    #[serde(with = "named")]
    pub enums: BTreeMap<Name, EnumType>,
    /// The tables.
    #[serde(with = "named")]
    pub tables: BTreeMap<Name, Table>,
    /// The views: read for `inspectdb`, never changed.
    #[serde(with = "named")]
    pub views: BTreeMap<Name, View>,
}

/// JSON has text keys alone, so maps by name are written as lists of their values.
mod named {
    use super::{BTreeMap, Name};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) trait Named {
        fn key(&self) -> Name;
    }

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        map: &BTreeMap<Name, T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.values())
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<BTreeMap<Name, T>, D::Error>
    where
        T: Deserialize<'de> + Named,
        D: Deserializer<'de>,
    {
        let values = Vec::<T>::deserialize(deserializer)?;
        Ok(values
            .into_iter()
            .map(|value| (value.key(), value))
            .collect())
    }
}

macro_rules! named {
    ($($type:ty),*) => {$(
        impl named::Named for $type {
            fn key(&self) -> Name {
                self.name.clone()
            }
        }
    )*};
}

named!(EnumType, Table, View);

/// An enum type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: Name,
    /// Its labels, in their order, unquoted.
    pub labels: Vec<String>,
}

/// A view's outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: Name,
    /// Its columns; types and nullability alone are filled in.
    pub columns: IndexMap<String, Column>,
    /// Its comment.
    pub comment: Option<String>,
    /// What creates it and its triggers, in order. Only filled in where a change of another table
    /// has to drop it for a while (SQLite).
    #[serde(default)]
    pub definitions: Kept<Vec<Definition>>,
}

/// A table.
///
/// Two tables are equal whatever the order of their columns (a new column always comes last in the
/// database, and may stand anywhere in the models).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its comment; no model says it, so it is kept and never compared.
    pub comment: Option<String>,
    /// Its columns by name, in order.
    pub columns: IndexMap<String, Column>,
    /// Its primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Its foreign keys, sorted.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its unique constraints, sorted.
    pub uniques: Vec<Unique>,
    /// Its indexes that back no constraint, sorted.
    pub indexes: Vec<Index>,
    /// Its check constraints, sorted.
    pub checks: Vec<Check>,
    /// What else the engine would have to be told to create it again, in its own words behind the
    /// closing parenthesis: `STRICT`, `WITHOUT ROWID`, `ENGINE=Aria`, `PARTITION BY ...`. No model
    /// says it, so it is kept and never compared. Empty for what a plain `CREATE TABLE` gives.
    pub options: Vec<String>,
    /// What creates its triggers, in order. Only filled in where a change of the table has to drop
    /// them for a while (SQLite).
    #[serde(default)]
    pub triggers: Kept<Vec<Definition>>,
}

/// What creates a view or a trigger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// The whole statement, without a semicolon at its end.
    pub sql: String,
}

/// A value that is carried along and never compared: any two are equal.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept<T>(pub T);

impl<T> PartialEq for Kept<T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl<T> Eq for Kept<T> {}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in the engine's canonical words, length and all: `character varying(20)`,
    /// `int(10) unsigned` or `INTEGER`.
    pub sql_type: String,
    /// Whether it may be null.
    pub nullable: bool,
    /// Its default, an SQL expression as the engine prints it. A column that counts up has none.
    pub default: Option<String>,
    /// How it counts up by itself.
    pub auto: Option<Auto>,
    /// The expression it is computed from.
    pub generated: Option<Generated>,
    /// Its collation, where it is not the default one of its table and type.
    pub collation: Option<String>,
    /// MySQL's `ON UPDATE`: the expression that every update of the row sets it to.
    pub on_update: Option<String>,
    /// Its comment; no model says it, so it is kept and never compared.
    pub comment: Option<String>,
    /// What else the engine would have to be told, in its own words behind the rest (`INVISIBLE`,
    /// `ON CONFLICT IGNORE`). No model says it, so it is kept and never compared.
    pub extra: Vec<String>,
    /// The type that its type, a domain, narrows: Diesel shows the column as that.
    #[serde(default)]
    pub domain_of: Kept<Option<String>>,
}

/// How a column counts up by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Auto {
    /// PostgreSQL's `serial` (a sequence the column owns), MySQL's `AUTO_INCREMENT`, SQLite's
    /// `AUTOINCREMENT`: what `@serial` asks for.
    Serial,
    /// The standard's `GENERATED BY DEFAULT AS IDENTITY`: what `@identity` asks for.
    Identity,
    /// `GENERATED ALWAYS AS IDENTITY`: what `@identity always` asks for.
    IdentityAlways,
}

/// The expression a column is computed from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Generated {
    /// The expression, without parentheses around it.
    pub expression: String,
    /// Whether it is stored, or computed when read.
    pub stored: bool,
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// Its name, where the engine keeps one.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table they refer to.
    pub table: Name,
    /// The columns they refer to, one for each.
    pub referred: Vec<String>,
    /// What a deleted row does.
    pub on_delete: Action,
    /// What a changed key does.
    pub on_update: Action,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// What else it says, in the engine's words: `MATCH FULL`, `NOT VALID`, sorted. No model says
    /// it, so it is kept and never compared.
    pub extra: Vec<String>,
}

/// What a foreign key does when the row it refers to goes or changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    /// Refuses, at the end of the statement; every engine's default. MySQL's `RESTRICT` is the same.
    #[default]
    NoAction,
    /// Refuses at once.
    Restrict,
    /// Does the same to the rows that refer.
    Cascade,
    /// Sets their columns to null.
    SetNull,
    /// Sets their columns to their defaults.
    SetDefault,
}

impl Action {
    /// Its words in SQL.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Deferrable {
    /// After every statement.
    #[default]
    No,
    /// After every statement, unless a transaction asks otherwise.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}

/// A unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unique {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// Whether two nulls count as equal (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// What else it says, in the engine's words (`INCLUDE (x)`, `ON CONFLICT REPLACE`). No model
    /// says it, so it is kept and never compared.
    pub extra: Vec<String>,
}

/// An index that backs no constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// What it is over, in order.
    pub parts: Vec<IndexPart>,
    /// Whether no two rows may have the same.
    pub unique: bool,
    /// Its method where it is not the default (`btree`), in small letters: `gin`, `hash`,
    /// `fulltext`, `spatial`.
    pub method: Option<String>,
    /// The condition of a partial index, without parentheses around it.
    pub predicate: Option<String>,
    /// Columns it carries beside its parts.
    pub include: Vec<String>,
    /// Whether two nulls count as equal (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// What else it says, in the engine's words (`WITH (fillfactor=70)`, `WITH PARSER ngram`). No
    /// model says it, so it is kept and never compared.
    pub extra: Vec<String>,
}

/// One part of an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IndexPart {
    /// What it is over.
    pub key: IndexKey,
    /// Its collation, where it is not the column's own.
    pub collation: Option<String>,
    /// Its operator class with parameters, where it is not the type's default.
    pub operator_class: Option<String>,
    /// Whether it runs from high to low.
    pub descending: bool,
    /// Where nulls stand, if not where the engine puts them for that order.
    pub nulls_first: Option<bool>,
    /// How many characters or bytes of the column it is over (MySQL).
    pub prefix: Option<u32>,
}

/// What a part of an index is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum IndexKey {
    /// A column.
    Column(String),
    /// An expression, without parentheses around it.
    Expression(String),
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Check {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The condition, without parentheses around it.
    pub expression: String,
    /// What else it says, in the engine's words (`NOT VALID`, `NO INHERIT`). No model says it, so it
    /// is kept and never compared.
    pub extra: Vec<String>,
}

impl Column {
    /// A column of a type, not null, with nothing else.
    pub fn new(name: impl Into<String>, sql_type: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            sql_type: sql_type.into(),
            nullable: false,
            default: None,
            auto: None,
            generated: None,
            collation: None,
            on_update: None,
            comment: None,
            extra: Vec::new(),
            domain_of: Kept::default(),
        }
    }
}

impl IndexPart {
    /// A column, from low to high.
    pub fn column(name: impl Into<String>) -> Self {
        Self::of(IndexKey::Column(name.into()))
    }

    /// An expression, from low to high.
    pub fn expression(sql: impl Into<String>) -> Self {
        Self::of(IndexKey::Expression(sql.into()))
    }

    fn of(key: IndexKey) -> Self {
        Self {
            key,
            collation: None,
            operator_class: None,
            descending: false,
            nulls_first: None,
            prefix: None,
        }
    }
}

impl View {
    /// A view without columns.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            columns: IndexMap::new(),
            comment: None,
            definitions: Kept::default(),
        }
    }
}

impl Table {
    /// A table with nothing in it.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            comment: None,
            columns: IndexMap::new(),
            primary_key: None,
            foreign_keys: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            options: Vec::new(),
            triggers: Kept::default(),
        }
    }

    /// The columns of its primary key, none where it has no key.
    pub fn key_columns(&self) -> &[String] {
        self.primary_key.as_ref().map_or(&[], |key| &key.columns)
    }
}

impl Schema {
    /// The same with all that has no order sorted, so that equal schemas are equal values.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        for table in self.tables.values_mut() {
            table.foreign_keys.sort();
            table.uniques.sort();
            table.indexes.sort();
            table.checks.sort();
        }
        self
    }
}
