//! What stands behind a table's closing parenthesis.

use std::collections::BTreeMap;

use super::{super::rows::PartitionRow, Making};
use crate::backend::mysql::dialect::{define::PARTITION, words::backticks};

/// The options a table was created with, as `CREATE TABLE` takes them.
pub(super) fn create_options(printed: &str) -> Vec<String> {
    let mut options = vec![String::new()];
    let mut quote = None;
    for character in printed.chars() {
        match quote {
            None if character == ' ' => {
                options.push(String::new());
                continue;
            }
            None if "'\"`".contains(character) => quote = Some(character),
            Some(open) if open == character => quote = None,
            _ => {}
        }
        if let Some(option) = options.last_mut() {
            option.push(character);
        }
    }
    options
        .into_iter()
        .filter(|option| !option.is_empty() && option != "partitioned")
        .map(|option| match option.split_once('=') {
            Some((name, value)) if !name.starts_with('`') => {
                format!("{}={value}", name.to_ascii_uppercase())
            }
            _ => option,
        })
        .collect()
}

pub(super) fn add_partitions(rows: Vec<PartitionRow>, makings: &mut BTreeMap<String, Making>) {
    let mut tables: BTreeMap<String, Vec<PartitionRow>> = BTreeMap::new();
    for row in rows {
        tables.entry(row.table.clone()).or_default().push(row);
    }
    for (table, rows) in tables {
        if let Some(making) = makings.get_mut(&table) {
            making.table.options.extend(partitions(&rows));
        }
    }
}

/// How a table is [partitioned](https://dev.mysql.com/doc/refman/8.4/en/create-table.html).
fn partitions(rows: &[PartitionRow]) -> Option<String> {
    let first = rows.first()?;
    let mut named: Vec<(&str, Option<&str>)> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.description.as_deref()))
        .collect();
    named.dedup();
    let expression = first.expression.as_deref().unwrap_or_default();
    let mut text = format!("{PARTITION}{} ({expression})", first.method);
    if let Some(method) = &first.sub_method {
        let expression = first.sub_expression.as_deref().unwrap_or_default();
        let count = rows.len() / named.len().max(1);
        text.push_str(&format!(
            " SUBPARTITION BY {method} ({expression}) SUBPARTITIONS {count}"
        ));
    }
    let unnamed = named
        .iter()
        .enumerate()
        .all(|(index, (name, description))| description.is_none() && *name == format!("p{index}"));
    if unnamed {
        return Some(format!("{text} PARTITIONS {}", named.len()));
    }
    let values = if first.method.starts_with("RANGE") {
        "VALUES LESS THAN"
    } else {
        "VALUES IN"
    };
    let list: Vec<String> = named
        .iter()
        .map(|(name, description)| match description {
            Some(description) => {
                format!("PARTITION {} {values} ({description})", backticks(name))
            }
            None => format!("PARTITION {}", backticks(name)),
        })
        .collect();
    Some(format!("{text} ({})", list.join(", ")))
}
