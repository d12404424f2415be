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

use super::Finding;
use crate::{
    backend::{
        Direction,
        statements::{self, Dialect, Statement, place},
    },
    migration::{
        Migration,
        directory::{Sound, Texts},
        history::History,
    },
};
use known::Known;
use reading::Reading;
pub use rules::RULES;
use scene::{Danger, Scene};
use shape::Undo;
pub(crate) use squawk::is_attempting;

/// A migration's text, and how it runs.
#[derive(Clone, Debug)]
struct Script<'a> {
    sql: &'a str,
    in_transaction: bool,
    undone_by: Undo,
}

/// What is still to run.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// What a database lacks. What it has says which tables there are.
    Pending(&'a History),
    /// Nobody can say: each migration is judged as if it alone were to run.
    Each(&'a Sound),
}

/// What is dangerous in the migrations that are still to run.
///
/// What cannot be read is left out: family M tells of it.
pub fn check(scope: Scope<'_>, texts: &Texts, dialect: Dialect) -> Vec<Finding> {
    let mut known = Known::default();
    let pending: Vec<&Migration> = match scope {
        Scope::Pending(history) => {
            let entries = history.entries().into_iter();
            let applied = entries.filter(|entry| history.is_applied(entry.version));
            for migration in applied.filter_map(|entry| entry.migration) {
                for statement in up(migration, texts, dialect) {
                    known.learn(&reading::read(&statement), false);
                }
            }
            let mut pending = history.pending();
            pending.extend(history.pending_repeatables());
            pending
        }
        Scope::Each(found) => found.migrations.iter().chain(&found.repeatables).collect(),
    };
    let mut findings = Vec::new();
    for migration in pending {
        findings.extend(of_migration(migration, texts, dialect, &mut known));
        if matches!(scope, Scope::Each(_)) {
            known.settle();
        }
    }
    findings
}

fn up<'t>(migration: &Migration, texts: &'t Texts, dialect: Dialect) -> Vec<Statement<'t>> {
    let file = migration.file(Direction::Forwards);
    let text = file.and_then(|file| texts.get(&file)?.ok());
    text.map_or_else(Vec::new, |sql| statements::split(dialect, sql))
}

fn of_migration(
    migration: &Migration,
    texts: &Texts,
    dialect: Dialect,
    known: &mut Known,
) -> Vec<Finding> {
    let text = |direction| {
        let file = migration.file(direction)?;
        let sql = texts.get(&file)?.ok()?;
        Some((file, sql))
    };
    let Some((file, sql)) = text(Direction::Forwards) else {
        return Vec::new();
    };
    let undone_by = if migration.is_repeatable() {
        Undo::Something
    } else if !migration.reversible {
        Undo::Missing
    } else if text(Direction::Backwards)
        .is_some_and(|(_, sql)| statements::split(dialect, sql).is_empty())
    {
        Undo::Empty
    } else {
        Undo::Something
    };
    let script = Script {
        sql,
        in_transaction: migration.run_in_transaction(),
        undone_by,
    };
    judge(&script, dialect, known)
        .into_iter()
        .map(|danger| {
            Finding::new(danger.rule, danger.message)
                .hint(danger.hint)
                .of(&migration.name)
                .at_place(&file, place(sql, danger.at))
        })
        .collect()
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
        for (rebuild, fresh) in rebuilds.iter().zip(&fresh) {
            if rebuild.last() == at {
                known.rebuild(&rebuild.table, *fresh);
            }
        }
    }
    known.end_file();
    dangers
}
