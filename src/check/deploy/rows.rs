//! Statements that change rows.

use super::cursor::{Cursor, at_top, has, text};
use crate::backend::statements::{Dialect, Piece, PieceKind};

/// How rows are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Insert,
    Update,
    Delete,
    /// `MERGE`, `COPY`, `LOAD DATA`.
    Load,
}

/// A change of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowChange {
    pub(super) verb: Verb,
    pub(super) table: String,
    /// No condition says which rows.
    pub(super) all: bool,
    /// The table that an `INSERT` copies as a whole, and every name that stands in the query.
    pub(super) copies: Option<(String, Vec<String>)>,
    /// Where it begins, in bytes from the start of the statement.
    pub(super) start: usize,
}

/// The changes of rows in a statement: its own, and those of a `WITH` before it.
pub(super) fn read(dialect: Dialect, pieces: &[Piece<'_>]) -> Vec<RowChange> {
    let with = Cursor::new(pieces).sees("WITH");
    let may_start = |at: usize| {
        at == 0
            || (with
                && [b'(', b')']
                    .iter()
                    .any(|symbol| pieces[at - 1].is_symbol(*symbol)))
    };
    let calls = |at: usize| pieces.get(at + 1).is_some_and(|next| next.is_symbol(b'('));
    (0..pieces.len())
        .filter(|at| pieces[*at].kind == PieceKind::Word && may_start(*at) && !calls(*at))
        .filter_map(|at| {
            let rest = &pieces[at..];
            let end = at_top(rest, |piece| piece.is_symbol(b')')).unwrap_or(rest.len());
            change(dialect, &rest[..end])
        })
        .collect()
}

fn change(dialect: Dialect, scope: &[Piece<'_>]) -> Option<RowChange> {
    let mut cursor = Cursor::new(scope);
    let modifiers = [
        "LOW_PRIORITY",
        "HIGH_PRIORITY",
        "DELAYED",
        "QUICK",
        "IGNORE",
        "ONLY",
    ];
    let mut copies = None;
    let verb = if cursor.eat("DELETE") {
        cursor.eat_all(&modifiers);
        cursor.eat("FROM");
        cursor.eat("ONLY");
        Verb::Delete
    } else if cursor.eat("UPDATE") {
        if cursor.eat("OR") {
            cursor.name();
        }
        cursor.eat_all(&modifiers);
        Verb::Update
    } else if cursor.eat("INSERT") || cursor.eat("REPLACE") {
        if cursor.eat("OR") {
            cursor.name();
        }
        cursor.eat_all(&modifiers);
        cursor.eat("INTO");
        copies = copied(scope);
        Verb::Insert
    } else if cursor.eat("MERGE INTO") || cursor.eat("MERGE") {
        Verb::Load
    } else if cursor.sees("COPY") && has(scope, "FROM") {
        cursor.eat("COPY");
        Verb::Load
    } else if cursor.sees("LOAD DATA") || cursor.sees("LOAD XML") {
        cursor.until(&["TABLE"]);
        cursor.eat("TABLE");
        Verb::Load
    } else {
        return None;
    };
    let table = cursor.name()?;
    Some(RowChange {
        verb,
        table,
        all: matches!(verb, Verb::Update | Verb::Delete) && !is_restricted(dialect, scope),
        copies,
        start: scope.first().map_or(0, |piece| piece.start),
    })
}

/// Whether something says which rows.
fn is_restricted(dialect: Dialect, scope: &[Piece<'_>]) -> bool {
    if at_top(scope, |piece| piece.is("LIMIT")).is_some() {
        return true;
    }
    // The join of a `DELETE ... USING` or `UPDATE ... JOIN` chooses rows only in MySQL.
    if dialect == Dialect::Mysql && at_top(scope, |piece| piece.is("JOIN")).is_some() {
        return true;
    }
    let Some(at) = at_top(scope, |piece| piece.is("WHERE")) else {
        return false;
    };
    let mut condition = Cursor::new(&scope[at + 1..]);
    let condition = text(condition.until(&["RETURNING", "ORDER"]));
    !["true", "1", "1=1", "1 = 1", "(true)", "(1=1)"].contains(&condition.as_str())
}

/// The one table that the query of an `INSERT` takes whole, and the names it mentions.
fn copied(scope: &[Piece<'_>]) -> Option<(String, Vec<String>)> {
    let select = at_top(scope, |piece| piece.is("SELECT"))?;
    let query = &scope[select..];
    let chooses = [
        "WHERE",
        "JOIN",
        "LIMIT",
        "GROUP",
        "HAVING",
        "DISTINCT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
    ];
    if at_top(query, |piece| chooses.iter().any(|word| piece.is(word))).is_some() {
        return None;
    }
    let from = at_top(query, |piece| piece.is("FROM"))?;
    let mut cursor = Cursor::new(&query[from + 1..]);
    let table = cursor.name()?;
    let names = query[..from].iter().filter_map(Piece::name);
    let all = query[..from].iter().any(|piece| piece.is_symbol(b'*'));
    let names = all
        .then(|| "*".to_owned())
        .into_iter()
        .chain(names)
        .collect();
    Some((table, names))
}
