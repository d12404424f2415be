//! Reads `CREATE TABLE` and `CREATE INDEX` as SQLite keeps them.
//!
//! The grammar is that of <https://www.sqlite.org/lang_createtable.html> and
//! <https://www.sqlite.org/lang_createindex.html>. Whatever does not belong there is passed over.

use std::ops::Range;

use super::super::tokens::Tokens;
use crate::schema::{Action, Deferrable, IndexKey, IndexPart};

/// What a `CREATE TABLE` says beyond what the pragmas tell. Names are as written.
#[derive(Debug, Default)]
pub(super) struct TableText {
    pub(super) columns: Vec<ColumnText>,
    pub(super) primary_key: Option<KeyText>,
    pub(super) uniques: Vec<KeyText>,
    pub(super) foreign_keys: Vec<ForeignKeyText>,
    pub(super) checks: Vec<CheckText>,
}

#[derive(Debug, Default)]
pub(super) struct ColumnText {
    pub(super) name: String,
    pub(super) generated: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) autoincrement: bool,
    /// `ON CONFLICT ...` behind `NOT NULL`.
    pub(super) not_null_conflict: Option<String>,
    /// `PRIMARY KEY DESC` behind the column, which makes `INTEGER` an ordinary key.
    pub(super) descending_key: bool,
}

/// A primary key or unique constraint.
#[derive(Debug, Default)]
pub(super) struct KeyText {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    /// The list as it is written, where it says more than names.
    pub(super) list: Option<String>,
    /// `ON CONFLICT ...`.
    pub(super) conflict: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct ForeignKeyText {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    pub(super) referred: Vec<String>,
    pub(super) on_delete: Action,
    pub(super) on_update: Action,
    pub(super) deferrable: Deferrable,
    /// `MATCH ...`.
    pub(super) matching: Option<String>,
}

#[derive(Debug)]
pub(super) struct CheckText {
    pub(super) name: Option<String>,
    pub(super) expression: String,
}

/// What a `CREATE INDEX` says.
#[derive(Debug, Default)]
pub(super) struct IndexText {
    pub(super) unique: bool,
    pub(super) parts: Vec<IndexPart>,
    pub(super) predicate: Option<String>,
}

/// Reads a `CREATE TABLE`.
pub(super) fn table(sql: &str) -> TableText {
    let mut tokens = Tokens::new(sql);
    let mut text = TableText::default();
    while !tokens.is_empty() && !tokens.sees_symbol(b'(') {
        tokens.skip();
    }
    tokens.eat_symbol(b'(');
    loop {
        if tokens.is_empty() || tokens.eat_symbol(b')') {
            return text;
        }
        // Between table constraints SQLite does not ask for commas.
        if tokens.eat_symbol(b',') {
            continue;
        }
        if ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]
            .iter()
            .any(|word| tokens.sees(&[word]))
        {
            table_constraint(&mut tokens, &mut text);
        } else if let Some(name) = tokens.name() {
            column(&mut tokens, &mut text, name);
        } else {
            tokens.skip();
        }
    }
}

fn table_constraint(tokens: &mut Tokens<'_>, text: &mut TableText) {
    let name = constraint_name(tokens);
    if tokens.eat(&["PRIMARY", "KEY"]) {
        let mut key = key(tokens, name);
        if let Some(list) = &key.list
            && let Some(plain) = list.strip_suffix(" AUTOINCREMENT")
        {
            let column = text.columns.iter_mut().find(|column| {
                key.columns
                    .first()
                    .is_some_and(|name| column.name.eq_ignore_ascii_case(name))
            });
            if let Some(column) = column {
                column.autoincrement = true;
            }
            key.list = Some(plain.to_owned()).filter(|list| list.contains(' '));
        }
        text.primary_key = Some(key);
    } else if tokens.eat(&["UNIQUE"]) {
        let key = key(tokens, name);
        text.uniques.push(key);
    } else if tokens.eat(&["CHECK"]) {
        check(tokens, name, text);
        conflict(tokens);
    } else if tokens.eat(&["FOREIGN", "KEY"]) {
        let columns = names(tokens);
        let mut reference = references(tokens);
        if let Some(deferrable) = deferrable(tokens) {
            reference.deferrable = deferrable;
        }
        text.foreign_keys.push(ForeignKeyText {
            name,
            columns,
            ..reference
        });
    } else if !tokens.sees_symbol(b')') && !tokens.sees_symbol(b',') {
        tokens.skip();
    }
}

/// The words that end a column's type.
const COLUMN_WORDS: &[&str] = &[
    "CONSTRAINT",
    "DEFAULT",
    "NULL",
    "NOT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "DEFERRABLE",
    "AS",
];

fn at_column_word(tokens: &Tokens<'_>) -> bool {
    tokens.sees_symbol(b',')
        || tokens.sees_symbol(b')')
        || tokens.is_empty()
        || tokens.sees(&["GENERATED", "ALWAYS"])
        || COLUMN_WORDS.iter().any(|word| tokens.sees(&[word]))
}

fn column(tokens: &mut Tokens<'_>, text: &mut TableText, name: String) {
    let mut column = ColumnText {
        name,
        ..ColumnText::default()
    };
    pass(tokens);
    while !(tokens.is_empty() || tokens.sees_symbol(b',') || tokens.sees_symbol(b')')) {
        let name = constraint_name(tokens);
        let own = || vec![column.name.clone()];
        if tokens.eat(&["DEFAULT"]) {
            if tokens.parentheses().is_none() {
                tokens.skip();
            }
            pass(tokens);
        } else if tokens.eat(&["NOT", "NULL"]) {
            column.not_null_conflict = conflict(tokens);
        } else if tokens.eat(&["NULL"]) {
            conflict(tokens);
        } else if tokens.eat(&["PRIMARY", "KEY"]) {
            let columns = own();
            column.descending_key = tokens.eat(&["DESC"]);
            tokens.eat(&["ASC"]);
            let conflict = conflict(tokens);
            column.autoincrement = tokens.eat(&["AUTOINCREMENT"]);
            text.primary_key = Some(KeyText {
                name,
                columns,
                list: None,
                conflict,
            });
        } else if tokens.eat(&["UNIQUE"]) {
            let columns = own();
            text.uniques.push(KeyText {
                name,
                columns,
                list: None,
                conflict: conflict(tokens),
            });
        } else if tokens.eat(&["CHECK"]) {
            check(tokens, name, text);
        } else if tokens.sees(&["REFERENCES"]) {
            let columns = own();
            text.foreign_keys.push(ForeignKeyText {
                name,
                columns,
                ..references(tokens)
            });
        } else if tokens.eat(&["COLLATE"]) {
            column.collation = tokens.name();
        } else if tokens.eat(&["GENERATED", "ALWAYS"]) || tokens.sees(&["AS"]) {
            tokens.eat(&["AS"]);
            column.generated = tokens
                .parentheses()
                .map(|between| tokens.expression(between));
            // `STORED` or `VIRTUAL`.
            pass(tokens);
        } else if let Some(deferrable) = deferrable(tokens) {
            if let Some(last) = text.foreign_keys.last_mut() {
                last.deferrable = deferrable;
            }
        } else if name.is_none() {
            tokens.skip();
        }
    }
    text.columns.push(column);
}

/// Passes over what belongs to the type, the default or the generated column before.
fn pass(tokens: &mut Tokens<'_>) {
    while !at_column_word(tokens) {
        if tokens.parentheses().is_none() {
            tokens.skip();
        }
    }
}

fn constraint_name(tokens: &mut Tokens<'_>) -> Option<String> {
    let mut name = None;
    // A later one has the last word.
    while tokens.eat(&["CONSTRAINT"]) {
        name = tokens.name();
    }
    name
}

fn check(tokens: &mut Tokens<'_>, name: Option<String>, text: &mut TableText) {
    if let Some(between) = tokens.parentheses() {
        text.checks.push(CheckText {
            name,
            expression: tokens.expression(between),
        });
    }
}

/// The list of a primary key or unique constraint, and what follows it.
fn key(tokens: &mut Tokens<'_>, name: Option<String>) -> KeyText {
    let list = tokens.parentheses().unwrap_or(0..0);
    let parts = tokens.list(list.clone());
    let plain = parts.iter().all(|part| part.len() == 1);
    let columns = parts
        .into_iter()
        .filter_map(|part| {
            let mut part_tokens = tokens.clone();
            part_tokens.go(part.start);
            part_tokens.name()
        })
        .collect();
    KeyText {
        name,
        columns,
        list: (!plain).then(|| tokens.text(list)),
        conflict: conflict(tokens),
    }
}

fn names(tokens: &mut Tokens<'_>) -> Vec<String> {
    key(tokens, None).columns
}

/// `REFERENCES ...` up to what may defer it.
fn references(tokens: &mut Tokens<'_>) -> ForeignKeyText {
    let mut reference = ForeignKeyText::default();
    tokens.eat(&["REFERENCES"]);
    reference.table = tokens.name().unwrap_or_default();
    if tokens.sees_symbol(b'(') {
        reference.referred = names(tokens);
    }
    loop {
        if tokens.eat(&["ON", "DELETE"]) {
            reference.on_delete = action(tokens);
        } else if tokens.eat(&["ON", "UPDATE"]) {
            reference.on_update = action(tokens);
        } else if tokens.eat(&["ON", "INSERT"]) {
            action(tokens);
        } else if tokens.eat(&["MATCH"]) {
            reference.matching = tokens
                .name()
                .map(|name| format!("MATCH {}", name.to_ascii_uppercase()));
        } else {
            return reference;
        }
    }
}

fn action(tokens: &mut Tokens<'_>) -> Action {
    if tokens.eat(&["SET", "NULL"]) {
        Action::SetNull
    } else if tokens.eat(&["SET", "DEFAULT"]) {
        Action::SetDefault
    } else if tokens.eat(&["CASCADE"]) {
        Action::Cascade
    } else if tokens.eat(&["RESTRICT"]) {
        Action::Restrict
    } else {
        tokens.eat(&["NO", "ACTION"]);
        Action::NoAction
    }
}

fn deferrable(tokens: &mut Tokens<'_>) -> Option<Deferrable> {
    let not = tokens.eat(&["NOT", "DEFERRABLE"]);
    if !not && !tokens.eat(&["DEFERRABLE"]) {
        return None;
    }
    let deferred = tokens.eat(&["INITIALLY", "DEFERRED"]);
    if !deferred {
        tokens.eat(&["INITIALLY", "IMMEDIATE"]);
    }
    Some(match (not, deferred) {
        (true, _) => Deferrable::No,
        (false, true) => Deferrable::InitiallyDeferred,
        (false, false) => Deferrable::InitiallyImmediate,
    })
}

fn conflict(tokens: &mut Tokens<'_>) -> Option<String> {
    if !tokens.eat(&["ON", "CONFLICT"]) {
        return None;
    }
    let way = tokens.word()?.to_ascii_uppercase();
    tokens.skip();
    // What happens anyway.
    (way != "ABORT").then(|| format!("ON CONFLICT {way}"))
}

/// Reads a `CREATE INDEX`; `is_column` knows the table's columns by any case and gives their names.
pub(super) fn index(sql: &str, column: &dyn Fn(&str) -> Option<String>) -> IndexText {
    let mut tokens = Tokens::new(sql);
    tokens.eat(&["CREATE"]);
    let unique = tokens.eat(&["UNIQUE"]);
    while !tokens.is_empty() && !tokens.sees_symbol(b'(') {
        tokens.skip();
    }
    let list = tokens.parentheses().unwrap_or(0..0);
    let predicate = tokens
        .eat(&["WHERE"])
        .then(|| tokens.expression(tokens.rest()));
    IndexText {
        unique,
        parts: tokens
            .list(list)
            .into_iter()
            .map(|part| index_part(&tokens, part, column))
            .collect(),
        predicate,
    }
}

fn index_part(
    tokens: &Tokens<'_>,
    mut part: Range<usize>,
    column: &dyn Fn(&str) -> Option<String>,
) -> IndexPart {
    let ends_with = |part: &Range<usize>, word: &str| {
        part.len() > 1 && {
            let mut last = tokens.clone();
            last.go(part.end - 1);
            last.sees(&[word])
        }
    };
    let descending = ends_with(&part, "DESC");
    if descending || ends_with(&part, "ASC") {
        part.end -= 1;
    }
    let bare = |range: Range<usize>| {
        let text = tokens.expression(range);
        let mut inner = Tokens::new(&text);
        inner
            .name()
            .filter(|_| inner.is_empty())
            .and_then(|name| column(&name))
    };
    let mut collated = part.clone();
    let mut collation = None;
    if part.len() > 2 {
        let mut end = tokens.clone();
        end.go(part.end - 2);
        if end.eat(&["COLLATE"]) {
            collation = end.name();
            collated.end -= 2;
        }
    }
    match (bare(part.clone()), bare(collated)) {
        (Some(name), _) => IndexPart {
            descending,
            ..IndexPart::column(name)
        },
        (None, Some(name)) => IndexPart {
            collation,
            descending,
            ..IndexPart::column(name)
        },
        (None, None) => IndexPart {
            key: IndexKey::Expression(tokens.expression(part)),
            descending,
            ..IndexPart::column("")
        },
    }
}
