//! Tries a squash before it is written: in place of its range it must lead where the range leads, its
//! way back to where the range began, and what comes behind must still run.
//!
//! With `--from-schema` the SQL comes from the difference between the schemas before and behind the
//! range. What no schema holds (rows, views, triggers, functions, grants) is kept as it stands in the
//! range, behind the structure, and the rows are compared as well.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Anything, Autogenerate,
    proof::{self, Problem},
    replay::{as_replay, forwards},
};
use crate::{
    backend::{
        self, Database,
        scratch::Scratch,
        statements::{self, Statement},
    },
    error::Error,
    migration::{
        Direction, Migration,
        executor::read_sql,
        squash::writing::{Range, joined},
    },
    schema::{
        Column, Name, Schema, Table, autodetector, operation::Operation, questioner::Renames,
    },
};

/// A squash that does not do what its range does; it is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the squash does not do what its migrations do: {}: {problem}", file(*direction))]
pub struct SquashFailure {
    /// Which way.
    pub direction: Direction,
    /// What is wrong.
    pub problem: Problem,
    /// The statements of the range that no schema holds, each with its migration; empty for a squash
    /// that joins the files.
    pub kept: Vec<String>,
    /// Whether the SQL was made from the schemas.
    pub from_schema: bool,
}

fn file(direction: Direction) -> &'static str {
    match direction {
        Direction::Forwards => "up.sql",
        Direction::Backwards => "down.sql",
    }
}

/// The SQL of a squash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The text of `up.sql`.
    pub up: String,
    /// The text of `down.sql`, where there is a way back.
    pub down: Option<String>,
    /// Members without a way back, whose names the person should hear.
    pub one_way: Vec<String>,
    run_in_transaction: bool,
    rows: bool,
}

type Rows = BTreeMap<Name, Vec<String>>;

/// What the range's own migrations lead to.
struct Original {
    start: (Schema, Rows),
    end: (Schema, Rows),
    last: Schema,
}

type Attempt = Result<(), (Direction, Problem)>;

impl Autogenerate<'_> {
    /// The files of a range joined, and proved.
    ///
    /// # Errors
    ///
    /// [`Error::Squash`] where it does not hold, and those of the scratch database.
    pub fn squash(&self, range: &Range) -> Result<Proposal, Error> {
        let original = self.original(range, false)?;
        let one_way: Vec<String> = range
            .members
            .iter()
            .filter(|m| !m.reversible)
            .map(|m| m.name.clone())
            .collect();
        let down = if one_way.is_empty() {
            let back = range.members.iter().rev();
            Some(self.joined(Direction::Backwards, back)?)
        } else {
            None
        };
        let proposal = Proposal {
            up: self.joined(Direction::Forwards, range.members.iter())?,
            down,
            one_way,
            run_in_transaction: range.run_in_transaction(),
            rows: false,
        };
        match self.attempt(range, &proposal, &original)? {
            Ok(()) => Ok(proposal),
            Err((direction, problem)) => Err(failure(direction, problem, Vec::new(), false)),
        }
    }

    fn joined<'m>(
        &self,
        direction: Direction,
        members: impl Iterator<Item = &'m Migration>,
    ) -> Result<String, Error> {
        let parts = members.filter_map(|m| Some((m, m.file(direction)?)));
        let parts = parts
            .map(|(m, path)| Ok((m.name.as_str(), read_sql(&path)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(joined(self.language(), direction, &parts))
    }

    /// The difference that a range makes, proved.
    ///
    /// # Errors
    ///
    /// [`Error::Squash`] where it does not hold, and those of the scratch database.
    pub fn squash_from_schema(&self, range: &Range) -> Result<Proposal, Error> {
        let original = self.original(range, true)?;
        let (from, to) = (&original.start.0, &original.end.0);
        let operations = autodetector::detect(from, to, &Renames::default(), &mut Anything)?;
        let back: Vec<Operation> = operations.iter().rev().map(Operation::inverse).collect();
        let up = self.script(from, to, &operations)?.text();
        let down = self.script(to, from, &back)?.text();
        let kept = self.kept(range.members.iter(), Direction::Forwards, to)?;
        let undo = self.kept(range.members.iter().rev(), Direction::Backwards, to)?;
        let mut first = None;
        for early in [EARLY, EARLY_WITH_CODE] {
            let (before, behind): (Vec<_>, Vec<_>) =
                kept.iter().partition(|one| starts_with(&one.sql, early));
            let up = [section(&before), up.clone(), section(&behind)];
            let mut proposal = Proposal {
                up: together(&up),
                down: None,
                one_way: Vec::new(),
                run_in_transaction: range.run_in_transaction(),
                rows: true,
            };
            if let Err(found) = self.attempt(range, &proposal, &original)? {
                first.get_or_insert(found);
                continue;
            }
            let all: Vec<&Kept> = undo.iter().collect();
            for down in [together(&[section(&all), down.clone()]), down.clone()] {
                proposal.down = Some(down);
                if self.attempt(range, &proposal, &original)?.is_ok() {
                    return Ok(proposal);
                }
            }
            proposal.down = None;
            proposal.one_way = range.members.iter().map(|m| m.name.clone()).collect();
            return Ok(proposal);
        }
        let named = kept.iter().map(|one| {
            let line = one.sql.lines().next().unwrap_or_default();
            format!("{}: {line}", one.migration)
        });
        let (direction, problem) =
            first.unwrap_or((Direction::Forwards, Problem::Differs(Vec::new())));
        Err(failure(direction, problem, named.collect(), true))
    }

    /// The statements that no schema holds, without those about tables that are gone in the end.
    fn kept<'m>(
        &self,
        members: impl Iterator<Item = &'m Migration>,
        direction: Direction,
        end: &Schema,
    ) -> Result<Vec<Kept>, Error> {
        let there: BTreeSet<String> = end.tables.keys().map(|n| n.name.to_lowercase()).collect();
        let views: BTreeSet<String> = end.views.keys().map(|n| n.name.to_lowercase()).collect();
        let mut kept = Vec::new();
        for member in members.filter(|m| direction == Direction::Forwards || m.reversible) {
            let Some(path) = member.file(direction) else {
                continue;
            };
            let text = read_sql(&path)?;
            for statement in statements::split(self.language(), &text) {
                let about = statement.changed_table().map(|name| name.to_lowercase());
                let vanished = about.is_some_and(|n| !there.contains(&n) && !views.contains(&n));
                if !vanished && !is_structure(&statement) {
                    kept.push(Kept {
                        migration: member.name.clone(),
                        sql: ended(&statement),
                    });
                }
            }
        }
        Ok(kept)
    }

    /// Runs the range's own migrations, and looks at what they lead to.
    fn original(&self, range: &Range, rows: bool) -> Result<Original, Error> {
        let mut scratch = self.server.create().map_err(Error::scratch)?;
        apply(&mut scratch, &range.before)?;
        let start = self.look(&mut scratch, rows)?;
        apply(&mut scratch, &range.members)?;
        let end = self.look(&mut scratch, rows)?;
        apply(&mut scratch, &range.after)?;
        let (last, _) = self.look(&mut scratch, false)?;
        Ok(Original { start, end, last })
    }

    fn look(&self, scratch: &mut Scratch, rows: bool) -> Result<(Schema, Rows), Error> {
        let database = scratch.database()?;
        let schema = backend::introspect(database).map_err(Error::asking)?;
        let rows = if rows {
            self.rows(database, &schema)?
        } else {
            Rows::new()
        };
        Ok((schema, rows))
    }

    /// What stands in the tables, without columns whose defaults are another value every time.
    fn rows(&self, database: &mut dyn Database, schema: &Schema) -> Result<Rows, Error> {
        let mut all = Rows::new();
        for (name, table) in &schema.tables {
            let columns: Vec<String> = steady(table).map(|column| column.name.clone()).collect();
            let rows = database
                .pairs(&self.dialect().rows(name, &columns))
                .map_err(Error::asking)?;
            let rows: Vec<String> = rows.into_iter().map(|(row, _)| row).collect();
            all.insert(name.clone(), rows);
        }
        Ok(all)
    }

    /// Runs a squash in place of its range: up, back, up again, and all that comes behind.
    fn attempt(
        &self,
        range: &Range,
        proposal: &Proposal,
        original: &Original,
    ) -> Result<Attempt, Error> {
        let mut scratch = self.server.create().map_err(Error::scratch)?;
        apply(&mut scratch, &range.before)?;
        let mut ways = vec![(Direction::Forwards, &proposal.up, &original.end)];
        if let Some(down) = &proposal.down {
            ways.push((Direction::Backwards, down, &original.start));
            ways.push((Direction::Forwards, &proposal.up, &original.end));
        }
        for (direction, sql, (goal, rows)) in ways {
            let ran = proof::run(
                scratch.database()?,
                direction,
                proposal.run_in_transaction,
                sql,
            );
            if let Err(problem) = ran {
                return Ok(Err((direction, problem)));
            }
            let (found, found_rows) = self.look(&mut scratch, proposal.rows)?;
            let differences = differences(&found, goal);
            if !differences.is_empty() {
                return Ok(Err((direction, Problem::Differs(differences))));
            }
            let changed = rows
                .iter()
                .find(|(name, rows)| found_rows.get(*name) != Some(*rows));
            if let Some((name, _)) = changed.filter(|_| proposal.rows) {
                return Ok(Err((direction, Problem::Rows(name.clone()))));
            }
        }
        if let Err(error) = apply(&mut scratch, &range.after) {
            let Error::Replay(failure) = error else {
                return Err(error);
            };
            let problem = Problem::Statement {
                statement: failure.migration.clone(),
                message: failure.error.message.clone(),
            };
            return Ok(Err((Direction::Forwards, problem)));
        }
        let (found, _) = self.look(&mut scratch, false)?;
        let differences = differences(&found, &original.last);
        Ok(if differences.is_empty() {
            Ok(())
        } else {
            Err((Direction::Forwards, Problem::Differs(differences)))
        })
    }
}

/// The columns whose values stay what they were given: no default that is another value every time,
/// nothing computed, nothing that every update sets.
pub(super) fn steady(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.values().filter(|column| {
        let default = column.default.as_deref().unwrap_or_default();
        let moves = default.contains('(') || default.to_uppercase().starts_with("CURRENT");
        !moves && column.generated.is_none() && column.on_update.is_none()
    })
}

fn failure(direction: Direction, problem: Problem, kept: Vec<String>, from_schema: bool) -> Error {
    Error::Squash(Box::new(SquashFailure {
        direction,
        problem,
        kept,
        from_schema,
    }))
}

fn apply(scratch: &mut Scratch, migrations: &[Migration]) -> Result<(), Error> {
    forwards(scratch, migrations).map_err(as_replay)
}

/// What is different between two schemas, views and triggers included.
fn differences(found: &Schema, goal: &Schema) -> Vec<String> {
    let mut words = proof::differences(found, goal);
    let names: BTreeSet<&Name> = found.views.keys().chain(goal.views.keys()).collect();
    for name in names {
        let (one, other) = (found.views.get(name), goal.views.get(name));
        let definitions =
            one.map(|view| &view.definitions.0) == other.map(|view| &view.definitions.0);
        if one != other || !definitions {
            words.push(format!("the view `{name}`"));
        }
    }
    for (name, table) in &goal.tables {
        let other = found.tables.get(name);
        if other.is_some_and(|other| other.triggers.0 != table.triggers.0) {
            words.push(format!("the triggers of `{name}`"));
        }
    }
    words
}

/// A statement of the range that no schema holds.
struct Kept {
    migration: String,
    sql: String,
}

/// What types and defaults of tables may need.
const EARLY: &[&str] = &["EXTENSION", "DOMAIN", "SEQUENCE", "TYPE", "COLLATION"];
/// The same, and what defaults and indexes may call.
const EARLY_WITH_CODE: &[&str] = &[
    "EXTENSION",
    "DOMAIN",
    "SEQUENCE",
    "TYPE",
    "COLLATION",
    "FUNCTION",
    "PROCEDURE",
    "AGGREGATE",
    "OPERATOR",
];

fn starts_with(sql: &str, kinds: &[&str]) -> bool {
    let mut words = sql.split_whitespace().map(str::to_ascii_uppercase);
    words.next().as_deref() == Some("CREATE")
        && words
            .find(|word| word != "OR" && word != "REPLACE")
            .is_some_and(|word| kinds.contains(&word.as_str()))
}

/// Words that make of a statement about a table something that no schema holds.
const BESIDE: &[&str] = &[
    "AS",
    "SELECT",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "LOGGED",
    "INHERITS",
    "INHERIT",
    "TABLESPACE",
    "OWNER",
    "ENABLE",
    "DISABLE",
    "FORCE",
    "REPLICA",
    "ATTACH",
    "DETACH",
    "STATISTICS",
    "STORAGE",
    "CLUSTER",
    "PARTITION",
];

/// Whether a schema holds all that a statement does.
pub(super) fn is_structure(statement: &Statement<'_>) -> bool {
    let words: Vec<String> = statement.words().map(str::to_ascii_uppercase).collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    match (word(0), word(1)) {
        ("CREATE" | "ALTER", "TABLE") => {
            // `GENERATED ALWAYS AS (...)` is of a column.
            let generated = ["GENERATED", "STORED", "VIRTUAL"].into_iter().any(has);
            let beside = BESIDE.iter().filter(|one| !generated || **one != "AS");
            !beside.copied().any(has)
        }
        ("CREATE", "TYPE") => has("ENUM"),
        ("CREATE" | "DROP", "INDEX" | "SCHEMA")
        | ("CREATE", "UNIQUE" | "FULLTEXT" | "SPATIAL")
        | ("ALTER", "INDEX")
        | ("DROP" | "ALTER", "TYPE")
        | ("DROP" | "RENAME", "TABLE") => true,
        _ => false,
    }
}

/// A statement with what ends it, as the engine's own client wants it.
fn ended(statement: &Statement<'_>) -> String {
    let whole = format!("{};", statement.sql);
    let alone = statements::split(statement.dialect, &whole);
    match alone.as_slice() {
        [one] if one.sql == statement.sql => whole,
        _ => format!("DELIMITER $$\n{}$$\nDELIMITER ;", statement.sql),
    }
}

fn section(kept: &[&Kept]) -> String {
    let mut text = String::new();
    let mut last = "";
    for one in kept {
        if one.migration != last {
            text += &format!("-- {}\n\n", one.migration);
            last = &one.migration;
        }
        text += &format!("{}\n\n", one.sql);
    }
    text
}

fn together(parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let there: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}\n", there.join("\n\n"))
}
