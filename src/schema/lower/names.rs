//! Names of constraints and indexes that the models do not name.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    Check, IndexKey, IndexPart, Name, Schema, Table,
    dialect::{Dialect, Named},
    expression,
};

/// A name without its schema, where that is `public` and the schema has nothing by that name: then
/// it is the default one.
pub(super) fn in_default(schema: &Schema, name: &Name) -> Name {
    match name.schema.as_deref() {
        Some("public") if !schema.schemas.contains("public") => Name::new(name.name.clone()),
        _ => name.clone(),
    }
}

/// The columns that an index's name is made of.
pub(in crate::schema) fn of_parts(parts: &[IndexPart]) -> Vec<String> {
    let part = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) => name.clone(),
        IndexKey::Expression(_) => "expr".to_owned(),
    };
    parts.iter().map(part).collect()
}

/// The columns that a check's name is made of: the only one it names, else none.
pub(in crate::schema) fn of_check(table: &Table, check: &Check) -> Vec<String> {
    let columns = table.columns.keys().map(String::as_str);
    let named = expression::mentioned(&check.expression, columns);
    let only = named.first().filter(|_| named.len() == 1);
    only.map(|name| (*name).to_owned()).into_iter().collect()
}

/// How often each name stands in each schema. Constraints and indexes share their names with tables,
/// as in PostgreSQL, which is the strictest.
pub(in crate::schema) fn taken(schema: &Schema) -> BTreeMap<(Option<String>, String), usize> {
    let mut taken = BTreeMap::new();
    for table in schema.tables.values() {
        let key = table.primary_key.iter().filter_map(|key| key.name.as_ref());
        let names = key
            .chain(table.foreign_keys.iter().filter_map(|f| f.name.as_ref()))
            .chain(table.uniques.iter().filter_map(|u| u.name.as_ref()))
            .chain(table.checks.iter().filter_map(|c| c.name.as_ref()))
            .chain(table.indexes.iter().map(|index| &index.name))
            .chain([&table.name.name])
            .filter(|name| !name.is_empty());
        for name in names {
            *taken
                .entry((table.name.schema.clone(), name.clone()))
                .or_default() += 1;
        }
    }
    taken
}

/// Names everything that has no name yet, each name once in a schema.
pub(in crate::schema) fn complete(schema: &mut Schema, dialect: &dyn Dialect) {
    let mut namer = Namer {
        taken: taken(schema).into_keys().collect(),
        dialect,
    };
    for table in schema.tables.values_mut() {
        let checks: Vec<_> = table.checks.iter().map(|c| of_check(table, c)).collect();
        let name = &table.name;
        for key in table.foreign_keys.iter_mut().filter(|f| f.name.is_none()) {
            key.name = namer.name(Named::ForeignKey, name, &key.columns);
        }
        for unique in table.uniques.iter_mut().filter(|u| u.name.is_none()) {
            unique.name = namer.name(Named::Unique, name, &unique.columns);
        }
        for index in table.indexes.iter_mut().filter(|i| i.name.is_empty()) {
            let made = namer.name(Named::Index, name, &of_parts(&index.parts));
            index.name = made.unwrap_or_default();
        }
        for (check, columns) in table.checks.iter_mut().zip(checks) {
            if check.name.is_none() {
                check.name = namer.name(Named::Check, name, &columns);
            }
        }
    }
}

struct Namer<'a> {
    taken: BTreeSet<(Option<String>, String)>,
    dialect: &'a dyn Dialect,
}

impl Namer<'_> {
    fn name(&mut self, named: Named, table: &Name, columns: &[String]) -> Option<String> {
        let wanted = self.dialect.default_name(named, table, columns)?;
        let mut name = wanted.clone();
        let mut number = 0_usize;
        while !self.taken.insert((table.schema.clone(), name.clone())) {
            number += 1;
            let digits = number.to_string();
            let mut end = self.dialect.identifier_limit().saturating_sub(digits.len());
            end = end.min(wanted.len());
            while !wanted.is_char_boundary(end) {
                end -= 1;
            }
            name = format!("{}{digits}", wanted.get(..end).unwrap_or_default());
        }
        Some(name)
    }
}
