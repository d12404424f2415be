//! Family D: what is dangerous in SQL that is still to run.
//!
//! A statement is read off its words ([`reading`]), and judged by what is known of its tables from
//! the migrations before it ([`known`]): a table that another pending migration makes is in nobody's
//! way. Lost data and what breaks running code are the same on every engine ([`loss`], [`running`]);
//! locks are found by squawk for PostgreSQL ([`squawk`]), and by rules of our own elsewhere
//! ([`locks`]); [`shape`] looks at a migration as a whole. What is not understood is no finding.

mod action;
mod column;
mod cursor;
mod known;
mod locks;
mod loss;
mod reading;
mod rebuild;
mod rows;
mod rules;
mod running;
mod scene;
mod shape;
mod squawk;
#[cfg(test)]
mod tests;
mod types;

use std::path::PathBuf;

use super::Finding;
use crate::{
    backend::{
        Direction,
        statements::{self, Dialect, Statement, place},
    },
    migration::{Migration, directory::side_by_side, executor::read_sql},
};
use known::Known;
use reading::Reading;
pub use rules::RULES;
use scene::{Danger, Scene};
use shape::Undo;

/// A migration's text, and how it runs.
#[derive(Clone, Debug)]
struct Script<'a> {
    sql: &'a str,
    in_transaction: bool,
    undone_by: Undo,
}

/// What is still to run, among all there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// These, in the order in which they run; the migrations before them say what is there.
    Pending(&'a [&'a Migration]),
    /// Nobody can say: each is judged as if it alone were to run.
    Each,
}

/// What is dangerous in the migrations that are still to run.
///
/// `all` are the migrations on disk in the order in which they run, the repeatable ones last. What
/// cannot be read is left out: family M tells of it.
pub fn check(all: &[&Migration], scope: Scope<'_>, dialect: Dialect) -> Vec<Finding> {
    let texts = side_by_side(all, |migration| Text::read(migration, dialect));
    let is_pending = |migration: &Migration| match scope {
        Scope::Pending(pending) => pending.iter().any(|other| {
            other.version == migration.version && other.is_repeatable() == migration.is_repeatable()
        }),
        Scope::Each => true,
    };
    let (pending, applied): (Vec<_>, Vec<_>) = all
        .iter()
        .zip(texts)
        .filter_map(|(migration, text)| Some((is_pending(migration), text?)))
        .partition(|(pending, _)| *pending);
    let mut known = Known::default();
    // What ran is known first, whatever its place among what did not.
    for (_, text) in applied {
        for statement in statements::split(dialect, &text.up) {
            known.learn(&reading::read(&statement), false);
        }
    }
    let mut findings = Vec::new();
    for (_, text) in pending {
        let script = text.script();
        for danger in judge(&script, dialect, &mut known) {
            let line = place(script.sql, danger.at).line;
            let finding = Finding::new(danger.rule, danger.message).hint(danger.hint);
            findings.push(finding.at(&text.file, line));
        }
        if scope == Scope::Each {
            known.settle();
        }
    }
    findings
}

/// The files of a migration.
struct Text {
    file: PathBuf,
    up: String,
    in_transaction: bool,
    undone_by: Undo,
}

impl Text {
    /// `None` where there is no file, or one that cannot be read.
    fn read(migration: &Migration, dialect: Dialect) -> Option<Self> {
        let file = migration.file(Direction::Forwards)?;
        let up = read_sql(&file).ok()?;
        let down = || read_sql(&migration.file(Direction::Backwards)?).ok();
        let undone_by = if migration.is_repeatable() {
            Undo::Something
        } else if !migration.reversible {
            Undo::Missing
        } else if down().is_some_and(|sql| statements::split(dialect, &sql).is_empty()) {
            Undo::Empty
        } else {
            Undo::Something
        };
        Some(Self {
            file,
            up,
            in_transaction: migration.run_in_transaction(),
            undone_by,
        })
    }

    fn script(&self) -> Script<'_> {
        Script {
            sql: &self.up,
            in_transaction: self.in_transaction,
            undone_by: self.undone_by,
        }
    }
}

/// What of a text destroys data, each with its line: tables, columns, schemas and databases that are
/// dropped, tables that are emptied. Tables that the text itself makes or builds anew do not count.
pub fn destroys_data(dialect: Dialect, sql: &str) -> Vec<(usize, String)> {
    let statements = statements::split(dialect, sql);
    let readings: Vec<Reading> = statements.iter().map(reading::read).collect();
    let mut losses = of_statements(
        sql,
        &statements,
        &readings,
        &mut Known::default(),
        |_, scene| {
            loss::judge(scene);
        },
    );
    losses.retain(loss::is_loss);
    losses
        .into_iter()
        .map(|danger| (place(sql, danger.at).line, danger.message))
        .collect()
}

/// What is dangerous in a script, in the order of its places. What it does is known afterwards.
fn judge(script: &Script<'_>, dialect: Dialect, known: &mut Known) -> Vec<Danger> {
    let statements = statements::split(dialect, script.sql);
    let readings: Vec<Reading> = statements.iter().map(reading::read).collect();
    let violations = match dialect {
        Dialect::Postgres => {
            squawk::violations(&statements, &readings, script.sql, script.in_transaction)
        }
        Dialect::Sqlite | Dialect::Mysql => vec![Vec::new(); statements.len()],
    };
    let mut dangers = shape::judge(script, dialect, &statements, &readings, known);
    dangers.extend(of_statements(
        script.sql,
        &statements,
        &readings,
        known,
        |at, scene| {
            loss::judge(scene);
            running::judge(scene);
            locks::judge(scene);
            squawk::judge(scene, &violations[at]);
        },
    ));
    dangers.sort_by_key(|danger| (danger.at, danger.rule.id));
    dangers.dedup();
    dangers
}

/// Judges each statement by what is known before it; those that build a table anew are one.
fn of_statements(
    source: &str,
    statements: &[Statement<'_>],
    readings: &[Reading],
    known: &mut Known,
    judge: impl Fn(usize, &mut Scene<'_>),
) -> Vec<Danger> {
    let rebuilds = rebuild::find(readings);
    let fresh: Vec<bool> = rebuilds.iter().map(|r| known.is_fresh(&r.table)).collect();
    let mut dangers = Vec::new();
    for rebuild in &rebuilds {
        dangers.extend(loss::of_rebuild(statements, source, known, rebuild));
        dangers.extend(locks::of_rebuild(statements, known, rebuild));
    }
    for (at, (statement, reading)) in statements.iter().zip(readings).enumerate() {
        if !rebuilds
            .iter()
            .any(|rebuild| rebuild.drop == at || rebuild.rename == at)
        {
            let mut scene = Scene::new(statement, reading, known);
            judge(at, &mut scene);
            dangers.extend(scene.dangers);
        }
        known.learn(reading, true);
    }
    for (rebuild, fresh) in rebuilds.iter().zip(fresh) {
        known.set_fresh(&rebuild.table, fresh);
    }
    dangers
}
