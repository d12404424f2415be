//! A database as one flat list of named things, so that two states of it compare thing by thing.
//!
//! A [`Schema`] holds what models can say; the engines' own pages add what it does not: routines,
//! triggers, the text of views, grants. The order of columns is no part of it, for a column that is
//! dropped and added again comes last.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    Auto, Check, Column, Deferrable, ForeignKey, Index, IndexKey, IndexPart, Name, Schema, Table,
    Unique, expression,
};

/// Something in a database that has a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// What it is, as people call it: `table`, `foreign key`.
    pub kind: String,
    /// Its name; empty where what it belongs to has one of the kind alone.
    pub name: String,
    /// What it belongs to: a table's name, or a column's behind its table's.
    pub of: Option<String>,
}

impl Object {
    fn new(kind: &str, name: impl Into<String>, of: Option<&str>) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.into(),
            of: of.map(str::to_owned),
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if !self.name.is_empty() {
            write!(f, " `{}`", self.name)?;
        }
        match &self.of {
            Some(of) if matches!(self.kind.as_str(), "grant" | "comment" | "trigger") => {
                write!(f, " on `{of}`")
            }
            Some(of) if self.kind != "column" => write!(f, " of `{of}`"),
            _ => Ok(()),
        }
    }
}

/// What is said of an object, by what it is about: `type`, `default`, `definition`.
type Facets = BTreeMap<&'static str, String>;

/// What there is in a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    objects: BTreeMap<Object, Facets>,
    enums: BTreeMap<String, Vec<String>>,
}

/// What is otherwise in one state than in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is there, and was not.
    Left(Object),
    /// It is not there, and was.
    Missing(Object),
    /// It is there, and otherwise than it was.
    Changed {
        /// What.
        object: Object,
        /// What is said of it.
        facet: &'static str,
        /// What it is now.
        found: Option<String>,
        /// What it was.
        goal: Option<String>,
    },
    /// An enum type has a label that it had not, and is otherwise the same.
    Label {
        /// The type.
        of: String,
        /// The label.
        label: String,
    },
}

impl Difference {
    /// The object it is about; a label belongs to none.
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Left(object) | Self::Missing(object) | Self::Changed { object, .. } => {
                Some(object)
            }
            Self::Label { .. } => None,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Left(object) | Self::Missing(object) => object.fmt(f),
            Self::Changed {
                object,
                facet: "definition",
                ..
            } => write!(f, "{object} as it was"),
            Self::Changed {
                object,
                facet,
                found,
                goal,
            } => match (found, goal) {
                (Some(found), Some(goal)) => {
                    write!(f, "{object}: {facet} `{found}` instead of `{goal}`")
                }
                (Some(found), None) => write!(f, "{object}: {facet} `{found}` instead of none"),
                (None, Some(goal)) => write!(f, "{object}: no {facet} instead of `{goal}`"),
                (None, None) => object.fmt(f),
            },
            Self::Label { of, label } => write!(f, "label `{label}` of enum `{of}`"),
        }
    }
}

impl Inventory {
    /// What a schema holds but for its views, whose text it does not keep.
    pub fn of(schema: &Schema) -> Self {
        let mut inventory = Self::default();
        for name in &schema.schemas {
            inventory.put(Object::new("schema", name, None), []);
        }
        for value in schema.enums.values() {
            let name = value.name.to_string();
            inventory.enums.insert(name, value.labels.clone());
        }
        for table in schema.tables.values() {
            inventory.table(table);
        }
        inventory
    }

    /// Adds something with its definition.
    pub fn add(&mut self, object: Object, definition: String) {
        self.objects
            .insert(object, BTreeMap::from([("definition", definition)]));
    }

    fn put<const N: usize>(&mut self, object: Object, facets: [(&'static str, Option<String>); N]) {
        let facets = facets.into_iter();
        let facets = facets.filter_map(|(facet, value)| Some((facet, value?)));
        self.objects.insert(object, facets.collect());
    }

    fn table(&mut self, table: &Table) {
        let name = table.name.to_string();
        self.put(
            Object::new("table", &name, None),
            [
                ("comment", table.comment.clone()),
                ("options", some(&table.options)),
            ],
        );
        for column in table.columns.values() {
            self.column(&name, column);
        }
        if let Some(key) = &table.primary_key {
            let facets = [("name", key.name.clone()), ("columns", some(&key.columns))];
            self.put(Object::new("primary key", "", Some(&name)), facets);
        }
        for key in &table.foreign_keys {
            self.foreign_key(&name, key);
        }
        for unique in &table.uniques {
            self.unique(&name, unique);
        }
        for index in &table.indexes {
            self.index(&name, index);
        }
        for check in &table.checks {
            let Check {
                name: own,
                expression,
                extra,
            } = check;
            let own = own.as_ref().unwrap_or(expression);
            let facets = [
                ("condition", Some(expression.clone())),
                ("rest", some(extra)),
            ];
            self.put(Object::new("check", own, Some(&name)), facets);
        }
    }

    fn column(&mut self, table: &str, column: &Column) {
        let Column {
            name,
            sql_type,
            nullable,
            default,
            auto,
            generated,
            collation,
            on_update,
            comment,
            extra,
            domain_of: _,
        } = column;
        let nullability = if *nullable { "null" } else { "not null" };
        let counting = auto.map(|auto| match auto {
            Auto::Serial => "serial",
            Auto::Identity => "identity",
            Auto::IdentityAlways => "identity always",
        });
        let generated = generated.as_ref().map(|generated| {
            let how = if generated.stored {
                "stored"
            } else {
                "virtual"
            };
            format!("({}) {how}", generated.expression)
        });
        self.put(
            Object::new("column", format!("{table}.{name}"), Some(table)),
            [
                ("type", Some(sql_type.clone())),
                ("nullability", Some(nullability.to_owned())),
                ("default", default.clone()),
                ("counter", counting.map(str::to_owned)),
                ("expression", generated),
                ("collation", collation.clone()),
                ("value on update", on_update.clone()),
                ("comment", comment.clone()),
                ("rest", some(extra)),
            ],
        );
    }

    fn foreign_key(&mut self, table: &str, key: &ForeignKey) {
        let ForeignKey {
            name,
            columns,
            table: other,
            referred,
            on_delete,
            on_update,
            deferrable,
            extra,
        } = key;
        let columns = list(columns);
        let target = format!("{other} ({})", list(referred));
        let own = name
            .clone()
            .unwrap_or_else(|| format!("{columns} to {target}"));
        self.put(
            Object::new("foreign key", own, Some(table)),
            [
                ("columns", Some(columns)),
                ("target", Some(target)),
                ("action on delete", Some(on_delete.sql().to_owned())),
                ("action on update", Some(on_update.sql().to_owned())),
                ("deferral", deferral(*deferrable)),
                ("rest", some(extra)),
            ],
        );
    }

    fn unique(&mut self, table: &str, unique: &Unique) {
        let Unique {
            name,
            columns,
            nulls_not_distinct,
            deferrable,
            extra,
        } = unique;
        let columns = list(columns);
        let own = name.clone().unwrap_or_else(|| columns.clone());
        self.put(
            Object::new("unique constraint", own, Some(table)),
            [
                ("columns", Some(columns)),
                ("nulls", nulls(*nulls_not_distinct)),
                ("deferral", deferral(*deferrable)),
                ("rest", some(extra)),
            ],
        );
    }

    fn index(&mut self, table: &str, index: &Index) {
        let Index {
            name,
            parts,
            unique,
            method,
            predicate,
            include,
            nulls_not_distinct,
            extra,
        } = index;
        let parts: Vec<String> = parts.iter().map(part).collect();
        let uniqueness = if *unique { "unique" } else { "not unique" };
        self.put(
            Object::new("index", name, Some(table)),
            [
                ("columns", Some(list(&parts))),
                ("uniqueness", Some(uniqueness.to_owned())),
                ("method", method.clone()),
                ("condition", predicate.clone()),
                ("included columns", some(include)),
                ("nulls", nulls(*nulls_not_distinct)),
                ("rest", some(extra)),
            ],
        );
    }

    /// Whether an object is there.
    pub fn has(&self, object: &Object) -> bool {
        self.objects.contains_key(object)
    }

    /// What is otherwise here than it was; what belongs to something that is left or missing goes with
    /// that. White space, comments and the case of words make no difference to what SQL says.
    pub fn differences(&self, goal: &Self) -> Vec<Difference> {
        if self == goal {
            return Vec::new();
        }
        let mut found = self.enum_differences(goal);
        let objects: BTreeSet<&Object> = self.objects.keys().chain(goal.objects.keys()).collect();
        for object in objects {
            match (self.objects.get(object), goal.objects.get(object)) {
                (Some(_), None) => found.push(Difference::Left(object.clone())),
                (None, Some(_)) => found.push(Difference::Missing(object.clone())),
                (Some(one), Some(other)) => found.extend(changed(object, one, other)),
                (None, None) => {}
            }
        }
        let whole: BTreeSet<String> = found
            .iter()
            .filter_map(|difference| match difference {
                Difference::Left(object) | Difference::Missing(object) => Some(object),
                Difference::Changed { .. } | Difference::Label { .. } => None,
            })
            .filter(|object| !object.name.is_empty())
            .map(|object| object.name.clone())
            .collect();
        found.retain(|difference| {
            let of = difference.object().and_then(|object| object.of.as_deref());
            !of.is_some_and(|of| whole.contains(of) || within(of, &whole))
        });
        found
    }

    fn enum_differences(&self, goal: &Self) -> Vec<Difference> {
        let names: BTreeSet<&String> = self.enums.keys().chain(goal.enums.keys()).collect();
        let mut found = Vec::new();
        for name in names {
            let object = Object::new("enum", name, None);
            match (self.enums.get(name), goal.enums.get(name)) {
                (Some(_), None) => found.push(Difference::Left(object)),
                (None, Some(_)) => found.push(Difference::Missing(object)),
                (Some(labels), Some(before)) if labels != before => {
                    let added = labels.iter().filter(|label| !before.contains(label));
                    let kept = labels.iter().filter(|label| before.contains(label));
                    if kept.eq(before) {
                        found.extend(added.map(|label| Difference::Label {
                            of: name.clone(),
                            label: label.clone(),
                        }));
                    } else {
                        found.push(Difference::Changed {
                            object,
                            facet: "labels",
                            found: Some(list(labels)),
                            goal: Some(list(before)),
                        });
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// Whether it is a column, or the like, of one of them, or a comment's identity that has its name.
fn within(of: &str, whole: &BTreeSet<String>) -> bool {
    whole.iter().any(|name| {
        let behind = of.strip_prefix(name.as_str());
        behind.is_some_and(|rest| rest.starts_with('.')) || of.ends_with(&format!(" {name}"))
    })
}

fn changed<'a>(
    object: &'a Object,
    one: &'a Facets,
    other: &'a Facets,
) -> impl Iterator<Item = Difference> + use<'a> {
    let facets: BTreeSet<&'static str> = one.keys().chain(other.keys()).copied().collect();
    facets.into_iter().filter_map(|facet| {
        let (found, goal) = (one.get(facet), other.get(facet));
        let same = match (found, goal) {
            (Some(found), Some(goal)) if facet != "comment" => expression::same(found, goal),
            (found, goal) => found == goal,
        };
        (!same).then(|| Difference::Changed {
            object: object.clone(),
            facet,
            found: found.cloned(),
            goal: goal.cloned(),
        })
    })
}

fn list(values: &[String]) -> String {
    values.join(", ")
}

fn some(values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| list(values))
}

fn deferral(deferrable: Deferrable) -> Option<String> {
    match deferrable {
        Deferrable::No => None,
        Deferrable::InitiallyImmediate => Some("initially immediate".to_owned()),
        Deferrable::InitiallyDeferred => Some("initially deferred".to_owned()),
    }
}

fn nulls(not_distinct: bool) -> Option<String> {
    not_distinct.then(|| "not distinct".to_owned())
}

fn part(part: &IndexPart) -> String {
    let IndexPart {
        key,
        collation,
        operator_class,
        descending,
        nulls_first,
        prefix,
    } = part;
    let mut text = match key {
        IndexKey::Column(name) => name.clone(),
        IndexKey::Expression(sql) => format!("({sql})"),
    };
    if let Some(prefix) = prefix {
        text += &format!("({prefix})");
    }
    if let Some(collation) = collation {
        text += &format!(" COLLATE {collation}");
    }
    if let Some(class) = operator_class {
        text += &format!(" {class}");
    }
    if *descending {
        text += " DESC";
    }
    match nulls_first {
        Some(true) => text += " NULLS FIRST",
        Some(false) => text += " NULLS LAST",
        None => {}
    }
    text
}

/// The rows of a table in two states: what the later has and had not, and the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDifference {
    /// The table.
    pub table: Name,
    /// How many are there that were not.
    pub left: usize,
    /// How many are not there that were.
    pub lost: usize,
}

impl RowDifference {
    /// Compares two lists of rows, each sorted; `None` where they are the same.
    pub fn of(table: &Name, found: &[String], goal: &[String]) -> Option<Self> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for row in found {
            *counts.entry(row).or_default() += 1;
        }
        for row in goal {
            *counts.entry(row).or_default() -= 1;
        }
        let sum = |sign: i64| -> usize {
            let counts = counts.values().map(|count| count * sign);
            let positive = counts.filter_map(|count| usize::try_from(count).ok());
            positive.sum()
        };
        let (left, lost) = (sum(1), sum(-1));
        (left + lost > 0).then(|| Self {
            table: table.clone(),
            left,
            lost,
        })
    }
}

impl fmt::Display for RowDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, left, lost } = self;
        let changed = *left.min(lost);
        let parts = [
            (changed, "changed"),
            (left - changed, "left"),
            (lost - changed, "lost"),
        ];
        let mut parts = parts.iter().filter(|(rows, _)| *rows > 0);
        if let Some((rows, how)) = parts.next() {
            let rows = crate::error::count(*rows, "row", "rows");
            write!(f, "{rows} of `{table}` {how}")?;
        }
        for (rows, how) in parts {
            write!(f, " and {rows} {how}")?;
        }
        Ok(())
    }
}
