//! Finds what the models and the migrations disagree about, writes the SQL between them, and proves
//! it before anybody else runs it.
//!
//! The schema before comes from replaying the migrations in a scratch database ([`replay`]), or from
//! the live one; the schema after from the models, which are created in another scratch database, so
//! that the engine itself says how it understands their types, defaults and expressions. The
//! autodetector compares the two; [`proof`] runs what it found both ways, with rows present.

pub mod branches;
mod cache;
pub mod drift;
pub mod initial;
mod managed;
pub mod proof;
mod replay;
mod reversible;
pub mod squash;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

pub use proof::{Doubt, ProofFailure};
pub use replay::LeftOut;

use crate::{
    backend::{
        self, Access,
        scratch::{Scratch, Server},
    },
    error::Error,
    migration::{Migration, directory::Sound, history::History},
    models,
    schema::{
        Column, Kept, Name, Schema, View, autodetector,
        declared::{self, Models},
        dialect::{Change, Dialect, Script},
        lower::{self, Scope},
        operation::Operation,
        questioner::{self, FillReason, Questioner, Renames},
    },
    settings::{Compare, Settings},
};

/// How many tables are dropped and created in one transaction at most: each takes locks, and
/// PostgreSQL has room for some thousands
/// (<https://www.postgresql.org/docs/current/runtime-config-locks.html>).
const IN_ONE_TRANSACTION: usize = 500;

/// What the models are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// What the migrations lead to.
    #[default]
    Migrations,
    /// The live database, which must be up to date.
    Database,
}

/// A project's models, its migrations, and the scratch databases that both are tried in.
pub struct Autogenerate<'a> {
    settings: &'a Settings,
    found: &'a Sound,
    models: Models,
    server: Server,
    dialect: Box<dyn Dialect>,
    version: String,
    replayed: Option<Scratch>,
    left_out: Vec<LeftOut>,
}

/// What was found, with the SQL that carries it out.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The schema before.
    pub from: Schema,
    /// The schema after, as the engine understands it.
    pub to: Schema,
    /// What leads from the one to the other.
    pub operations: Vec<Operation>,
    /// The same in SQL.
    pub up: Script,
    /// What leads back.
    pub down: Script,
}

/// What a person decided beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// `OLD=NEW`, tables or columns.
    pub renames: &'a [String],
    /// `TABLE.COLUMN=EXPR`: what existing rows get.
    pub defaults: &'a [String],
}

/// Reads the models that the settings name.
///
/// # Errors
///
/// A glob that makes no sense, files that cannot be read, and everything that is wrong in them.
pub fn models(settings: &Settings) -> Result<Models, Error> {
    let files = models::files(settings.root(), settings.models())?;
    declared::read(&files).map_err(Error::Models)
}

impl<'a> Autogenerate<'a> {
    /// Opens the scratch server. `found` are the migrations to compare with, parents first.
    pub fn open(settings: &'a Settings, found: &'a Sound, models: Models) -> Result<Self, Error> {
        let live = settings.migration_database()?;
        let url = match settings.scratch_database()? {
            Some(url) if url.engine() != live.engine() => {
                return Err(Error::Usage(format!(
                    "`MANAGE_SCRATCH_URL` names a database of another engine than {live}"
                )));
            }
            Some(url) => url,
            None => live,
        };
        let server = Server::open(url, settings.on_connect()).map_err(Error::scratch)?;
        let mut any = server.any().map_err(Error::scratch)?;
        let dialect = backend::dialect(&mut *any).map_err(Error::asking)?;
        let version = any.server().map_err(Error::asking)?;
        drop(any);
        Ok(Self {
            settings,
            found,
            models,
            server,
            dialect,
            version,
            replayed: None,
            left_out: Vec::new(),
        })
    }

    fn language(&self) -> backend::statements::Dialect {
        self.server.engine().into()
    }

    /// The engine's language.
    pub fn dialect(&self) -> &dyn Dialect {
        &*self.dialect
    }

    /// The schema that the migrations lead to.
    pub fn replayed_schema(&mut self) -> Result<Schema, Error> {
        let key = replay::key(&self.version, self.settings.on_connect(), self.found)?;
        if let Some(schema) = cache::read(self.settings.root(), &key) {
            return Ok(schema);
        }
        let schema = backend::introspect(self.replayed()?.database()?).map_err(Error::asking)?;
        // What is left out is to be told of every time.
        if self.left_out.is_empty() {
            cache::write(self.settings.root(), &key, &schema);
        }
        Ok(schema)
    }

    /// What of the repeatable migrations does not work after the others: their files may be ahead, for they
    /// are edited together with the models.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    fn replayed(&mut self) -> Result<&mut Scratch, Error> {
        let scratch = if let Some(scratch) = self.replayed.take() {
            scratch
        } else {
            let (scratch, left_out) = replay::replay(&self.server, &*self.dialect, self.found)?;
            self.left_out = left_out;
            scratch
        };
        Ok(self.replayed.insert(scratch))
    }

    /// The schema to compare with, and its tables that are none of our business.
    pub(super) fn start(&mut self, against: Against) -> Result<(Schema, BTreeSet<Name>), Error> {
        let filter = managed::Filter::of(self.settings)?;
        let (from, made) = match against {
            Against::Migrations => (self.replayed_schema()?, None),
            Against::Database => (
                live_schema(self.settings, &self.found.migrations)?,
                Some(managed::made(self.language(), self.found)?),
            ),
        };
        let is_ours = |name: &Name| {
            let name = name.name.to_lowercase();
            made.as_ref().is_none_or(|made| made.contains(&name))
        };
        let foreign = from
            .tables
            .keys()
            .filter(|name| !filter.keeps(&name.name) || !is_ours(name))
            .cloned()
            .collect();
        Ok((from, foreign))
    }

    /// What the models ask for that is not there yet; `None` where they agree.
    pub fn detect(
        &mut self,
        against: Against,
        wishes: Wishes<'_>,
        questioner: &mut dyn Questioner,
    ) -> Result<Option<Detected>, Error> {
        let (from, foreign) = self.start(against)?;
        let scope = self.scope();
        let known = self.renames(&from, scope, wishes)?;
        let lower = |renames: &Renames| {
            let lowered = lower::lower(&self.models, self.dialect(), &from, renames, scope);
            let mut desired = lowered.map_err(Error::Models)?;
            for name in &foreign {
                if let Some(table) = from.tables.get(name) {
                    let table = table.clone();
                    desired.tables.entry(name.clone()).or_insert(table);
                }
            }
            Ok::<_, Error>(desired.canonical())
        };
        let desired = lower(&known)?;
        if desired == from {
            return Ok(None);
        }
        let questioner = &mut Decided {
            fills: fills(wishes.defaults, &desired)?,
            rest: questioner,
        };
        let renames = autodetector::renames(&from, &desired, &known, questioner);
        let desired = if renames == known {
            desired
        } else {
            lower(&renames)?
        };
        let to = self.normalised(&from, &desired)?;
        let operations = autodetector::detect(&from, &to, &renames, questioner)?;
        if operations.is_empty() {
            return Ok(None);
        }
        let back: Vec<Operation> = operations.iter().rev().map(Operation::inverse).collect();
        let up = self.script(&from, &to, &operations)?;
        let down = self.script(&to, &from, &back)?;
        Ok(Some(Detected {
            from,
            to,
            operations,
            up,
            down,
        }))
    }

    fn script(
        &self,
        from: &Schema,
        to: &Schema,
        operations: &[Operation],
    ) -> Result<Script, Error> {
        let change = Change {
            from,
            to,
            operations,
        };
        self.dialect().script(&change).map_err(Error::Unsupported)
    }

    /// A schema as the engine understands it: created in a scratch database and read back.
    fn normalised(&mut self, from: &Schema, desired: &Schema) -> Result<Schema, Error> {
        let root = self.settings.root().to_owned();
        let key = replay::normal_key(&self.version, self.settings.on_connect(), from, desired);
        if let Some(schema) = cache::read(&root, &key) {
            return Ok(schema);
        }
        self.replayed()?;
        let Some(mut original) = self.replayed.take() else {
            return Ok(desired.clone());
        };
        let few = from.tables.len() + desired.tables.len() <= IN_ONE_TRANSACTION;
        let mut schema = if self.server.copies_are_cheap() || !few {
            let copy = self.server.create_like(&mut original);
            self.create(&mut copy.map_err(Error::scratch)?, desired)?
        } else {
            original.database()?.begin().map_err(Error::asking)?;
            let made = self.create(&mut original, desired);
            original.database()?.rollback().map_err(Error::asking)?;
            made?
        };
        self.replayed = Some(original);
        // What creates views is for the schema to say that has them.
        let views = from.views.iter().map(|(name, view)| {
            let definitions = Kept::default();
            let view = View {
                definitions,
                ..view.clone()
            };
            (name.clone(), view)
        });
        schema.views = views.collect();
        cache::write(&root, &key, &schema);
        Ok(schema)
    }

    /// Makes a scratch database hold a schema and nothing else, and reads it back.
    fn create(&self, scratch: &mut Scratch, desired: &Schema) -> Result<Schema, Error> {
        scratch.clear(self.dialect())?;
        let database = scratch.database()?;
        let empty = backend::introspect(database).map_err(Error::asking)?;
        let operations = autodetector::detect(&empty, desired, &Renames::default(), &mut Anything)?;
        let script = self.script(&empty, desired, &operations)?;
        for statement in &script.statements {
            database
                .execute(&statement.sql)
                .map_err(|error| Error::Declared {
                    statement: statement.sql.clone(),
                    error,
                })?;
        }
        backend::introspect(database).map_err(Error::asking)
    }

    fn renames(&self, from: &Schema, scope: Scope, wishes: Wishes<'_>) -> Result<Renames, Error> {
        let mut known = self.models.renames.clone();
        if wishes.renames.is_empty() {
            return Ok(known);
        }
        let desired = lower::lower(&self.models, self.dialect(), from, &known, scope)
            .map_err(Error::Models)?;
        for text in wishes.renames {
            questioner::parse_rename(text, from, &desired, &mut known)
                .map_err(|message| Error::Usage(format!("`--rename {text}`: {message}")))?;
        }
        Ok(known)
    }

    /// What the models have the last word on: everything where a directive stands anywhere, what
    /// `[autogenerate] compare` says, and otherwise what `table!` says.
    fn scope(&self) -> Scope {
        let all = self.models.directives;
        match self.settings.compare() {
            None => Scope {
                indexes: all,
                defaults: all,
                uniques: all,
                checks: all,
                details: all,
            },
            Some(list) => Scope {
                indexes: list.contains(&Compare::Indexes),
                defaults: list.contains(&Compare::Defaults),
                uniques: list.contains(&Compare::Uniques),
                checks: list.contains(&Compare::Checks),
                details: all,
            },
        }
    }

    /// Whether there is a model at all.
    pub fn has_models(&self) -> bool {
        !self.models.tables.is_empty()
    }
}

/// The live database's schema.
///
/// # Errors
///
/// Besides those of the connection: migrations that are still to be applied.
fn live_schema(settings: &Settings, migrations: &[Migration]) -> Result<Schema, Error> {
    let mut database = backend::open(
        settings.database()?,
        Access::Look,
        settings.on_connect(),
        settings.wait(),
        &mut |_| {},
    )?;
    let books = crate::migration::ledger::read(&mut *database)?;
    let history = History::new(migrations.to_vec(), books.ledger);
    let pending = history.pending();
    if !pending.is_empty() {
        return Err(Error::Behind {
            names: pending.iter().map(|m| m.name.clone()).collect(),
        });
    }
    backend::introspect(&mut *database).map_err(Error::asking)
}

type Fills = BTreeMap<(Name, String), String>;

fn fills(defaults: &[String], desired: &Schema) -> Result<Fills, Error> {
    let parsed = defaults.iter().map(|text| {
        questioner::parse_default(text, desired)
            .map_err(|error| Error::Usage(format!("`--default {text}`: {error}")))
    });
    parsed.collect()
}

/// Answers from flags first.
struct Decided<'a> {
    fills: Fills,
    rest: &'a mut dyn Questioner,
}

impl Questioner for Decided<'_> {
    fn is_table_renamed(&mut self, from: &Name, to: &Name) -> bool {
        self.rest.is_table_renamed(from, to)
    }

    fn is_column_renamed(&mut self, table: &Name, from: &Column, to: &Column) -> bool {
        self.rest.is_column_renamed(table, from, to)
    }

    fn fill(&mut self, table: &Name, column: &Column, reason: FillReason) -> Option<String> {
        let given = self.fills.get(&(table.clone(), column.name.clone()));
        match given {
            Some(given) => Some(given.clone()),
            None => self.rest.fill(table, column, reason),
        }
    }
}

/// Answers whatever lets the work go on: for schemas that are made from nothing, and where nobody will
/// run the result.
pub struct Anything;

impl Questioner for Anything {
    fn is_table_renamed(&mut self, _: &Name, _: &Name) -> bool {
        false
    }

    fn is_column_renamed(&mut self, _: &Name, _: &Column, _: &Column) -> bool {
        false
    }

    fn fill(&mut self, _: &Name, _: &Column, _: FillReason) -> Option<String> {
        Some("NULL".to_owned())
    }
}

/// The folder whose `target/` belongs to Cargo, here or above.
fn cargo_target(root: &Path) -> Option<std::path::PathBuf> {
    root.ancestors()
        .map(|folder| folder.join("target"))
        .find(|target| target.join("CACHEDIR.TAG").is_file())
}
