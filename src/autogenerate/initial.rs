//! Whether the database has already what an initial migration makes.
//!
//! The migration alone is replayed in a scratch database, and what it leads to is compared with the live
//! database's tables of those names. Other tables are nobody's business.

use super::{Anything, Autogenerate};
use crate::{
    backend::{self, Features, failure::ConnectError, statements},
    error::Error,
    migration::{Direction, Migration, directory::Sound, executor::read_sql},
    schema::{
        Index, IndexKey, Name, Schema, autodetector, declared::Models, operation::Operation,
        questioner::Renames,
    },
    settings::Settings,
};

/// What the live database has of an initial migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// None of its tables.
    Nothing,
    /// All of them, as it makes them.
    Everything(Beside),
}

/// What is different even so, and does not matter to the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The live database's indexes that the migration does not make, each with its table.
    pub indexes: Vec<String>,
    /// Indexes and constraints that have other names, in words.
    pub names: Vec<String>,
    /// The lines of the migration's statements that no table shows: rows, views, triggers.
    pub lines: Vec<usize>,
}

/// Tables of an initial migration that are there, and not as it makes them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database has tables of {migration} already, but not as it makes them: {}",
    crate::error::count(differences.len(), "difference", "differences"))]
pub struct InitialDiffers {
    /// The migration's name.
    pub migration: String,
    /// What leads from the database to what the migration makes, in words.
    pub differences: Vec<String>,
}

/// The database that migrations run in, as it is; a SQLite file that is not there holds nothing.
///
/// # Errors
///
/// Those of the connection.
pub fn live(settings: &Settings, waiting: &mut dyn FnMut(&ConnectError)) -> Result<Schema, Error> {
    let opened = backend::look(
        settings.migration_database()?,
        settings.on_connect(),
        settings.wait(),
        waiting,
    );
    match opened? {
        Some(mut database) => backend::introspect(&mut *database).map_err(Error::asking),
        None => Ok(Schema::default()),
    }
}

/// What a database has of a migration that rests on no other.
///
/// # Errors
///
/// [`Error::Initial`] where some of its tables are there and not all, or not as it makes them, and those
/// of the scratch database.
pub fn standing(
    settings: &Settings,
    migration: &Migration,
    live: &Schema,
) -> Result<Standing, Error> {
    if live.tables.is_empty() {
        return Ok(Standing::Nothing);
    }
    let found = Sound {
        migrations: vec![migration.clone()],
        repeatables: Vec::new(),
    };
    let mut autogenerate = Autogenerate::open(settings, &found, Models::default())?;
    let made = autogenerate.replayed_schema()?;
    let live = restricted(live, &made);
    if live.tables.is_empty() {
        return Ok(Standing::Nothing);
    }
    let keys_make_indexes = Features::of(autogenerate.server.engine()).keys_make_indexes;
    let (mut beside, differences) = compared(&live, &made, keys_make_indexes)?;
    if !differences.is_empty() {
        return Err(Error::Initial(InitialDiffers {
            migration: migration.name.clone(),
            differences,
        }));
    }
    beside.lines = autogenerate.lines_beside_tables(migration)?;
    Ok(Standing::Everything(beside))
}

/// What is different between two schemas of the same tables: what does not matter, and what does.
fn compared(
    live: &Schema,
    made: &Schema,
    keys_make_indexes: bool,
) -> Result<(Beside, Vec<String>), Error> {
    let mut beside = Beside::default();
    let mut differences = Vec::new();
    for operation in autodetector::detect(live, made, &Renames::default(), &mut Anything)? {
        match &operation {
            // A unique index refuses rows that the migration takes.
            Operation::DropIndex(table, index) if !index.unique => {
                beside
                    .indexes
                    .push(format!("`{}` of `{table}`", index.name));
            }
            Operation::RenameIndex { .. } | Operation::RenameConstraint { .. } => {
                beside.names.push(operation.describe());
            }
            Operation::AlterPrimaryKey {
                table,
                before: Some(before),
                after: Some(after),
            } if before.columns == after.columns => {
                let name = |key: &Option<String>| key.clone().unwrap_or_default();
                beside.names.push(format!(
                    "rename primary key `{}` of `{table}` to `{}`",
                    name(&before.name),
                    name(&after.name)
                ));
            }
            Operation::AddIndex(table, index)
                if keys_make_indexes && is_of_key(live, table, index) =>
            {
                beside.names.push(format!(
                    "index `{}` of `{table}` has its foreign key's name",
                    index.name
                ));
            }
            _ => differences.push(operation.describe()),
        }
    }
    Ok((beside, differences))
}

/// Whether an index is such as a foreign key of the table makes by itself, under its own name.
fn is_of_key(schema: &Schema, table: &Name, index: &Index) -> bool {
    let columns: Option<Vec<String>> = index
        .parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(name) if part.prefix.is_none() => Some(name.clone()),
            IndexKey::Column(_) | IndexKey::Expression(_) => None,
        })
        .collect();
    let keys = schema.tables.get(table).map(|table| &table.foreign_keys);
    !index.unique
        && index.method.is_none()
        && columns.is_some_and(|columns| {
            keys.is_some_and(|keys| keys.iter().any(|key| key.columns == columns))
        })
}

/// A schema without what another does not have.
fn restricted(schema: &Schema, to: &Schema) -> Schema {
    let Schema {
        mut schemas,
        mut enums,
        mut tables,
        mut views,
    } = schema.clone();
    schemas.retain(|name| to.schemas.contains(name));
    enums.retain(|name, _| to.enums.contains_key(name));
    tables.retain(|name, _| to.tables.contains_key(name));
    views.retain(|name, _| to.views.contains_key(name));
    Schema {
        schemas,
        enums,
        tables,
        views,
    }
}

impl Autogenerate<'_> {
    /// The lines of a migration's statements that change something else than tables, types and indexes.
    fn lines_beside_tables(&self, migration: &Migration) -> Result<Vec<usize>, Error> {
        let Some(path) = migration.file(Direction::Forwards) else {
            return Ok(Vec::new());
        };
        let text = read_sql(&path)?;
        let beside = statements::split(self.language(), &text)
            .into_iter()
            .filter(|statement| {
                statement.transaction_control().is_none() && !super::squash::is_structure(statement)
            });
        Ok(beside
            .map(|statement| statements::place(&text, statement.start).line)
            .collect())
    }
}
