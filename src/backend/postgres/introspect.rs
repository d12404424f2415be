//! What PostgreSQL says of its tables.
//!
//! A fixed number of queries, whatever the database holds: the session, enum types, relations,
//! columns, constraints, indexes. They ask
//! [the catalogs](https://www.postgresql.org/docs/current/catalogs.html), which, unlike
//! `information_schema`, say everything and hide nothing from users without privileges.

mod queries;
mod rows;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::de::DeserializeOwned;

use crate::{
    backend::{Database, failure::DatabaseError},
    schema::{EnumType, Kept, Name, Schema, Table, View},
};

use super::expression::unwrapped;
use rows::{ColumnRow, ConstraintRow, EnumRow, IndexRow, RelationRow, SessionRow};

/// Reads the schema.
pub(in crate::backend) fn schema(database: &mut dyn Database) -> Result<Schema, DatabaseError> {
    let session: SessionRow = one(database, queries::SESSION)?;
    let names = Names(session.default_schema);
    let mut schema = Schema {
        schemas: session
            .schemas
            .into_iter()
            .filter(|name| Some(name) != names.0.as_ref())
            .collect::<BTreeSet<String>>(),
        enums: enums(database, &names)?,
        ..Schema::default()
    };
    let relations: Vec<RelationRow> = many(database, &queries::relations())?;
    let mut columns = columns(database)?;
    let mut tables = HashMap::new();
    for relation in relations {
        let name = names.of(relation.schema.clone(), relation.name.clone());
        let columns = columns.remove(&relation.oid).unwrap_or_default();
        if relation.is_table() {
            tables.insert(relation.oid, Building::new(name, relation, columns));
        } else {
            let view = View {
                columns: columns
                    .into_iter()
                    .map(ColumnRow::column)
                    .map(|column| (column.name.clone(), column))
                    .collect(),
                comment: relation.comment,
                name: name.clone(),
                definitions: Kept::default(),
            };
            schema.views.insert(name, view);
        }
    }
    let constraints: Vec<ConstraintRow> = many(database, &queries::constraints(session.version))?;
    for row in constraints {
        if let Some(building) = tables.get_mut(&row.table) {
            building.constrain(row, &names);
        }
    }
    let indexes: Vec<IndexRow> = many(database, &queries::indexes(session.version))?;
    for row in indexes {
        if let Some(building) = tables.get_mut(&row.table) {
            let index = row.index(&building.attributes);
            building.table.indexes.push(index);
        }
    }
    schema.tables = tables
        .into_values()
        .map(|building| (building.table.name.clone(), building.table))
        .collect();
    Ok(schema)
}

fn enums(
    database: &mut dyn Database,
    names: &Names,
) -> Result<BTreeMap<Name, EnumType>, DatabaseError> {
    let rows: Vec<EnumRow> = many(database, &queries::enums())?;
    let types = rows.into_iter().map(|row| EnumType {
        name: names.of(row.schema, row.name),
        labels: row.labels,
    });
    Ok(types.map(|kind| (kind.name.clone(), kind)).collect())
}

fn columns(database: &mut dyn Database) -> Result<HashMap<u32, Vec<ColumnRow>>, DatabaseError> {
    let groups: Vec<(u32, Vec<ColumnRow>)> = many(database, &queries::columns())?;
    Ok(groups.into_iter().collect())
}

/// A table, and what its columns are called in the catalogs.
struct Building {
    table: Table,
    attributes: HashMap<i16, String>,
}

impl Building {
    fn new(name: Name, relation: RelationRow, columns: Vec<ColumnRow>) -> Self {
        let mut table = Table::new(name);
        table.options = relation.options();
        table.comment = relation.comment;
        let mut attributes = HashMap::with_capacity(columns.len());
        for row in columns {
            attributes.insert(row.number, row.name.clone());
            let column = row.column();
            table.columns.insert(column.name.clone(), column);
        }
        Self { table, attributes }
    }

    fn constrain(&mut self, row: ConstraintRow, names: &Names) {
        match row.kind.as_str() {
            "p" => self.table.primary_key = Some(row.primary_key(&self.attributes)),
            "u" => self.table.uniques.push(row.unique(&self.attributes)),
            "c" => self.table.checks.push(row.check()),
            _ => {
                if let Some(key) = row.foreign_key(&self.attributes, names) {
                    self.table.foreign_keys.push(key);
                }
            }
        }
    }
}

/// Which schema is the default one.
struct Names(Option<String>);

impl Names {
    fn of(&self, schema: String, name: String) -> Name {
        Name {
            schema: Some(schema).filter(|schema| Some(schema) != self.0.as_ref()),
            name,
        }
    }
}

fn many<T: DeserializeOwned>(
    database: &mut dyn Database,
    sql: &str,
) -> Result<Vec<T>, DatabaseError> {
    let rows = database.pairs(sql)?;
    rows.iter()
        .map(|(json, _)| serde_json::from_str(json).map_err(|error| unread(&error)))
        .collect()
}

fn one<T: DeserializeOwned>(database: &mut dyn Database, sql: &str) -> Result<T, DatabaseError> {
    let mut rows = many(database, sql)?;
    rows.pop()
        .ok_or_else(|| DatabaseError::other("the server says nothing of itself".to_owned()))
}

fn unread(error: &serde_json::Error) -> DatabaseError {
    DatabaseError::other(format!("the catalogs cannot be read: {error}"))
}
