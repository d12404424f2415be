//! What was renamed: said beforehand, or guessed and asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{
    Column, Name, Schema, Table,
    questioner::{Questioner, Renames},
};

/// What was renamed between two schemas: what is known beforehand, and what the questioner says of
/// tables and columns that went while alike ones came.
///
/// Known renames that do not fit the schemas are passed over, for a directive may stay in the models
/// long after its migration: the old one has to have gone, or to have been renamed over, and the new
/// one to be new. Names that only change places are left alone for the same reason.
pub fn renames(
    from: &Schema,
    to: &Schema,
    known: &Renames,
    questioner: &mut dyn Questioner,
) -> Renames {
    let mut tables = valid(
        &known.tables,
        |old| from.tables.contains_key(old),
        |new| to.tables.contains_key(new),
        Stale::Refused,
    );
    ask_for_tables(from, to, &mut tables, questioner);
    let mut columns = BTreeMap::new();
    for (new_name, after) in &to.tables {
        let old_name = tables.get(new_name).unwrap_or(new_name);
        let taken = tables.values().any(|old| old == new_name) && old_name == new_name;
        let Some(before) = from.tables.get(old_name).filter(|_| !taken) else {
            continue;
        };
        let mut renamed = valid(
            &of_table(known, new_name),
            |old| before.columns.contains_key(old),
            |new| after.columns.contains_key(new),
            Stale::Refused,
        );
        ask_for_columns(before, after, &mut renamed, questioner);
        for (new, old) in renamed {
            columns.insert((new_name.clone(), new), old);
        }
    }
    Renames { tables, columns }
}

/// What is known of a table's columns: old names by new ones.
pub(super) fn of_table(renames: &Renames, table: &Name) -> BTreeMap<String, String> {
    let columns = renames.columns.iter();
    columns
        .filter(|((owner, _), _)| owner == table)
        .map(|((_, new), old)| (new.clone(), old.clone()))
        .collect()
}

/// Whether an old name may still be there afterwards.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) enum Stale {
    /// No, unless another one was renamed to it.
    Refused,
    /// Yes: what has it then is new.
    New,
}

/// Those of some renames, old names by new ones, that can be carried out: each old name is used
/// once, is there before, and each new name is there afterwards and free, or freed by a rename.
pub(in crate::schema) fn valid<T: Clone + Ord>(
    renames: &BTreeMap<T, T>,
    is_before: impl Fn(&T) -> bool,
    is_after: impl Fn(&T) -> bool,
    stale: Stale,
) -> BTreeMap<T, T> {
    let mut used = BTreeSet::new();
    let mut valid: BTreeMap<T, T> = renames
        .iter()
        .filter(|(new, old)| new != old && is_before(old) && is_after(new))
        .filter(|(_, old)| used.insert((*old).clone()))
        .map(|(new, old)| (new.clone(), old.clone()))
        .collect();
    loop {
        let olds: BTreeSet<&T> = valid.values().collect();
        let broken = valid.iter().find(|(new, old)| {
            let is_free = !is_before(new) || olds.contains(new);
            let is_gone = stale == Stale::New || !is_after(old) || valid.contains_key(*old);
            !(is_free && is_gone)
        });
        let Some(broken) = broken.map(|(new, _)| new.clone()) else {
            break;
        };
        valid.remove(&broken);
    }
    if stale == Stale::Refused {
        drop_circles(&mut valid);
    }
    valid
}

/// Takes out renames that lead back to where they began.
fn drop_circles<T: Clone + Ord>(renames: &mut BTreeMap<T, T>) {
    let in_circle = |start: &T| {
        let mut at = start;
        for _ in 0..renames.len() {
            match renames.get(at) {
                Some(old) if old == start => return true,
                Some(old) => at = old,
                None => return false,
            }
        }
        false
    };
    let circles: Vec<T> = renames
        .keys()
        .filter(|new| in_circle(new))
        .cloned()
        .collect();
    for new in circles {
        renames.remove(&new);
    }
}

fn ask_for_tables(
    from: &Schema,
    to: &Schema,
    renames: &mut BTreeMap<Name, Name>,
    questioner: &mut dyn Questioner,
) {
    let came = to
        .tables
        .values()
        .filter(|table| !from.tables.contains_key(&table.name));
    for after in came {
        if renames.contains_key(&after.name) {
            continue;
        }
        let mut candidates: Vec<(usize, &Name)> = from
            .tables
            .values()
            .filter(|before| !to.tables.contains_key(&before.name))
            .filter(|before| !renames.values().any(|old| *old == before.name))
            .filter_map(|before| Some((likeness(before, after)?, &before.name)))
            .collect();
        candidates.sort_by(|(a, a_name), (b, b_name)| b.cmp(a).then(a_name.cmp(b_name)));
        let mut candidates = candidates.into_iter().map(|(_, name)| name);
        if let Some(old) = candidates.find(|old| questioner.is_table_renamed(old, &after.name)) {
            renames.insert(after.name.clone(), old.clone());
        }
    }
}

/// How alike the columns of two tables are, in percent; none where less than two thirds are.
fn likeness(before: &Table, after: &Table) -> Option<usize> {
    let columns = |table: &Table| -> BTreeSet<(String, String)> {
        let columns = table.columns.values();
        columns
            .map(|column| (column.name.clone(), base_type(&column.sql_type)))
            .collect()
    };
    let (before, after) = (columns(before), columns(after));
    let shared = before.intersection(&after).count();
    let all = before.len().max(after.len());
    (shared > 0 && shared * 3 >= all * 2).then(|| shared * 100 / all)
}

fn ask_for_columns(
    before: &Table,
    after: &Table,
    renames: &mut BTreeMap<String, String>,
    questioner: &mut dyn Questioner,
) {
    let came = (after.columns.values()).filter(|new| !before.columns.contains_key(&new.name));
    for new in came {
        if renames.contains_key(&new.name) {
            continue;
        }
        let mut candidates: Vec<&Column> = before
            .columns
            .values()
            .filter(|old| !after.columns.contains_key(&old.name))
            .filter(|old| !renames.values().any(|name| *name == old.name))
            .filter(|old| base_type(&old.sql_type) == base_type(&new.sql_type))
            .filter(|old| old.generated.is_some() == new.generated.is_some())
            .collect();
        // The likeliest question first, so that one answer most often is enough.
        let distance = |old: &Column| strsim::damerau_levenshtein(&old.name, &new.name);
        candidates.sort_by_key(|old| distance(old));
        let mut candidates = candidates.into_iter();
        let is_renamed = |old: &&Column| questioner.is_column_renamed(&after.name, old, new);
        if let Some(old) = candidates.find(is_renamed) {
            renames.insert(new.name.clone(), old.name.clone());
        }
    }
}

/// A type without its length: `numeric(10,2)[]` is a `numeric[]`.
fn base_type(sql_type: &str) -> String {
    let (head, tail) = sql_type.split_once('(').unwrap_or((sql_type, ""));
    let tail = tail.rsplit_once(')').map_or("", |(_, tail)| tail);
    (head.trim_end().to_owned() + tail).to_lowercase()
}
