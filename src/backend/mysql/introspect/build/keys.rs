//! Foreign keys and indexes.

use std::collections::BTreeMap;

use super::{
    super::rows::{KeyColumnRow, ReferenceRow, StatisticsRow},
    Making,
};
use crate::{
    backend::mysql::dialect::{
        Mysql,
        words::{expression_of, literal, unwrapped},
    },
    schema::{
        Action, Deferrable, ForeignKey, Index, IndexKey, IndexPart, Name, PrimaryKey, Unique,
    },
};

fn action(rule: &str) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

pub(super) fn add_foreign_keys(
    columns: Vec<KeyColumnRow>,
    references: Vec<ReferenceRow>,
    makings: &mut BTreeMap<String, Making>,
) {
    let mut actions: BTreeMap<(String, String), (Action, Action)> = BTreeMap::new();
    for row in references {
        let does = (action(&row.on_delete), action(&row.on_update));
        actions.insert((row.table, row.name), does);
    }
    for row in columns {
        let Some(making) = makings.get_mut(&row.table) else {
            continue;
        };
        let keys = &mut making.table.foreign_keys;
        if let Some(last) = keys.last_mut()
            && last.name.as_ref() == Some(&row.name)
        {
            last.columns.push(row.column);
            last.referred.push(row.referred);
            continue;
        }
        let place = (row.table, row.name);
        let (on_delete, on_update) = actions.remove(&place).unwrap_or_default();
        keys.push(ForeignKey {
            name: Some(place.1),
            columns: vec![row.column],
            table: Name {
                schema: row.schema,
                name: row.referred_table,
            },
            referred: vec![row.referred],
            on_delete,
            on_update,
            deferrable: Deferrable::No,
            extra: Vec::new(),
        });
    }
}

pub(super) fn add_indexes(
    dialect: Mysql,
    rows: Vec<StatisticsRow>,
    makings: &mut BTreeMap<String, Making>,
) {
    let mut indexes: BTreeMap<(String, String), Index> = BTreeMap::new();
    for row in rows {
        let part = part(dialect, &row);
        let index = indexes
            .entry((row.table, row.name.clone()))
            .or_insert_with(|| Index {
                name: row.name,
                parts: Vec::new(),
                unique: row.not_unique == 0,
                method: Some(row.method.to_ascii_lowercase()).filter(|method| method != "btree"),
                predicate: None,
                include: Vec::new(),
                nulls_not_distinct: false,
                extra: extra(dialect, row.comment.as_deref(), &row.hidden),
            });
        index.parts.push(part);
    }
    for ((table, _), index) in indexes {
        if let Some(making) = makings.get_mut(&table) {
            add_index(index, making);
        }
    }
}

fn extra(dialect: Mysql, comment: Option<&str>, hidden: &str) -> Vec<String> {
    let mut extra = Vec::new();
    if let Some(comment) = comment.filter(|comment| !comment.is_empty()) {
        extra.push(format!("COMMENT {}", literal(comment)));
    }
    if hidden == "YES" {
        let word = if dialect.is_mariadb() {
            "IGNORED"
        } else {
            "INVISIBLE"
        };
        extra.push(word.to_owned());
    }
    extra
}

fn part(dialect: Mysql, row: &StatisticsRow) -> IndexPart {
    let mut part = match (&row.column, &row.expression) {
        (None, Some(expression)) => {
            let expression = expression_of(dialect, expression);
            IndexPart::expression(unwrapped(&expression))
        }
        (column, _) => IndexPart::column(column.clone().unwrap_or_default()),
    };
    part.descending = row.order.as_deref() == Some("D");
    // A spatial index is over the 32 bytes of a rectangle, whatever one says.
    if row.method != "SPATIAL" && row.method != "FULLTEXT" {
        part.prefix = row.prefix;
    }
    part
}

/// The columns of an index over whole columns from low to high, and nothing else.
fn plain(index: &Index) -> Option<Vec<String>> {
    let whole = |part: &IndexPart| match &part.key {
        IndexKey::Column(column) if !part.descending && part.prefix.is_none() => {
            Some(column.clone())
        }
        _ => None,
    };
    index.parts.iter().map(whole).collect()
}

fn add_index(mut index: Index, making: &mut Making) {
    let method = index.method.as_deref();
    if making.engine == "MEMORY" {
        // https://dev.mysql.com/doc/refman/8.4/en/memory-storage-engine.html: a hash is its default.
        index.method = match method {
            Some("hash") => None,
            None => Some("btree".to_owned()),
            Some(other) => Some(other.to_owned()),
        };
    } else if index.unique && method == Some("hash") {
        // What is unique and too long for a tree gets a hash, unasked, and nothing else does.
        index.method = None;
    }
    let table = &mut making.table;
    let columns = plain(&index);
    match columns {
        _ if index.name == "PRIMARY" => {
            let column = |part: IndexPart| match part.key {
                IndexKey::Column(name) | IndexKey::Expression(name) => name,
            };
            table.primary_key = Some(PrimaryKey {
                name: None,
                columns: index.parts.into_iter().map(column).collect(),
            });
        }
        Some(columns) if index.unique && index.method.is_none() => table.uniques.push(Unique {
            name: Some(index.name),
            columns,
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
            extra: index.extra,
        }),
        // It cannot be told apart from the index that the foreign key made.
        Some(columns)
            if !index.unique
                && index.method.is_none()
                && index.extra.is_empty()
                && table.foreign_keys.iter().any(|key| {
                    key.name.as_ref() == Some(&index.name) && key.columns == columns
                }) => {}
        _ => table.indexes.push(index),
    }
}
