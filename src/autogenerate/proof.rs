//! Runs a migration both ways in a scratch database before anybody else does.
//!
//! The tables are filled with a few rows first. The way up must lead exactly to the schema that the
//! models declare, the way down exactly back, and every value in a column that neither touches must
//! still be there. Where a statement fails on sample rows alone (real rows may well pass a new check
//! or unique constraint), the proof is repeated without them, and the failure told as a [`Doubt`].

use std::collections::{BTreeMap, BTreeSet};

use super::{Autogenerate, Detected};
use crate::{
    backend::{self, Database, Direction, Job, JobError, Stage, Work, scratch::Scratch},
    error::Error,
    schema::{
        Auto, Column, Name, Schema, Table, autodetector, dialect::Dialect, operation::Operation,
        questioner::Renames,
    },
};

/// Rows that every table gets.
const ROWS: std::ops::Range<usize> = 1..4;

/// How far a foreign key is followed to the column that has the values.
const DEPTH: usize = 16;

/// The version that the proof's own run has in the scratch database's ledger.
const VERSION: &str = "99999999999999";

/// A migration that does not do what it should; it is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the generated {} does not do what it should: {problem}", file(*direction))]
pub struct ProofFailure {
    /// Which way.
    pub direction: Direction,
    /// What is wrong.
    pub problem: Problem,
    /// The script's text.
    pub sql: String,
    /// The repeatable migrations that ran before it.
    pub repeatables: Vec<String>,
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A statement fails.
    #[error("`{statement}` fails: {message}")]
    Statement {
        /// The statement.
        statement: String,
        /// The database's words.
        message: String,
    },
    /// It leads to another schema.
    #[error("it leaves {} to do: {}", crate::error::count(.0.len(), "change", "changes"), .0.join("; "))]
    Differs(
        /// What would still have to be done.
        Vec<String>,
    ),
    /// Rows are lost or changed.
    #[error("rows of `{0}` are lost or changed")]
    Rows(
        /// The table.
        Name,
    ),
    /// The schema it starts from cannot be made in a scratch database.
    #[error("a scratch database cannot be made like the live one: {}", .0.join("; "))]
    NoStart(
        /// What is different.
        Vec<String>,
    ),
}

/// A statement that failed on sample rows, and runs without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Which way.
    pub direction: Direction,
    /// The statement.
    pub statement: String,
    /// The database's words.
    pub message: String,
}

fn file(direction: Direction) -> &'static str {
    match direction {
        Direction::Forwards => "up.sql",
        Direction::Backwards => "down.sql",
    }
}

impl Autogenerate<'_> {
    /// Proves what was detected.
    ///
    /// # Errors
    ///
    /// [`Error::Proof`] where it does not hold, and those of the scratch database.
    pub fn prove(&mut self, detected: &Detected) -> Result<Vec<Doubt>, Error> {
        self.doubts(detected).map_err(|error| match error {
            Error::Proof(mut failure) => {
                let repeatables = self.found.repeatables.iter();
                failure.repeatables = repeatables.map(|m| m.name.clone()).collect();
                Error::Proof(failure)
            }
            other => other,
        })
    }

    fn doubts(&mut self, detected: &Detected) -> Result<Vec<Doubt>, Error> {
        let mut scratch = self.at(&detected.from)?;
        match attempt(self.dialect(), &mut scratch, detected, true)? {
            Ok(()) => Ok(Vec::new()),
            Err(ProofFailure {
                direction,
                problem: Problem::Statement { statement, message },
                ..
            }) => {
                drop(scratch);
                let mut scratch = self.at(&detected.from)?;
                match attempt(self.dialect(), &mut scratch, detected, false)? {
                    Ok(()) => Ok(vec![Doubt {
                        direction,
                        statement,
                        message,
                    }]),
                    Err(failure) => Err(Error::Proof(Box::new(failure))),
                }
            }
            Err(failure) => Err(Error::Proof(Box::new(failure))),
        }
    }

    /// A scratch database at the start of the proof: as the migrations lead to it, or, where the live
    /// database is something else, made like that.
    fn at(&mut self, from: &Schema) -> Result<Scratch, Error> {
        self.replayed()?;
        let Some(mut scratch) = self.replayed.take() else {
            return Err(Error::Usage("there is no scratch database".to_owned()));
        };
        let found = backend::introspect(scratch.database()?).map_err(Error::asking)?;
        if differences(&found, from).is_empty() {
            return Ok(scratch);
        }
        let made = self.create(&mut scratch, from)?;
        let differences = differences(&made, from);
        if differences.is_empty() {
            return Ok(scratch);
        }
        Err(Error::Proof(Box::new(ProofFailure {
            direction: Direction::Forwards,
            problem: Problem::NoStart(differences),
            sql: String::new(),
            repeatables: Vec::new(),
        })))
    }
}

/// How an attempt went.
pub type Outcome = Result<(), ProofFailure>;

/// Fills a database that holds the schema before, and runs a change there and back.
///
/// # Errors
///
/// Those of the database itself; what the change does wrong is in the [`Outcome`].
pub fn attempt(
    dialect: &dyn Dialect,
    scratch: &mut Scratch,
    detected: &Detected,
    with_rows: bool,
) -> Result<Outcome, Error> {
    let database = scratch.database()?;
    let Detected { from, to, .. } = detected;
    let concerned = concerned(detected);
    let kept = Kept::of(detected, &concerned);
    if with_rows {
        fill(dialect, database, from, &concerned);
        if database.engine() == backend::url::Engine::Sqlite {
            // The stricter of the two ways an application may connect.
            database
                .execute("PRAGMA foreign_keys = ON")
                .map_err(Error::asking)?;
        }
    }
    let start = kept.rows(dialect, database, Side::From)?;
    for (direction, script, goal, side) in [
        (Direction::Forwards, &detected.up, to, Side::To),
        (Direction::Backwards, &detected.down, from, Side::From),
    ] {
        let sql = script.text();
        let failed = |problem| ProofFailure {
            direction,
            problem,
            sql: sql.clone(),
            repeatables: Vec::new(),
        };
        if let Err(problem) = run(database, direction, true, &sql) {
            return Ok(Err(failed(problem)));
        }
        let found = backend::introspect(database).map_err(Error::asking)?;
        let differences = differences(&found, goal);
        if !differences.is_empty() {
            return Ok(Err(failed(Problem::Differs(differences))));
        }
        let rows = kept.rows(dialect, database, side)?;
        if let Some(table) = start.keys().find(|table| start[*table] != rows[*table]) {
            return Ok(Err(failed(Problem::Rows(table.clone()))));
        }
    }
    Ok(Ok(()))
}

/// Runs a script as a migration of its own.
pub(super) fn run(
    database: &mut dyn Database,
    direction: Direction,
    run_in_transaction: bool,
    sql: &str,
) -> Result<(), Problem> {
    let job = Job {
        version: Some(VERSION),
        direction,
        run_in_transaction,
        work: Work::Script(sql),
        skip: 0,
        notes: &(),
    };
    database
        .create_ledger()
        .map_err(|error| Problem::Statement {
            statement: "the ledger".to_owned(),
            message: error.message,
        })?;
    database.run(&job).map_err(|JobError { stage, error, .. }| {
        let statement = match stage {
            Stage::Statement { range, .. } => sql[range].to_owned(),
            Stage::Begin => "BEGIN".to_owned(),
            Stage::Whole | Stage::Commit => "COMMIT".to_owned(),
        };
        Problem::Statement {
            statement,
            message: error.message,
        }
    })
}

/// What is still to be done from one schema to another, in words; views are not compared.
pub(super) fn differences(found: &Schema, goal: &Schema) -> Vec<String> {
    let without_views = |schema: &Schema| Schema {
        views: BTreeMap::new(),
        ..schema.clone()
    };
    let (found, goal) = (without_views(found), without_views(goal));
    if found == goal {
        return Vec::new();
    }
    let operations = autodetector::detect(&found, &goal, &Renames::default(), &mut super::Anything)
        .unwrap_or_default();
    if !operations.is_empty() {
        return operations.iter().map(Operation::describe).collect();
    }
    let tables = goal
        .tables
        .iter()
        .filter(|(name, table)| found.tables.get(*name) != Some(table));
    let mut words: Vec<String> = tables
        .map(|(name, _)| format!("comments or options of `{name}`"))
        .collect();
    if words.is_empty() {
        words.push("schemas or types beside the tables".to_owned());
    }
    words
}

#[derive(Clone, Copy)]
enum Side {
    From,
    To,
}

/// The columns that a change leaves as they are, by their table's name before: their names before and
/// after, and the table's name after.
struct Kept(BTreeMap<Name, (Name, Vec<(String, String)>)>);

impl Kept {
    fn of(detected: &Detected, concerned: &BTreeSet<Name>) -> Self {
        let Detected {
            from,
            to,
            operations,
            ..
        } = detected;
        let mut tables: BTreeMap<Name, Name> = from
            .tables
            .keys()
            .map(|name| (name.clone(), name.clone()))
            .collect();
        let mut columns: BTreeMap<(Name, String), String> = BTreeMap::new();
        for operation in operations {
            match operation {
                Operation::RenameTable { from, to } => {
                    for name in tables.values_mut().filter(|name| *name == from) {
                        name.clone_from(to);
                    }
                }
                Operation::RenameColumn { table, from, to } => {
                    let Some((start, _)) = tables.iter().find(|(_, now)| *now == table) else {
                        continue;
                    };
                    let first = columns
                        .iter()
                        .find(|((of, _), now)| of == start && *now == from)
                        .map(|((_, first), _)| first.clone());
                    let first = first.unwrap_or_else(|| from.clone());
                    columns.insert((start.clone(), first), to.clone());
                }
                _ => {}
            }
        }
        let tried = from.tables.iter();
        let tried = tried.filter(|(name, _)| concerned.contains(name));
        let kept = tried.filter_map(|(name, table)| {
            let now = &tables[name];
            let after = to.tables.get(now)?;
            let names = table.columns.values().filter_map(|column| {
                let renamed = columns.get(&(name.clone(), column.name.clone()));
                let new = renamed.unwrap_or(&column.name);
                let other = after.columns.get(new)?;
                same_but_name(column, other).then(|| (column.name.clone(), new.clone()))
            });
            let names: Vec<_> = names.collect();
            (!names.is_empty()).then(|| (name.clone(), (now.clone(), names)))
        });
        Self(kept.collect())
    }

    fn rows(
        &self,
        dialect: &dyn Dialect,
        database: &mut dyn Database,
        side: Side,
    ) -> Result<BTreeMap<Name, Vec<String>>, Error> {
        let mut all = BTreeMap::new();
        for (name, (now, columns)) in &self.0 {
            let (table, columns): (_, Vec<String>) = match side {
                Side::From => (name, columns.iter().map(|(old, _)| old.clone()).collect()),
                Side::To => (now, columns.iter().map(|(_, new)| new.clone()).collect()),
            };
            let rows = database
                .pairs(&dialect.rows(table, &columns))
                .map_err(Error::asking)?;
            all.insert(name.clone(), rows.into_iter().map(|(row, _)| row).collect());
        }
        Ok(all)
    }
}

fn same_but_name(a: &Column, b: &Column) -> bool {
    a.sql_type == b.sql_type
        && a.generated.is_none()
        && b.generated.is_none()
        && a.collation == b.collation
        && a.nullable == b.nullable
}

/// The tables whose rows a change could touch: those it is about, all that refer to them, and what
/// those in turn refer to, without which they take no rows.
fn concerned(detected: &Detected) -> BTreeSet<Name> {
    let tables = &detected.from.tables;
    let mut found: BTreeSet<Name> = detected
        .operations
        .iter()
        .filter_map(|operation| match operation {
            Operation::RenameTable { from, .. } => Some(from),
            other => other.table(),
        })
        .filter(|name| tables.contains_key(*name))
        .cloned()
        .collect();
    let enums = |operation: &Operation| matches!(operation, Operation::AlterEnum { .. });
    if detected.operations.iter().any(enums) {
        // Any table may have a column of it.
        found.extend(tables.keys().cloned());
    }
    let refers = |table: &Table, found: &BTreeSet<Name>| {
        let mut keys = table.foreign_keys.iter();
        keys.any(|key| found.contains(&key.table))
    };
    loop {
        let more: Vec<Name> = tables
            .values()
            .filter(|table| !found.contains(&table.name) && refers(table, &found))
            .map(|table| table.name.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    loop {
        let more: Vec<Name> = found
            .iter()
            .filter_map(|name| tables.get(name))
            .flat_map(|table| &table.foreign_keys)
            .map(|key| key.table.clone())
            .filter(|name| tables.contains_key(name) && !found.contains(name))
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Puts rows into the tables, parents first, as far as the tables take them.
fn fill(
    dialect: &dyn Dialect,
    database: &mut dyn Database,
    schema: &Schema,
    concerned: &BTreeSet<Name>,
) {
    let tables = parents_first(schema).into_iter();
    for table in tables.filter(|table| concerned.contains(&table.name)) {
        for row in ROWS {
            let all = insert(dialect, schema, table, row, true);
            let needed = insert(dialect, schema, table, row, false);
            for sql in all.iter().chain(&needed) {
                // A row that a check or a trigger refuses is left out.
                if database.execute(sql).is_ok() {
                    break;
                }
            }
        }
    }
}

fn parents_first(schema: &Schema) -> Vec<&Table> {
    let mut done: BTreeSet<&Name> = BTreeSet::new();
    let mut order = Vec::new();
    let mut rest: Vec<&Table> = schema.tables.values().collect();
    while !rest.is_empty() {
        let ready = |table: &Table, done: &BTreeSet<&Name>| {
            let mut keys = table.foreign_keys.iter();
            keys.all(|key| key.table == table.name || done.contains(&key.table))
        };
        let (mut next, later): (Vec<_>, Vec<_>) =
            rest.iter().copied().partition(|table| ready(table, &done));
        rest = later;
        if next.is_empty() {
            // A circle of foreign keys: begin anywhere.
            next.push(rest.remove(0));
        }
        done.extend(next.iter().map(|table| &table.name));
        order.extend(next);
    }
    order
}

fn insert(
    dialect: &dyn Dialect,
    schema: &Schema,
    table: &Table,
    row: usize,
    all: bool,
) -> Option<String> {
    let mut names = Vec::new();
    let mut values = Vec::new();
    for column in table.columns.values() {
        let optional = column.nullable || column.default.is_some() || column.auto.is_some();
        let skipped = column.generated.is_some() || column.auto == Some(Auto::IdentityAlways);
        if skipped || (optional && !all && !table.key_columns().contains(&column.name)) {
            continue;
        }
        match value(dialect, schema, table, column, row, DEPTH) {
            Some(value) => {
                names.push(dialect.quote(&column.name));
                values.push(value);
            }
            None if optional => {}
            None => return None,
        }
    }
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "INSERT INTO {} ({}) VALUES ({})",
        qualified(dialect, &table.name),
        names.join(", "),
        values.join(", ")
    ))
}

/// A table's name in SQL.
pub(super) fn qualified(dialect: &dyn Dialect, name: &Name) -> String {
    let own = dialect.quote(&name.name);
    match &name.schema {
        Some(schema) => format!("{}.{own}", dialect.quote(schema)),
        None => own,
    }
}

/// A value for a column: the referred row's, where it refers to one.
fn value(
    dialect: &dyn Dialect,
    schema: &Schema,
    table: &Table,
    column: &Column,
    row: usize,
    depth: usize,
) -> Option<String> {
    let reference = table.foreign_keys.iter().find_map(|key| {
        let at = key.columns.iter().position(|name| *name == column.name)?;
        let parent = schema.tables.get(&key.table)?;
        Some((parent, parent.columns.get(key.referred.get(at)?)?))
    });
    match reference {
        Some((parent, referred))
            if depth > 0 && (&parent.name, &referred.name) != (&table.name, &column.name) =>
        {
            value(dialect, schema, parent, referred, row, depth - 1)
        }
        _ => dialect.sample(schema, table, column, row),
    }
}
