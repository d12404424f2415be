//! Unique constraints, indexes and checks.

use super::{
    super::{Check, Index, IndexKey, Table, Unique, declared::DeclaredTable, expression},
    Lowering,
    matching::{Likeness, is_same_text, left_over, matches, texts},
};

/// Whether all of some columns are there.
fn has_all<'a>(table: &Table, columns: impl IntoIterator<Item = &'a String>) -> bool {
    columns
        .into_iter()
        .all(|column| table.columns.contains_key(column))
}

/// Whether all columns that a text names, of those the table had, are there.
fn has_named(table: &Table, before: &Table, text: &str) -> bool {
    let gone = before.columns.keys().map(String::as_str);
    let gone = gone.filter(|name| !table.columns.contains_key(*name));
    expression::mentioned(text, gone).is_empty()
}

impl Lowering<'_> {
    pub(super) fn uniques(
        &self,
        declared: &DeclaredTable,
        table: &mut Table,
        before: Option<&Table>,
    ) {
        let known = before.map_or(&[][..], |before| &before.uniques);
        let wanted: Vec<Option<&str>> =
            declared.uniques.iter().map(|u| u.name.as_deref()).collect();
        let names: Vec<Option<&str>> = known.iter().map(|u| u.name.as_deref()).collect();
        let found = matches(&wanted, &names, |own, other| {
            match (declared.uniques.get(own), known.get(other)) {
                (Some(own), Some(other))
                    if own.columns == other.columns
                        && own.nulls_not_distinct == other.nulls_not_distinct
                        && own.deferrable == other.deferrable =>
                {
                    Likeness::Same
                }
                _ => Likeness::None,
            }
        });
        for (own, found) in declared.uniques.iter().zip(&found) {
            let known = found.and_then(|found| known.get(found.index));
            table.uniques.push(Unique {
                name: own
                    .name
                    .clone()
                    .or_else(|| known.and_then(|known| known.name.clone())),
                columns: own.columns.clone(),
                nulls_not_distinct: own.nulls_not_distinct,
                deferrable: own.deferrable,
                extra: known.map(|known| known.extra.clone()).unwrap_or_default(),
            });
        }
        if !self.scope.uniques {
            for index in left_over(&wanted, &names, &found) {
                let unique = known
                    .get(index)
                    .filter(|unique| has_all(table, &unique.columns));
                table.uniques.extend(unique.cloned());
            }
        }
    }

    pub(super) fn checks(
        &self,
        declared: &DeclaredTable,
        table: &mut Table,
        before: Option<&Table>,
    ) {
        let known = before.map_or(&[][..], |before| &before.checks);
        let wanted: Vec<Option<&str>> = declared.checks.iter().map(|c| c.name.as_deref()).collect();
        let names: Vec<Option<&str>> = known.iter().map(|c| c.name.as_deref()).collect();
        let found = matches(&wanted, &names, |own, other| {
            match (declared.checks.get(own), known.get(other)) {
                (Some(own), Some(other)) => texts(&own.expression, &other.expression),
                _ => Likeness::None,
            }
        });
        for (own, found) in declared.checks.iter().zip(&found) {
            let known = found.and_then(|found| Some((known.get(found.index)?, found.is_same)));
            let text = known
                .filter(|(_, is_same)| *is_same)
                .map(|(known, _)| &known.expression);
            table.checks.push(Check {
                name: own
                    .name
                    .clone()
                    .or_else(|| known.and_then(|(known, _)| known.name.clone())),
                expression: text.unwrap_or(&own.expression).clone(),
                extra: known
                    .map(|(known, _)| known.extra.clone())
                    .unwrap_or_default(),
            });
        }
        if let Some(before) = before.filter(|_| !self.scope.checks) {
            for index in left_over(&wanted, &names, &found) {
                let check = known
                    .get(index)
                    .filter(|check| has_named(table, before, &check.expression));
                table.checks.extend(check.cloned());
            }
        }
    }

    pub(super) fn indexes(
        &self,
        declared: &DeclaredTable,
        table: &mut Table,
        before: Option<&Table>,
    ) {
        let known = before.map_or(&[][..], |before| &before.indexes);
        // Where `btree` is not the default, introspection says it.
        let says_btree = known
            .iter()
            .any(|index| index.method.as_deref() == Some("btree"));
        let own: Vec<Index> = declared
            .indexes
            .iter()
            .map(|index| Index {
                name: index.name.clone().unwrap_or_default(),
                parts: index.parts.clone(),
                unique: index.unique,
                method: (index.method.clone()).filter(|method| says_btree || method != "btree"),
                predicate: index.predicate.clone(),
                include: index.include.clone(),
                nulls_not_distinct: index.nulls_not_distinct,
                extra: Vec::new(),
            })
            .collect();
        let wanted: Vec<Option<&str>> =
            declared.indexes.iter().map(|i| i.name.as_deref()).collect();
        let names: Vec<Option<&str>> = known.iter().map(|i| Some(i.name.as_str())).collect();
        let found = matches(&wanted, &names, |index, other| {
            match (own.get(index), known.get(other)) {
                (Some(own), Some(other)) => likeness(own, other),
                _ => Likeness::None,
            }
        });
        for (mut index, found) in own.into_iter().zip(&found) {
            let there = found.and_then(|found| Some((known.get(found.index)?, found.is_same)));
            if let Some((there, is_same)) = there {
                if index.name.is_empty() {
                    index.name.clone_from(&there.name);
                }
                if is_same {
                    index.parts.clone_from(&there.parts);
                    index.predicate.clone_from(&there.predicate);
                }
                index.extra.clone_from(&there.extra);
            }
            table.indexes.push(index);
        }
        if let Some(before) = before.filter(|_| !self.scope.indexes) {
            for index in left_over(&wanted, &names, &found) {
                let index = known
                    .get(index)
                    .filter(|index| stands(index, table, before));
                table.indexes.extend(index.cloned());
            }
        }
    }
}

/// Whether everything an index is over is there.
fn stands(index: &Index, table: &Table, before: &Table) -> bool {
    index.parts.iter().all(|part| match &part.key {
        IndexKey::Column(name) => table.columns.contains_key(name),
        IndexKey::Expression(sql) => has_named(table, before, sql),
    }) && has_all(table, &index.include)
        && index
            .predicate
            .as_ref()
            .is_none_or(|predicate| has_named(table, before, predicate))
}

fn likeness(own: &Index, other: &Index) -> Likeness {
    let are_alike = own.unique == other.unique
        && own.method == other.method
        && own.include == other.include
        && own.nulls_not_distinct == other.nulls_not_distinct
        && own.predicate.is_some() == other.predicate.is_some()
        && own.parts.len() == other.parts.len();
    if !are_alike {
        return Likeness::None;
    }
    let predicate = match (&own.predicate, &other.predicate) {
        (Some(own), Some(other)) => texts(own, other),
        _ => Likeness::Same,
    };
    let parts = own.parts.iter().zip(&other.parts).map(|(own, other)| {
        let rest = own.collation == other.collation
            && own.descending == other.descending
            && own.nulls_first == other.nulls_first
            && own.prefix == other.prefix
            && match (&own.operator_class, &other.operator_class) {
                (Some(own), Some(other)) => is_same_text(own, other),
                (own, other) => own == other,
            };
        match (&own.key, &other.key) {
            _ if !rest => Likeness::None,
            (IndexKey::Column(own), IndexKey::Column(other)) if own == other => Likeness::Same,
            (IndexKey::Expression(own), IndexKey::Expression(other)) => texts(own, other),
            _ => Likeness::None,
        }
    });
    parts.chain([predicate]).min().unwrap_or(Likeness::Same)
}
