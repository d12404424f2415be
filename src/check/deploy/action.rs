//! What an `ALTER TABLE` does, one action after the other.

use super::{
    column::Column,
    cursor::{Cursor, at_top, has, parts, text},
};
use crate::backend::statements::{Dialect, Piece};

/// A kind of index that has one's own rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexKind {
    Plain,
    Unique,
    /// `FULLTEXT` and `SPATIAL`.
    Special,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    AddColumn(Column),
    DropColumn(String),
    RenameColumn {
        from: String,
        to: String,
    },
    RenameTable(String),
    /// `ALTER COLUMN ... TYPE`.
    SetType {
        column: String,
        sql_type: String,
    },
    /// MySQL's `MODIFY` and `CHANGE`, which say everything about a column again.
    Redefine {
        from: String,
        column: Column,
    },
    SetNotNull(String),
    DropNotNull(String),
    AddForeignKey,
    /// The column of which it says that it is never null.
    AddCheck {
        never_null: Option<String>,
    },
    AddPrimaryKey,
    DropPrimaryKey,
    AddIndex(IndexKind),
    /// Rows go with it: a partition that is dropped or emptied, a tablespace that is discarded.
    LoseRows(String),
    /// The table is written anew: by what.
    Rewrite(String),
    /// MySQL's `ALGORITHM`, in capitals.
    Algorithm(String),
    /// MySQL's `LOCK`, in capitals.
    Lock(String),
    Other,
}

/// An action and where it begins, in bytes from the start of its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    pub(super) what: What,
    pub(super) start: usize,
}

/// Reads the actions behind the table's name.
pub(super) fn actions(dialect: Dialect, pieces: &[Piece<'_>]) -> Vec<Action> {
    let mut actions = Vec::new();
    for part in parts(pieces) {
        let start = part.first().map_or(0, |piece| piece.start);
        let mut cursor = Cursor::new(part);
        // `ADD (a INT, b INT)`
        let mut several = cursor;
        several.eat("ADD");
        several.eat("COLUMN");
        if cursor.eat("ADD")
            && dialect == Dialect::Mysql
            && let Some(inside) = several.group()
        {
            actions.extend(parts(inside).into_iter().map(|part| Action {
                what: added(dialect, Cursor::new(part)),
                start,
            }));
            continue;
        }
        let what = read(dialect, Cursor::new(part)).unwrap_or(What::Other);
        actions.push(Action { what, start });
        // MySQL takes `ALGORITHM` without a comma behind `CREATE INDEX` alone, and
        // `PARTITION BY` behind the last action.
        if has(part, "PARTITION BY") && !Cursor::new(part).sees("PARTITION BY") {
            let what = What::Rewrite("PARTITION BY".to_owned());
            actions.push(Action { what, start });
        }
    }
    actions
}

fn read(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> Option<What> {
    if cursor.eat("ADD") {
        return Some(added(dialect, cursor));
    }
    if cursor.eat("DROP") {
        return dropped(dialect, cursor);
    }
    if cursor.eat("RENAME") {
        return renamed(dialect, cursor);
    }
    if cursor.sees("ALTER INDEX") || cursor.sees("ALTER CHECK") || cursor.sees("ALTER CONSTRAINT") {
        return None;
    }
    if cursor.eat("ALTER") {
        return altered(cursor);
    }
    if dialect == Dialect::Mysql {
        return of_mysql(cursor);
    }
    let rewrites = [
        "SET LOGGED",
        "SET UNLOGGED",
        "SET TABLESPACE",
        "SET ACCESS METHOD",
    ];
    let rewrite = rewrites.into_iter().find(|words| cursor.sees(words))?;
    Some(What::Rewrite(rewrite.to_owned()))
}

fn added(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> What {
    if cursor.eat("CONSTRAINT")
        && !cursor.sees_any(&["PRIMARY KEY", "FOREIGN KEY", "UNIQUE", "CHECK"])
    {
        cursor.eat("IF NOT EXISTS");
        cursor.name();
    }
    if cursor.sees("PRIMARY KEY") {
        return What::AddPrimaryKey;
    }
    if cursor.sees("FOREIGN KEY") {
        return What::AddForeignKey;
    }
    if cursor.sees_any(&["EXCLUDE", "NOT NULL"]) {
        return What::Other;
    }
    if cursor.eat("UNIQUE") {
        return What::AddIndex(IndexKind::Unique);
    }
    if cursor.eat("CHECK") {
        return What::AddCheck {
            never_null: cursor.group().and_then(never_null),
        };
    }
    if dialect == Dialect::Mysql {
        if cursor.sees_any(&["FULLTEXT", "SPATIAL"]) {
            return What::AddIndex(IndexKind::Special);
        }
        if cursor.sees_any(&["INDEX", "KEY"]) {
            return What::AddIndex(IndexKind::Plain);
        }
        if cursor.sees_any(&["PARTITION", "PERIOD", "SYSTEM VERSIONING"]) {
            return What::Other;
        }
    }
    cursor.eat("COLUMN");
    cursor.eat("IF NOT EXISTS");
    Column::read(dialect, cursor.rest()).map_or(What::Other, What::AddColumn)
}

/// The column of `column IS NOT NULL`.
pub(super) fn never_null(pieces: &[Piece<'_>]) -> Option<String> {
    let mut cursor = Cursor::new(pieces);
    let name = cursor.name()?;
    (cursor.eat("IS NOT NULL") && cursor.rest().is_empty()).then_some(name)
}

fn dropped(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> Option<What> {
    if cursor.eat("PRIMARY KEY") {
        return Some(What::DropPrimaryKey);
    }
    if cursor.sees("CONSTRAINT") {
        return None;
    }
    if dialect == Dialect::Mysql {
        if cursor.eat("PARTITION") {
            let names = cursor.names().join("`, `");
            return Some(What::LoseRows(format!(
                "partition `{names}` is dropped with its rows"
            )));
        }
        if cursor.sees_any(&["FOREIGN KEY", "CHECK", "INDEX", "KEY", "PERIOD"]) {
            return None;
        }
        if cursor.sees("SYSTEM VERSIONING") {
            let words = "the history of its rows is dropped".to_owned();
            return Some(What::LoseRows(words));
        }
    }
    cursor.eat("COLUMN");
    cursor.eat("IF EXISTS");
    cursor.name().map(What::DropColumn)
}

fn renamed(dialect: Dialect, mut cursor: Cursor<'_, '_>) -> Option<What> {
    if cursor.eat("TO") || (dialect == Dialect::Mysql && (cursor.eat("AS") || cursor.symbol(b'=')))
    {
        return cursor.name().map(What::RenameTable);
    }
    if cursor.sees_any(&["CONSTRAINT", "INDEX", "KEY"]) && !cursor.sees_any(&["INDEX TO", "KEY TO"])
    {
        return None;
    }
    cursor.eat("COLUMN");
    cursor.eat("IF EXISTS");
    let from = cursor.name()?;
    if !cursor.eat("TO") {
        return (dialect == Dialect::Mysql).then_some(What::RenameTable(from));
    }
    cursor.name().map(|to| What::RenameColumn { from, to })
}

fn altered(mut cursor: Cursor<'_, '_>) -> Option<What> {
    cursor.eat("COLUMN");
    cursor.eat("IF EXISTS");
    let column = cursor.name()?;
    if cursor.eat("SET DATA TYPE") || cursor.eat("TYPE") {
        let sql_type = text(cursor.until(&["USING", "COLLATE"]));
        return Some(What::SetType { column, sql_type });
    }
    if cursor.eat("SET NOT NULL") {
        return Some(What::SetNotNull(column));
    }
    cursor
        .eat("DROP NOT NULL")
        .then_some(What::DropNotNull(column))
}

fn of_mysql(mut cursor: Cursor<'_, '_>) -> Option<What> {
    if cursor.eat("MODIFY") {
        cursor.eat("COLUMN");
        cursor.eat("IF EXISTS");
        let column = Column::read(Dialect::Mysql, cursor.rest())?;
        return Some(What::Redefine {
            from: column.name.clone(),
            column,
        });
    }
    if cursor.eat("CHANGE") {
        cursor.eat("COLUMN");
        cursor.eat("IF EXISTS");
        let from = cursor.name()?;
        let column = Column::read(Dialect::Mysql, cursor.rest())?;
        return Some(What::Redefine { from, column });
    }
    for (word, what) in [
        ("ALGORITHM", What::Algorithm as fn(String) -> What),
        ("LOCK", What::Lock as fn(String) -> What),
    ] {
        if cursor.eat(word) {
            cursor.symbol(b'=');
            return cursor.name().map(|value| what(value.to_ascii_uppercase()));
        }
    }
    if cursor.eat("TRUNCATE PARTITION") {
        let names = cursor.names().join("`, `");
        return Some(What::LoseRows(format!("partition `{names}` is emptied")));
    }
    if cursor.sees("DISCARD") && has(cursor.rest(), "TABLESPACE") {
        return Some(What::LoseRows("its tablespace is discarded".to_owned()));
    }
    let rewrites = [
        "CONVERT TO",
        "ENGINE",
        "ROW_FORMAT",
        "KEY_BLOCK_SIZE",
        "FORCE",
        "ORDER BY",
        "PARTITION BY",
        "REMOVE PARTITIONING",
        "REORGANIZE PARTITION",
        "COALESCE PARTITION",
        "REBUILD PARTITION",
        "OPTIMIZE PARTITION",
        "ENCRYPTION",
    ];
    let rewrite = rewrites.into_iter().find(|words| cursor.sees(words))?;
    Some(What::Rewrite(rewrite.to_owned()))
}

/// The `ALGORITHM` and `LOCK` that stand behind a `CREATE INDEX` or `DROP INDEX`.
pub(super) fn online_clauses(pieces: &[Piece<'_>]) -> Vec<Action> {
    let mut found = Vec::new();
    let mut rest = pieces;
    while let Some(at) = at_top(rest, |piece| piece.is("ALGORITHM") || piece.is("LOCK")) {
        if let Some(what) = of_mysql(Cursor::new(&rest[at..])) {
            found.push(Action {
                what,
                start: rest[at].start,
            });
        }
        rest = &rest[at + 1..];
    }
    found
}
