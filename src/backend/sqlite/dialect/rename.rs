//! Triggers and views, as they read after tables and columns have other names.

use std::collections::BTreeMap;

use super::{create, native, story::Story, words};
use crate::{
    backend::{
        Access,
        sqlite::{
            connect,
            tokens::{Tokens, mentions},
        },
        url::SqliteLocation,
    },
    schema::{Definition, Schema, dialect::Change},
};

/// What creates the triggers and views of a schema.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// The views.
    pub(super) views: Vec<Definition>,
    /// The triggers, of tables and of views.
    pub(super) triggers: Vec<Definition>,
    /// The triggers that are there at first, those that go with their tables among them.
    pub(super) triggers_before: Vec<Definition>,
}

impl Definitions {
    /// Those that are there before and after a change. Whichever end knows of some has the word: a
    /// schema made of models knows none.
    pub(super) fn read(change: &Change<'_>, story: &Story<'_>) -> Self {
        let known = |schema: &Schema| {
            let mut tables = schema.tables.values();
            tables.any(|table| !table.triggers.0.is_empty())
                || schema
                    .views
                    .values()
                    .any(|view| !view.definitions.0.is_empty())
        };
        if !known(change.from) {
            let mut all = Self::of(change.to);
            all.triggers_before.clone_from(&all.triggers);
            return all;
        }
        let mut all = Self::of(change.from);
        all.triggers_before.clone_from(&all.triggers);
        let gone = story.fates.iter().filter(|fate| fate.to.is_none());
        for table in gone.filter_map(|fate| fate.from) {
            all.triggers
                .retain(|trigger| !table.triggers.0.contains(trigger));
        }
        let new = story.fates.iter().filter(|fate| fate.from.is_none());
        for table in new.filter_map(|fate| fate.to) {
            all.triggers.extend(table.triggers.0.iter().cloned());
        }
        let changed = by_engine(change, &all).unwrap_or_default();
        for (kind, definitions) in [("view", &mut all.views), ("trigger", &mut all.triggers)] {
            for definition in definitions {
                let key = format!("{kind} {}", definition.name);
                definition.sql = match changed.get(&key) {
                    Some(sql) => sql.clone(),
                    None => renamed(&definition.sql, story),
                };
            }
        }
        all
    }

    fn of(schema: &Schema) -> Self {
        let mut all = Self::default();
        for view in schema.views.values() {
            if let Some((own, triggers)) = view.definitions.0.split_first() {
                all.views.push(own.clone());
                all.triggers.extend_from_slice(triggers);
            }
        }
        for table in schema.tables.values() {
            all.triggers.extend_from_slice(&table.triggers.0);
        }
        all
    }
}

/// What SQLite itself makes of triggers and views, by kind and name, when the tables and columns
/// they name are renamed; none where nothing is, or where it cannot be tried: one of them needs
/// something that is no part of the schema.
fn by_engine(change: &Change<'_>, all: &Definitions) -> Option<BTreeMap<String, String>> {
    let renames: Vec<String> = change
        .operations
        .iter()
        .filter_map(native::rename)
        .collect();
    if renames.is_empty() || (all.views.is_empty() && all.triggers_before.is_empty()) {
        return None;
    }
    let mut database = connect(&SqliteLocation::Memory, Access::Change, "").ok()?;
    for table in change.from.tables.values() {
        database.execute(&create::table(table).ok()?).ok()?;
    }
    let definitions = all.views.iter().chain(&all.triggers_before);
    let definitions = definitions.map(|definition| &definition.sql);
    for sql in definitions.chain(&renames) {
        database.execute(sql).ok()?;
    }
    let found = database.pairs(
        "SELECT type || ' ' || name AS a, sql AS b FROM sqlite_schema WHERE type IN ('view', 'trigger')",
    );
    Some(found.ok()?.into_iter().collect())
}

/// A statement with the new names of tables, and of the columns of those it names.
fn renamed(sql: &str, story: &Story<'_>) -> String {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for fate in &story.fates {
        let Some((from, to)) = fate.ends() else {
            continue;
        };
        if !mentions(sql, &from.name.name) {
            continue;
        }
        if from.name != to.name {
            pairs.push((&from.name.name, &to.name.name));
        }
        let columns = fate.columns.iter();
        pairs.extend(columns.filter_map(|(new, old)| {
            let old = old.as_ref().filter(|old| *old != new)?;
            Some((&**old, &**new))
        }));
    }
    if pairs.is_empty() {
        return sql.to_owned();
    }
    Tokens::new(sql).replace(|name| {
        let pair = pairs.iter().find(|(old, _)| old.eq_ignore_ascii_case(name));
        pair.map(|(_, new)| words::quote(new))
    })
}
