//! What locks tables in PostgreSQL, found by squawk's linter and told in our words.
//!
//! squawk reads only the statements that its rules are about: everything else is blanked, so that
//! places stay and its parser sees no bodies of functions, no data and nothing deeply nested.

use std::{
    cell::Cell,
    collections::HashSet,
    panic::{self, AssertUnwindSafe},
};

use squawk_linter::{Linter, Rule as Squawk, Violation};
use squawk_syntax::SourceFile;

use super::{
    action::{Action, What},
    column::Generated,
    cursor::{Cursor, has, parts},
    known::Known,
    reading::Reading,
    rules,
    scene::Scene,
    types::{self, Difference},
};
use crate::backend::statements::{Dialect, Piece, Statement};

/// What becomes of a rule of squawk's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Its violations are told as these of ours.
    Told(&'static str),
    /// Our own rule finds the same on every engine.
    Ours(&'static str),
    /// It is not asked, for this reason.
    Off(&'static str),
}

const TYPES: &str = "types are chosen in `table!`; none of them endangers a deployment";
const TRANSACTIONS: &str = "M012 and M013 know from `metadata.toml` what runs in a transaction";

/// Every rule of squawk's. A test fails where squawk has another.
pub(super) const USES: &[(Squawk, Use)] = &[
    (Squawk::RequireConcurrentIndexCreation, Use::Told("D017")),
    (Squawk::RequireConcurrentIndexDeletion, Use::Told("D019")),
    (Squawk::ConstraintMissingNotValid, Use::Told("D021, D024")),
    (Squawk::AddingFieldWithDefault, Use::Told("D015")),
    (Squawk::AddingForeignKeyConstraint, Use::Told("D020")),
    (Squawk::ChangingColumnType, Use::Told("D014")),
    (Squawk::AddingNotNullableField, Use::Told("D012")),
    (Squawk::AddingSerialPrimaryKeyField, Use::Told("D023")),
    (Squawk::DisallowedUniqueConstraint, Use::Told("D022")),
    (Squawk::BanDropNotNull, Use::Told("D013")),
    (Squawk::BanAlterDomainWithAddConstraint, Use::Told("D025")),
    (Squawk::AddingRequiredField, Use::Ours("D011")),
    (Squawk::RenamingColumn, Use::Ours("D010")),
    (Squawk::RenamingTable, Use::Ours("D009")),
    (Squawk::BanDropDatabase, Use::Ours("D003")),
    (Squawk::BanDropColumn, Use::Ours("D002")),
    (Squawk::BanDropTable, Use::Ours("D001")),
    (Squawk::BanTruncateCascade, Use::Ours("D005")),
    (Squawk::BanUncommittedTransaction, Use::Ours("D035")),
    (Squawk::TransactionNesting, Use::Off(TRANSACTIONS)),
    (
        Squawk::BanConcurrentIndexCreationInTransaction,
        Use::Off(TRANSACTIONS),
    ),
    (
        Squawk::RequireTimeoutSettings,
        Use::Off("`--lock-timeout` and `--statement-timeout` set them for each migration"),
    ),
    (
        Squawk::PreferRobustStmts,
        Use::Off("a migration runs in a transaction, once; D033 finds those that do not"),
    ),
    (
        Squawk::BanCreateDomainWithConstraint,
        Use::Off("a new domain locks nothing; D025 finds constraints that come later"),
    ),
    (Squawk::PreferBigintOverInt, Use::Off(TYPES)),
    (Squawk::PreferBigintOverSmallint, Use::Off(TYPES)),
    (Squawk::PreferIdentity, Use::Off(TYPES)),
    (Squawk::PreferTextField, Use::Off(TYPES)),
    (Squawk::PreferTimestampTz, Use::Off(TYPES)),
    (Squawk::BanCharField, Use::Off(TYPES)),
    (
        Squawk::UnusedIgnore,
        Use::Off("it is about squawk's own comments, which nobody has to write"),
    ),
];

/// How many pieces, and opening brackets among them, a statement may have: squawk's parser goes a
/// level deeper for each, and has no end of its own. No change of a table looks like that.
const MOST: usize = 1000;
const DEEPEST: usize = 100;

/// What squawk says of each statement of a file.
pub(super) fn violations(
    statements: &[Statement<'_>],
    readings: &[Reading],
    source: &str,
    in_transaction: bool,
) -> Vec<Vec<Violation>> {
    let mut found = vec![Vec::new(); statements.len()];
    let Some(text) = blanked(statements, readings, source) else {
        return found;
    };
    let told = USES.iter().filter(|(_, used)| matches!(used, Use::Told(_)));
    let mut linter = Linter::from(told.map(|(rule, _)| *rule).collect::<HashSet<_>>());
    linter.settings.assume_in_transaction = in_transaction;
    let mut violations = attempt(|| linter.lint(&SourceFile::parse(&text), &text));
    violations.sort_by_key(|violation| (start(violation), violation.code.to_string()));
    for violation in violations {
        let at = start(&violation);
        let statement = statements.partition_point(|statement| statement.start <= at);
        if let Some(of_statement) = statement.checked_sub(1).and_then(|at| found.get_mut(at)) {
            of_statement.push(violation);
        }
    }
    found
}

/// What squawk says, and nothing where its parser gives up on a text that it did not expect.
fn attempt(lint: impl FnOnce() -> Vec<Violation>) -> Vec<Violation> {
    ATTEMPTING.set(true);
    let said = panic::catch_unwind(AssertUnwindSafe(lint));
    ATTEMPTING.set(false);
    said.unwrap_or_default()
}

thread_local! {
    static ATTEMPTING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread panics where that is caught: nobody need be told.
pub(crate) fn is_attempting() -> bool {
    ATTEMPTING.get()
}

fn start(violation: &Violation) -> usize {
    u32::from(violation.text_range.start()) as usize
}

/// The file with everything but the statements of interest, and comments for squawk, blanked; none
/// where nothing is left.
fn blanked(statements: &[Statement<'_>], readings: &[Reading], source: &str) -> Option<String> {
    let mut text = vec![b' '; source.len()];
    let mut keep =
        |from: usize, to: usize| text[from..to].copy_from_slice(&source.as_bytes()[from..to]);
    let mut end = 0;
    let mut any = false;
    let mut ends = Vec::new();
    for (statement, reading) in statements.iter().zip(readings) {
        if source[end..statement.start].contains("squawk-ignore") {
            keep(end, statement.start);
        }
        end = statement.end();
        if is_of_interest(statement, reading) {
            keep(statement.start, end);
            ends.push(end);
            any = true;
        }
    }
    for end in ends {
        if let Some(byte) = text.get_mut(end) {
            *byte = b';';
        }
    }
    any.then(|| String::from_utf8_lossy(&text).into_owned())
}

fn is_of_interest(statement: &Statement<'_>, reading: &Reading) -> bool {
    let pieces = statement.pieces();
    let opens = |symbol: &u8| {
        pieces
            .iter()
            .filter(|piece| piece.is_symbol(*symbol))
            .count()
    };
    let deep = [b'(', b'['].iter().map(opens).sum::<usize>() > DEEPEST;
    if pieces.len() > MOST || deep || is_half(&pieces) {
        return false;
    }
    let mut cursor = Cursor::new(&pieces);
    match reading {
        Reading::AlterTable { .. } => {
            cursor.eat("ALTER TABLE");
            cursor.eat("IF EXISTS");
            cursor.eat("ONLY");
            cursor.name();
            cursor.symbol(b'*');
            parts(cursor.rest()).into_iter().all(is_one_action)
        }
        Reading::CreateIndex(_) | Reading::DropIndex { .. } => starts_nothing(&pieces[1..]),
        _ => {
            cursor.eat("ALTER DOMAIN") && cursor.name().is_some() && {
                cursor.sees("ADD") && starts_nothing(cursor.rest())
            }
        }
    }
}

/// Words that open a second statement where squawk takes the first for done. Its parser panics at
/// some that go on in a way it does not expect.
const OPENERS: &[&str] = &["CREATE", "CLUSTER", "DROP", "ALTER"];

/// What squawk expects a second word behind, in `DROP` and `ALTER`.
const OF_TWO_WORDS: &[&str] = &[
    "ACCESS",
    "DEFAULT",
    "EVENT",
    "FOREIGN",
    "LARGE",
    "MATERIALIZED",
    "OPERATOR",
    "OWNED",
    "PROCEDURAL",
    "TEXT",
    "USER",
];

/// Whether something stands there without what belongs to it, at which squawk's parser panics too.
fn is_half(pieces: &[Piece<'_>]) -> bool {
    (1..pieces.len()).any(|at| {
        let acts = ["DELETE", "UPDATE"]
            .iter()
            .any(|word| pieces[at - 1].is(word));
        let behind = Cursor::new(&pieces[at..]);
        let whole = ["NO INHERIT", "NO MINVALUE", "NO MAXVALUE", "NO CYCLE"];
        let precise =
            pieces[at].is("INTERVAL") && pieces.get(at + 1).is_some_and(|p| p.is_symbol(b'('));
        precise
            || pieces[at].is("NO")
                && !behind.sees_any(&whole)
                && !(acts && behind.sees("NO ACTION"))
    })
}

fn starts_nothing(pieces: &[Piece<'_>]) -> bool {
    !pieces
        .iter()
        .any(|piece| OPENERS.iter().any(|word| piece.is(word)))
}

/// Whether an action of an `ALTER TABLE` cannot be taken for a statement that follows it.
fn is_one_action(part: &[Piece<'_>]) -> bool {
    let Some((first, rest)) = part.split_first() else {
        return false;
    };
    let changes = first.is("DROP") || first.is("ALTER");
    let opens = OPENERS.iter().any(|word| first.is(word));
    if (opens && !changes) || (changes && Cursor::new(rest).sees_any(OF_TWO_WORDS)) {
        return false;
    }
    // `ALTER COLUMN ... DROP NOT NULL`
    let of_column = |behind: &[Piece<'_>]| {
        Cursor::new(behind).sees_any(&["NOT NULL", "DEFAULT", "EXPRESSION", "IDENTITY"])
    };
    (0..rest.len()).all(|at| {
        starts_nothing(&rest[at..=at]) || (rest[at].is("DROP") && of_column(&rest[at + 1..]))
    })
}

/// Tells what squawk found in a statement, unless nothing uses yet what it is about.
pub(super) fn judge(scene: &mut Scene<'_>, violations: &[Violation]) {
    if scene.dialect() != Dialect::Postgres {
        return;
    }
    let (reading, known) = (scene.reading, scene.known);
    match reading {
        Reading::AlterTable { table, actions } if !known.is_fresh(table) => {
            for violation in violations {
                let offset = start(violation).saturating_sub(scene.statement.start);
                let at = actions.partition_point(|action| action.start <= offset);
                if let Some(action) = at.checked_sub(1).and_then(|at| actions.get(at)) {
                    altered(scene, table, action, (violation, offset), violations);
                }
            }
            beside(scene, table, actions);
        }
        Reading::CreateIndex(index) if !known.is_fresh(&index.table) => {
            for _ in violations {
                let message = format!(
                    "nobody writes to `{}` while the index is built",
                    index.table
                );
                let hint = "CREATE INDEX CONCURRENTLY, in a migration whose metadata.toml says \
                            `run_in_transaction = false`";
                scene.found(&rules::INDEX_BLOCKS, 0, message, hint);
            }
        }
        Reading::DropIndex { names, .. } => {
            let old = names.iter().find(|name| !known.is_fresh_index(name));
            if let (Some(name), false) = (old, violations.is_empty()) {
                let message = format!("nobody uses the table of `{name}` while it is dropped");
                let hint = "DROP INDEX CONCURRENTLY, in a migration whose metadata.toml says \
                            `run_in_transaction = false`";
                scene.found(&rules::DROP_INDEX_BLOCKS, 0, message, hint);
            }
        }
        Reading::Other => domain(scene, violations),
        _ => {}
    }
}

fn domain(scene: &mut Scene<'_>, violations: &[Violation]) {
    if violations.is_empty() || has(&scene.statement.pieces(), "NOT VALID") {
        return;
    }
    let message = "every table with a column of the domain is searched under a lock";
    let hint = "ALTER DOMAIN ... ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later migration";
    scene.found(&rules::DOMAIN_CONSTRAINT, 0, message, hint);
}

/// What squawk has no rule for.
fn beside(scene: &mut Scene<'_>, table: &str, actions: &[Action]) {
    for action in actions {
        match &action.what {
            What::Rewrite(what) => {
                let message = format!("`{table}` is written anew under a lock: {what}");
                let hint =
                    "do it when nobody works, or make a table anew and move the rows in batches";
                scene.found(&rules::TABLE_REWRITE, action.start, message, hint);
            }
            What::AddColumn(column)
                if column.generated == Some(Generated::Counted)
                    && column.sql_type.contains("serial") =>
            {
                numbered(scene, table, &column.name, action.start);
            }
            _ => {}
        }
    }
}

fn numbered(scene: &mut Scene<'_>, table: &str, column: &str, start: usize) {
    let message =
        format!("`{table}` is written anew under a lock, with a number for each row in `{column}`");
    let hint = "add the column as NULL, then its sequence as DEFAULT, and fill the rows in batches";
    scene.found(&rules::ROW_DEFAULT, start, message, hint);
}

fn altered(
    scene: &mut Scene<'_>,
    table: &str,
    action: &Action,
    (violation, offset): (&Violation, usize),
    all: &[Violation],
) {
    match violation.code {
        Squawk::ConstraintMissingNotValid => constraint(scene, table, action, offset, all),
        Squawk::AddingForeignKeyConstraint => {
            // The new column of the rows that are there is null, and PostgreSQL checks none of them.
            if matches!(&action.what, What::AddColumn(column) if column.default.is_none()) {
                return;
            }
            let message = format!(
                "the rows of `{table}` are checked while nobody writes to it, nor to the table referred to"
            );
            let hint = "add it NOT VALID, and VALIDATE CONSTRAINT in a later migration";
            scene.found(&rules::FOREIGN_KEY, offset, message, hint);
        }
        Squawk::DisallowedUniqueConstraint => {
            let message = format!(
                "nobody uses `{table}` while its index is built, and equal rows make it fail"
            );
            let hint = "CREATE UNIQUE INDEX CONCURRENTLY in a migration outside a transaction, then ADD \
                        CONSTRAINT ... UNIQUE USING INDEX";
            scene.found(&rules::UNIQUE, offset, message, hint);
        }
        Squawk::AddingSerialPrimaryKeyField => {
            let message =
                format!("nobody uses `{table}` while the index of its primary key is built");
            let hint = "CREATE UNIQUE INDEX CONCURRENTLY in a migration outside a transaction, then ADD \
                        CONSTRAINT ... PRIMARY KEY USING INDEX";
            scene.found(&rules::PRIMARY_KEY, offset, message, hint);
        }
        _ => of_column(scene, table, action, violation.code),
    }
}

fn constraint(
    scene: &mut Scene<'_>,
    table: &str,
    action: &Action,
    offset: usize,
    all: &[Violation],
) {
    let behind = |piece: &&Piece<'_>| piece.start >= action.start;
    let pieces = scene.statement.pieces();
    let pieces: Vec<_> = pieces.iter().filter(behind).copied().collect();
    if Cursor::new(&pieces).sees("VALIDATE") {
        let message = format!(
            "the constraint of `{table}` is validated in the transaction that adds it, under its lock"
        );
        let hint = "write VALIDATE CONSTRAINT into a migration of its own";
        scene.found(&rules::VALIDATED_AT_ONCE, offset, message, hint);
        return;
    }
    // The rules about keys and uniqueness say more of the same constraint.
    let special = [
        Squawk::AddingForeignKeyConstraint,
        Squawk::DisallowedUniqueConstraint,
        Squawk::AddingSerialPrimaryKeyField,
    ];
    let told = |violation: &Violation| {
        let inside = start(violation).checked_sub(scene.statement.start + action.start);
        special.contains(&violation.code) && inside.is_some()
    };
    if matches!(action.what, What::AddCheck { .. }) {
        let message = format!("the rows of `{table}` are checked while nobody writes to it");
        let hint = "add it NOT VALID, and VALIDATE CONSTRAINT in a later migration";
        scene.found(&rules::CHECK, offset, message, hint);
    } else if !all.iter().any(told) {
        let message =
            format!("nobody uses `{table}` while its rows are checked for the constraint");
        let hint =
            "where the table is large, do it when nobody works: this kind cannot be NOT VALID";
        scene.found(&rules::CHECK, offset, message, hint);
    }
}

fn of_column(scene: &mut Scene<'_>, table: &str, action: &Action, code: Squawk) {
    let (known, start): (&Known, _) = (scene.known, action.start);
    match (code, &action.what) {
        (Squawk::AddingFieldWithDefault, What::AddColumn(column)) => match column.generated {
            Some(Generated::Virtual) => {}
            Some(Generated::Counted) => numbered(scene, table, &column.name, start),
            Some(Generated::Stored) | None => {
                let name = &column.name;
                let message = format!(
                    "`{table}` is written anew under a lock, with a value of its own for each row in `{name}`"
                );
                let hint = "add the column without it, then ALTER COLUMN ... SET DEFAULT, and fill the rows in batches";
                scene.found(&rules::ROW_DEFAULT, start, message, hint);
            }
        },
        (Squawk::ChangingColumnType, What::SetType { column, sql_type }) => {
            let free = known.column(table, column).is_some_and(|before| {
                let difference = types::compare(Dialect::Postgres, &before.sql_type, sql_type);
                matches!(difference, Difference::None | Difference::Free)
            });
            if !free {
                let message = format!(
                    "nobody uses `{table}` while `{column}` becomes {sql_type}, which most often writes all rows anew"
                );
                let hint = "add a column of the new type, fill it in batches, let the code use it, drop the old one";
                scene.found(&rules::COLUMN_TYPE, start, message, hint);
            }
        }
        (Squawk::AddingNotNullableField, What::SetNotNull(column))
            if !known.is_never_null(table, column) =>
        {
            let message = format!("nobody uses `{table}` while `{column}` is searched for nulls");
            let hint = "first ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID, then VALIDATE it in a \
                        later migration: SET NOT NULL then searches nothing";
            scene.found(&rules::SET_NOT_NULL, start, message, hint);
        }
        (Squawk::BanDropNotNull, What::DropNotNull(column)) => {
            let message = format!("`{table}.{column}` may be null from now on");
            let hint = "deploy code that reads `Nullable` first";
            scene.found(&rules::DROP_NOT_NULL, start, message, hint);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use squawk_linter::{Linter, Rule as Squawk};

    use super::{USES, Use};
    use crate::check::rules;

    #[test]
    fn every_rule_of_squawks_has_its_place() {
        let theirs = Linter::with_all_rules().rules;
        let theirs: BTreeSet<String> = theirs.iter().map(ToString::to_string).collect();
        let mapped: Vec<String> = USES.iter().map(|(rule, _)| rule.to_string()).collect();
        assert_eq!(mapped.len(), theirs.len());
        assert_eq!(theirs, mapped.into_iter().collect());
    }

    #[test]
    fn the_page_says_what_becomes_of_each_rule() {
        let row = |(rule, used): &(Squawk, Use)| match used {
            Use::Told(ids) => format!("| `{rule}` | {ids} |\n"),
            Use::Ours(id) => format!("| `{rule}` | {id}, on every engine |\n"),
            Use::Off(reason) => format!("| `{rule}` | left out: {reason} |\n"),
        };
        let expected: String = USES.iter().map(row).collect();
        let page = include_str!("../../../docs/CHECKS.md");
        let (_, table) = page
            .split_once("| squawk's rule | here |\n|---|---|\n")
            .unwrap();
        let (table, _) = table.split_once("\n\n").unwrap();
        assert_eq!(format!("{table}\n"), expected);
    }

    #[test]
    fn what_is_told_is_there() {
        for (rule, used) in USES {
            if let Use::Ours(ids) | Use::Told(ids) = used {
                for id in ids.split(", ") {
                    assert!(rules().iter().any(|rule| rule.id == id), "{rule}: {id}");
                }
            }
        }
    }
}
