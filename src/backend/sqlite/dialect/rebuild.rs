//! Builds tables anew, where SQLite cannot change them.
//!
//! SQLite's [own steps] want `foreign_keys` off, which nothing can switch inside a transaction; with
//! it on, dropping a table deletes or changes the rows that refer to it. So every table that refers
//! to one that is built anew, directly or not, is built anew with it: all move away to other names
//! (their references follow), are created again, filled, and the old ones dropped when no table
//! refers to them any more. Nothing depends on whether foreign keys are enforced.
//!
//! Views and triggers would follow the old tables, so they are dropped first and created last.
//!
//! [own steps]: https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes

use std::collections::{BTreeMap, BTreeSet};

use super::{
    create, native,
    rename::Definitions,
    sample,
    story::{Fate, Story},
    words,
};
use crate::schema::{
    Column, Name, Schema, Table,
    dialect::{Change, Script, Unsupported},
    operation::{Fill, Operation, destroyed_column},
};

/// The statements of a change that builds tables anew.
pub(super) fn script(change: &Change<'_>, story: &Story<'_>) -> Result<Script, Unsupported> {
    let mut script = Script::default();
    let mut tables = change.from.tables.values().chain(change.to.tables.values());
    if tables.any(|table| !table.foreign_keys.is_empty()) {
        script.push("PRAGMA defer_foreign_keys = ON");
    }
    let definitions = Definitions::read(change, story);
    for trigger in &definitions.triggers_before {
        let name = words::quote(&trigger.name);
        script.push(format!("DROP TRIGGER IF EXISTS {name}"));
    }
    for view in &definitions.views {
        script.push(format!("DROP VIEW IF EXISTS {}", words::quote(&view.name)));
    }
    let aside = move_aside(&mut script, change, story);
    for (place, operation) in change.operations.iter().enumerate() {
        if !story.of(place).rebuilt {
            native::alter(&mut script, story, place, operation)?;
        }
    }
    let rebuilt: Vec<&Fate<'_>> = story.rebuilt().collect();
    let order = parents_first(rebuilt.iter().filter_map(|fate| fate.to));
    let in_order: Vec<&Fate<'_>> = order
        .iter()
        .filter_map(|name| {
            let mut fates = rebuilt.iter();
            fates.find(|fate| fate.to.is_some_and(|table| table.name == *name))
        })
        .copied()
        .collect();
    for fate in &in_order {
        if let Some(table) = fate.to {
            script.push(create::table(&in_place(fate, table))?);
        }
    }
    let moved = Moved {
        story,
        aside: &aside,
    };
    let mut stand_ins = StandIns::new(moved);
    for fate in &in_order {
        if let Some((from, to)) = fate.ends() {
            let old = aside.get(&from.name).unwrap_or(&from.name);
            stand_ins.for_rows_of(&mut script, fate, to, old);
            copy(&mut script, &moved, fate, old);
            sequence(&mut script, from, to, old);
        }
    }
    drop_old(&mut script, story, &aside);
    indexes(&mut script, change, story)?;
    for definition in definitions.views.iter().chain(&definitions.triggers) {
        script.push(&*definition.sql);
    }
    if let Some(first) = script.statements.first_mut() {
        first.comment = Some(why(story));
    }
    Ok(script)
}

/// Says what is done, to whom reads the migration.
fn why(story: &Story<'_>) -> String {
    let names = |altered: bool| {
        let fates = story.rebuilt().filter(move |fate| fate.altered == altered);
        let names: Vec<String> = fates
            .filter_map(|fate| Some(format!("`{}`", fate.to?.name)))
            .collect();
        names
    };
    let (altered, referring) = (names(true), names(false));
    let verb = |names: &[String], one: &'static str, many: &'static str| {
        if names.len() == 1 { one } else { many }
    };
    let mut text = format!(
        "SQLite cannot change this in place: {} {} built anew",
        altered.join(", "),
        verb(&altered, "is", "are")
    );
    if !referring.is_empty() {
        text.push_str(&format!(
            ", with {}, which {} to {}",
            referring.join(", "),
            verb(&referring, "refers", "refer"),
            verb(&altered, "it", "them")
        ));
    }
    text
}

/// Gives the tables that are built anew other names, and the dropped ones whose name another takes.
fn move_aside(script: &mut Script, change: &Change<'_>, story: &Story<'_>) -> BTreeMap<Name, Name> {
    let mut taken: BTreeSet<String> = [change.from, change.to]
        .into_iter()
        .flat_map(names_of)
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let mut aside = BTreeMap::new();
    for fate in &story.fates {
        let Some(from) = fate.from else { continue };
        let replaced = fate.to.is_none()
            && story
                .fates
                .iter()
                .any(|other| other.to.is_some_and(|table| table.name == from.name));
        if !fate.rebuilt && !replaced {
            continue;
        }
        let mut free = format!("{}__old", from.name.name);
        while !taken.insert(free.to_ascii_lowercase()) {
            free.push('_');
        }
        let free = Name::new(free);
        script.push(native::rename_table(&from.name, &free));
        aside.insert(from.name.clone(), free);
    }
    aside
}

fn names_of(schema: &Schema) -> impl Iterator<Item = &String> {
    let indexes = schema.tables.values().flat_map(|table| &table.indexes);
    schema
        .tables
        .keys()
        .chain(schema.views.keys())
        .map(|name| &name.name)
        .chain(indexes.map(|index| &index.name))
}

/// A table whose columns keep their places where nothing asks for others.
fn in_place(fate: &Fate<'_>, to: &Table) -> Table {
    let mut table = to.clone();
    if !fate.altered {
        let place = |name: &String| fate.columns.get_index_of(name).unwrap_or(usize::MAX);
        table
            .columns
            .sort_by(|one, _, other, _| place(one).cmp(&place(other)));
    }
    table
}

/// Fills a table from the one it replaces.
fn copy(script: &mut Script, moved: &Moved<'_>, fate: &Fate<'_>, old: &Name) {
    let Some((from, to)) = fate.ends() else {
        return;
    };
    let mut into = Vec::new();
    let mut values = Vec::new();
    if let Some((target, source)) = rowids(from, to) {
        into.push(target);
        values.push(source);
    }
    let mut notes: Vec<String> = fate
        .lost
        .iter()
        .filter_map(|name| destroyed_column(&from.name, from.columns.get(name)?))
        .map(|what| format!("destroys data: {what}"))
        .collect();
    for column in to.columns.values() {
        let source = fate.columns.get(&column.name).cloned().flatten();
        let was = source.as_ref().and_then(|name| from.columns.get(name));
        if let Some(value) = value(moved, fate, to, column, was)
            && !into.contains(&words::quote(&column.name))
        {
            into.push(words::quote(&column.name));
            values.push(value);
        }
        if let Some(was) = was.filter(|was| was.generated.is_none())
            && column.generated.is_some()
            && let Some(what) = destroyed_column(&from.name, was)
        {
            notes.push(format!("destroys data: {what}"));
        }
        if let Some(Fill::Placeholder) = fate.fills.get(&column.name) {
            let name = &column.name;
            notes.push(match was {
                None => format!("the data of `{name}` are lost: every row gets a placeholder"),
                Some(_) => format!("`{name}` may not be null here: nulls become a placeholder"),
            });
        }
    }
    if into.is_empty() {
        return;
    }
    let sql = format!(
        "INSERT INTO {} ({})\nSELECT {}\nFROM {}",
        words::quote(&to.name.name),
        into.join(", "),
        values.join(", "),
        words::quote(&old.name)
    );
    if notes.is_empty() {
        script.push(sql);
    } else {
        script.push_noted(notes.join("\n"), sql);
    }
}

/// The rowid on both sides, where no column stands for it on both.
fn rowids(from: &Table, to: &Table) -> Option<(String, String)> {
    if create::is_without_rowid(from) || create::is_without_rowid(to) {
        return None;
    }
    let free = |table: &Table| {
        ["rowid", "_rowid_", "oid"].into_iter().find(|name| {
            let mut columns = table.columns.keys();
            !columns.any(|column| column.eq_ignore_ascii_case(name))
        })
    };
    let source = free(from)?;
    let key = to
        .columns
        .values()
        .find(|column| create::is_rowid_alias(to, column));
    match key {
        // The key's own value is copied as any column's, if it has one.
        Some(key) if from.columns.contains_key(&key.name) => None,
        Some(key) => Some((words::quote(&key.name), source.to_owned())),
        None => Some((free(to)?.to_owned(), source.to_owned())),
    }
}

/// What a column gets from the old table; none where its default or null will do.
fn value(
    moved: &Moved<'_>,
    fate: &Fate<'_>,
    to: &Table,
    column: &Column,
    was: Option<&Column>,
) -> Option<String> {
    if column.generated.is_some() {
        return None;
    }
    let fill = fate.fills.get(&column.name).map(|fill| match fill {
        Fill::Expression(expression) => expression.clone(),
        Fill::Placeholder => placeholder(moved, to, column),
    });
    let Some(was) = was else { return fill };
    let old = converted(was, column);
    let fill = fill.or_else(|| {
        column
            .default
            .clone()
            .filter(|_| was.nullable && !column.nullable)
    });
    Some(match fill {
        Some(fill) => format!("COALESCE({old}, {fill})"),
        None => old,
    })
}

/// An old value as one of the new type, where its text has to be another one.
fn converted(was: &Column, column: &Column) -> String {
    let name = words::quote(&was.name);
    let has_time = |column: &Column| {
        let moments = ["TIMESTAMP", "DATETIME"];
        let mut moments = moments.iter();
        moments.any(|moment| column.sql_type.starts_with(moment))
    };
    match (&*was.sql_type, &*column.sql_type) {
        ("DATE", _) if has_time(column) => format!("datetime({name})"),
        (_, "DATE") if has_time(was) => format!("date({name})"),
        _ => name,
    }
}

/// Where the rows are.
#[derive(Clone, Copy)]
struct Moved<'a> {
    story: &'a Story<'a>,
    aside: &'a BTreeMap<Name, Name>,
}

impl<'a> Moved<'a> {
    /// A column of a table, as its rows are found while tables are filled one after the other.
    fn filled(&self, table: &'a Name, column: &'a str) -> (&'a Name, &'a str) {
        let mut rebuilt = self.story.rebuilt();
        let fate = rebuilt.find(|fate| fate.to.is_some_and(|to| to.name == *table));
        let old = fate.and_then(|fate| {
            let name = self.aside.get(&fate.from?.name)?;
            let column = fate.columns.get(column)?.as_deref()?;
            Some((name, column))
        });
        old.unwrap_or((table, column))
    }
}

/// Rows for tables that come back empty, where rows that are there have to refer to one.
struct StandIns<'a> {
    moved: Moved<'a>,
    /// The tables that are new, without those that have a row.
    empty: BTreeMap<&'a Name, &'a Table>,
}

impl<'a> StandIns<'a> {
    fn new(moved: Moved<'a>) -> Self {
        let new = moved.story.fates.iter().filter(|fate| fate.from.is_none());
        let new = new.filter_map(|fate| fate.to);
        Self {
            moved,
            empty: new.map(|table| (&table.name, table)).collect(),
        }
    }

    /// Pushes a row for every empty table that a table's lost columns refer to.
    fn for_rows_of(&mut self, script: &mut Script, fate: &Fate<'_>, to: &Table, old: &Name) {
        for key in &to.foreign_keys {
            let lost = key.columns.iter().any(|name| {
                matches!(fate.fills.get(name), Some(Fill::Placeholder))
                    && to.columns.get(name).is_some_and(|column| !column.nullable)
            });
            if lost {
                self.fill(script, &key.table, old);
            }
        }
    }

    fn fill(&mut self, script: &mut Script, name: &Name, old: &Name) {
        let Some(table) = self.empty.remove(name) else {
            return;
        };
        let needed: Vec<&Column> = table
            .columns
            .values()
            .filter(|column| column.generated.is_none())
            .filter(|column| {
                table.key_columns().contains(&column.name)
                    || (!column.nullable && column.default.is_none())
            })
            .collect();
        for key in &table.foreign_keys {
            if needed
                .iter()
                .any(|column| key.columns.contains(&column.name))
            {
                self.fill(script, &key.table, old);
            }
        }
        let (names, values): (Vec<String>, Vec<String>) = needed
            .iter()
            .map(|column| {
                (
                    words::quote(&column.name),
                    placeholder(&self.moved, table, column),
                )
            })
            .unzip();
        let table = words::quote(&name.name);
        let (into, values) = if names.is_empty() {
            ("rowid".to_owned(), "1".to_owned())
        } else {
            (names.join(", "), values.join(", "))
        };
        script.push_noted(
            format!("the rows of `{name}` are lost: one placeholder stands for them"),
            format!(
                "INSERT INTO {table} ({into})\nSELECT {values}\nWHERE EXISTS (SELECT 1 FROM {})",
                words::quote(&old.name)
            ),
        );
    }
}

/// A value for a column whose data are lost.
fn placeholder(moved: &Moved<'_>, table: &Table, column: &Column) -> String {
    let reference = table
        .foreign_keys
        .iter()
        .find(|key| key.columns == [column.name.clone()]);
    if let Some((key, referred)) = reference.and_then(|key| Some((key, key.referred.first()?))) {
        // A row can always refer to itself.
        if key.table == table.name {
            return own(moved, table, referred);
        }
        let (parent, referred) = moved.filled(&key.table, referred);
        return format!(
            "(SELECT {} FROM {} LIMIT 1)",
            words::quote(referred),
            words::quote(&parent.name)
        );
    }
    let is_unique = table.key_columns().contains(&column.name)
        || table
            .uniques
            .iter()
            .any(|unique| unique.columns.contains(&column.name))
        || table.indexes.iter().any(|index| {
            index.unique
                && index.parts.iter().any(|part| {
                    matches!(&part.key, crate::schema::IndexKey::Column(name) if *name == column.name)
                })
        });
    if is_unique {
        return sample::distinct(column);
    }
    sample::value(table, column, 0).unwrap_or_else(|| "NULL".to_owned())
}

/// What a column gets in the same row, in the words of the statement that fills the table.
fn own(moved: &Moved<'_>, table: &Table, name: &str) -> String {
    let Some(column) = table.columns.get(name) else {
        return words::quote(name);
    };
    let mut fates = moved.story.fates.iter();
    let fate = fates.find(|fate| fate.to.is_some_and(|to| to.name == table.name));
    let staying = fate.and_then(|fate| Some((fate, fate.from?)));
    let was = staying.and_then(|(fate, from)| {
        let old = fate.columns.get(name)?.as_deref()?;
        from.columns.get(old)
    });
    let refers_to_a_row = (table.foreign_keys.iter())
        .any(|key| key.table == table.name && key.columns.iter().any(|other| other == name));
    match staying {
        Some((fate, from)) => match (was, rowids(from, table)) {
            (None, Some((target, source))) if target == words::quote(name) => source,
            (None, _) if refers_to_a_row => sample::distinct(column),
            _ => value(moved, fate, table, column, was).unwrap_or_else(|| "NULL".to_owned()),
        },
        None if refers_to_a_row => sample::distinct(column),
        None => placeholder(moved, table, column),
    }
}

/// Lets a table count on from where it was: <https://www.sqlite.org/autoinc.html>.
fn sequence(script: &mut Script, from: &Table, to: &Table, old: &Name) {
    let counts = |table: &Table| table.columns.values().any(|column| column.auto.is_some());
    if !counts(from) || !counts(to) {
        return;
    }
    let (old, new) = (words::literal(&old.name), words::literal(&to.name.name));
    script.push_noted(
        format!("`{}` goes on counting where it was", to.name),
        format!("DELETE FROM sqlite_sequence WHERE name = {new}"),
    );
    script.push(format!(
        "INSERT INTO sqlite_sequence (name, seq)\nSELECT {new}, seq\nFROM sqlite_sequence\nWHERE name = {old}"
    ));
}

/// Drops what was moved aside and what is dropped anyway, those that refer first.
fn drop_old(script: &mut Script, story: &Story<'_>, aside: &BTreeMap<Name, Name>) {
    let gone = story
        .fates
        .iter()
        .filter(|fate| fate.rebuilt || fate.to.is_none())
        .filter_map(|fate| fate.from);
    let order = parents_first(gone);
    let going: Vec<native::Going<'_>> = order
        .iter()
        .rev()
        .filter_map(|name| {
            let mut fates = story.fates.iter();
            let fate = fates.find(|fate| fate.from.is_some_and(|table| table.name == *name))?;
            Some(native::Going {
                table: fate.from?,
                now: aside.get(name).unwrap_or(name),
                destroys: fate.to.is_none(),
            })
        })
        .collect();
    native::drop_tables(script, &going);
}

/// Creates indexes when the old tables have given their names back.
fn indexes(script: &mut Script, change: &Change<'_>, story: &Story<'_>) -> Result<(), Unsupported> {
    for fate in &story.fates {
        if let Some(table) = fate.to.filter(|_| fate.rebuilt || fate.from.is_none()) {
            native::indexes(script, table)?;
        }
    }
    for (place, operation) in change.operations.iter().enumerate() {
        let fate = story.of(place);
        let Some((_, to)) = fate.ends().filter(|_| !fate.rebuilt) else {
            continue;
        };
        match operation {
            Operation::AddIndex(_, index) => script.push(create::index(to, index)?),
            Operation::RenameIndex { to: name, .. } => {
                script.push(create::index(to, native::named_index(to, name)?)?);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The names of tables, those that others refer to first; in a circle, by name.
fn parents_first<'a>(tables: impl Iterator<Item = &'a Table>) -> Vec<Name> {
    fn visit(
        name: &Name,
        tables: &BTreeMap<&Name, &Table>,
        seen: &mut BTreeSet<Name>,
        order: &mut Vec<Name>,
    ) {
        let Some(table) = tables.get(name) else {
            return;
        };
        if !seen.insert(name.clone()) {
            return;
        }
        for key in &table.foreign_keys {
            visit(&key.table, tables, seen, order);
        }
        order.push(name.clone());
    }
    let tables: BTreeMap<&Name, &Table> = tables.map(|table| (&table.name, table)).collect();
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for name in tables.keys() {
        visit(name, &tables, &mut seen, &mut order);
    }
    order
}
