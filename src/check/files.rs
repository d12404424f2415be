//! Family M: the migrations folder and its files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{
    Finding, Rule,
    allow::{self, Allowed},
};
use crate::{
    backend::statements::{self, Dialect, Statement},
    error::{Error, FileProblem, SEVERAL_HEADS},
    migration::{
        Direction, Metadata, Migration, REPEATABLE,
        directory::{Directory, DirectoryError, Texts, side_by_side},
        lineage::Lineage,
        writer::HEAD_FILE,
    },
};

/// The ledger's column is `VARCHAR(50)`.
const VERSION_LIMIT: usize = 50;

static DUPLICATE: Rule = rule!(
    "M001",
    "duplicate-version",
    Error,
    "two migrations of one version: Diesel drops one of them"
);
static NO_UP: Rule = rule!(
    "M002",
    "missing-up",
    Error,
    "a folder without `up.sql`: Diesel then runs nothing at all"
);
static UNREADABLE: Rule = rule!(
    "M003",
    "unreadable-file",
    Error,
    "a file that cannot be read"
);
static EMPTY: Rule = rule!(
    "M004",
    "empty-file",
    Error,
    "an empty file, which Diesel refuses to run"
);
static ONLY_COMMENTS: Rule = rule!(
    "M005",
    "only-comments",
    Info,
    "an `up.sql` that holds comments only, and joins no branches"
);
static NOT_UTF8: Rule = rule!("M006", "not-utf8", Error, "a file that is not UTF-8");
static NO_DOWN: Rule = rule!(
    "M007",
    "missing-down",
    Info,
    "a migration without `down.sql`: it cannot be undone"
);
static METADATA_UNPARSABLE: Rule = rule!(
    "M008",
    "broken-metadata",
    Error,
    "a `metadata.toml` that cannot be parsed: Diesel silently takes it for `run_in_transaction = true`"
);
static METADATA_KEY_MISSING: Rule = rule!(
    "M009",
    "incomplete-metadata",
    Warning,
    "a `metadata.toml` without `run_in_transaction`: Diesel takes that for `false`"
);
static BAD_NAME: Rule = rule!(
    "M010",
    "unusable-version",
    Error,
    "a folder whose name gives no usable version"
);
static WIDTHS: Rule = rule!(
    "M011",
    "version-width",
    Warning,
    "versions that sort wrongly: they compare as texts, so `10` runs before `9`"
);
static TRANSACTION_CONTROL: Rule = rule!(
    "M012",
    "transaction-control",
    Warning,
    "`BEGIN`, `COMMIT` or `ROLLBACK` in a migration that runs in a transaction"
);
static REFUSES_TRANSACTION: Rule = rule!(
    "M013",
    "refuses-transaction",
    Error,
    "a statement that cannot run in a transaction, in a migration that does"
);
static HEADER_VERSION: Rule = rule!(
    "M014",
    "header-version",
    Warning,
    "a header whose `Version:` is not the folder's"
);
static HEAD: Rule = rule!(
    "M015",
    "stale-head-file",
    Warning,
    "a `head.txt` that does not name the newest version, or holds the marks of a conflict"
);
static COPY: Rule = rule!(
    "M016",
    "client-copy",
    Error,
    "`COPY` from or to the client, which neither Diesel nor `manage` can feed or read"
);
static SAME_NAME: Rule = rule!(
    "M017",
    "case-only-names",
    Error,
    "repeatable migrations whose names differ by the case of letters alone"
);
static STRAY: Rule = rule!(
    "M018",
    "stray-file",
    Warning,
    "an SQL file in the migrations folder that nothing runs"
);

/// The checks of this family.
pub static RULES: &[&Rule] = &[
    &DUPLICATE,
    &NO_UP,
    &UNREADABLE,
    &EMPTY,
    &ONLY_COMMENTS,
    &NOT_UTF8,
    &NO_DOWN,
    &METADATA_UNPARSABLE,
    &METADATA_KEY_MISSING,
    &BAD_NAME,
    &WIDTHS,
    &TRANSACTION_CONTROL,
    &REFUSES_TRANSACTION,
    &HEADER_VERSION,
    &HEAD,
    &COPY,
    &SAME_NAME,
    &STRAY,
];

/// What one migration's files show.
#[derive(Default)]
struct Seen {
    findings: Vec<Finding>,
    allowed: Vec<(PathBuf, Vec<&'static Rule>)>,
}

pub(super) fn check(
    directory: &Directory,
    texts: &Texts,
    dialect: Dialect,
) -> (Vec<Finding>, Allowed) {
    let mut findings: Vec<Finding> = directory.flaws().iter().map(of_flaw).collect();
    let mut allowed = Allowed::default();
    let mut take = |migration: &Migration, seen: Seen| {
        findings.extend(seen.findings);
        for (path, rules) in seen.allowed {
            allowed.add(migration, &path, &rules);
        }
    };
    let migrations = directory.migrations();
    let of_migrations = side_by_side(migrations, |migration| {
        let mut seen = Seen::default();
        check_migration(migration, texts, dialect, &mut seen);
        seen
    });
    for (migration, seen) in migrations.iter().zip(of_migrations) {
        take(migration, seen);
    }
    for repeatable in directory.repeatables() {
        let mut seen = Seen::default();
        check_sql(repeatable, Direction::Forwards, texts, dialect, &mut seen);
        take(repeatable, seen);
    }
    findings.extend(check_names(directory.repeatables()));
    findings.extend(check_strays(directory));
    findings.extend(check_widths(directory.migrations()));
    findings.extend(check_head(directory));
    (findings, allowed)
}

fn of_flaw(flaw: &DirectoryError) -> Finding {
    let (rule, path): (_, Option<&PathBuf>) = match flaw {
        DirectoryError::Duplicate { .. } => (&DUPLICATE, None),
        DirectoryError::NoUp { path } => (&NO_UP, Some(path)),
        DirectoryError::NoFolder { path } | DirectoryError::Unreadable { path, .. } => {
            (&UNREADABLE, Some(path))
        }
        DirectoryError::NoVersion { path } | DirectoryError::NotUnicode { path } => {
            (&BAD_NAME, Some(path))
        }
    };
    // The place is told beside the message.
    let message = match flaw {
        DirectoryError::NoUp { .. } => "it has no `up.sql`".to_owned(),
        DirectoryError::NoVersion { .. } => {
            "its name has no version before the first `_`".to_owned()
        }
        DirectoryError::NotUnicode { .. } => "its name is not Unicode".to_owned(),
        DirectoryError::Unreadable { message, .. } => format!("it cannot be read: {message}"),
        DirectoryError::NoFolder { .. } | DirectoryError::Duplicate { .. } => flaw.to_string(),
    };
    let finding = Finding {
        hint: flaw.hint(),
        ..Finding::new(rule, message)
    };
    match path {
        Some(path) => finding.at(path, None),
        None => finding,
    }
}

fn check_migration(migration: &Migration, texts: &Texts, dialect: Dialect, seen: &mut Seen) {
    let Some(folder) = migration.folder() else {
        return;
    };
    let findings = &mut seen.findings;
    let name = &migration.name;
    if migration.version.as_str().len() > VERSION_LIMIT {
        findings.push(
            Finding::new(
                &BAD_NAME,
                format!("the version of {name} is longer than {VERSION_LIMIT} characters"),
            )
            .hint("the ledger cannot hold it: rename the folder")
            .of(&migration.name)
            .at(folder, None),
        );
    }
    let metadata = check_metadata(&migration.metadata, &folder.join("metadata.toml"));
    findings.extend(metadata.map(|finding| finding.of(&migration.name)));
    if let Some(version) = migration
        .header
        .version
        .as_ref()
        .filter(|v| **v != migration.version)
    {
        findings.push(
            Finding::new(
                &HEADER_VERSION,
                format!(
                    "the header of {name} says version {version}, its folder {}",
                    migration.version
                ),
            )
            .hint("Diesel goes by the folder: correct the header")
            .of(&migration.name)
            .at(folder.join("up.sql"), None),
        );
    }
    check_sql(migration, Direction::Forwards, texts, dialect, seen);
    if migration.reversible {
        check_sql(migration, Direction::Backwards, texts, dialect, seen);
    } else {
        seen.findings.push(
            Finding::new(&NO_DOWN, "it has no `down.sql`")
                .hint("write one, if only a comment, so that it can be undone")
                .of(&migration.name)
                .at(folder, None),
        );
    }
}

fn check_metadata(metadata: &Metadata, path: &Path) -> Option<Finding> {
    match metadata {
        Metadata::Absent | Metadata::Says { .. } => None,
        Metadata::KeyMissing => Some(
            Finding::new(
                &METADATA_KEY_MISSING,
                "`run_in_transaction` is missing, which Diesel takes for `false`",
            )
            .hint("write `run_in_transaction = true` or `run_in_transaction = false`")
            .at(path, None),
        ),
        Metadata::Unparsable { message, line } => Some(
            Finding::new(
                &METADATA_UNPARSABLE,
                format!("{message}; Diesel takes the file for `run_in_transaction = true`"),
            )
            .hint("write `run_in_transaction = true` or `run_in_transaction = false`")
            .at(path, *line),
        ),
    }
}

fn check_sql(
    migration: &Migration,
    direction: Direction,
    texts: &Texts,
    dialect: Dialect,
    seen: &mut Seen,
) {
    let Some(path) = migration.file(direction) else {
        return;
    };
    let findings = &mut seen.findings;
    let sql = match texts.get(&path) {
        Some(Ok(sql)) => sql,
        Some(Err(problem)) => {
            findings.push(unreadable(&path, problem).of(&migration.name));
            return;
        }
        None => return,
    };
    let statements = statements::split(dialect, sql);
    let joins = migration
        .header
        .revises
        .as_ref()
        .is_some_and(|parents| parents.len() > 1);
    if statements.is_empty() && direction == Direction::Forwards && !joins {
        findings.push(
            Finding::new(&ONLY_COMMENTS, "it holds comments only, so it does nothing")
                .of(&migration.name)
                .at(&path, None),
        );
    }
    for statement in &statements {
        if let Some(finding) = check_statement(statement, migration) {
            let place = statements::place(sql, statement.start);
            findings.push(finding.of(&migration.name).at_place(&path, place));
        }
    }
    let rules = allow::check(migration, &path, sql, findings);
    seen.allowed.push((path, rules));
}

fn check_statement(statement: &Statement<'_>, migration: &Migration) -> Option<Finding> {
    let allow = if migration.is_repeatable() {
        "write it into a migration that runs outside of one"
    } else {
        "write `run_in_transaction = false` into metadata.toml"
    };
    if copies_with_client(statement) {
        let message = "a migration cannot feed or read COPY ... STDIN or STDOUT";
        let hint = "write INSERT statements, or COPY a file that the server can read";
        return Some(Finding::new(&COPY, message).hint(hint));
    }
    if !migration.run_in_transaction() {
        return None;
    }
    if statement.transaction_control().is_some() {
        let message = "this ends the transaction the migration runs in";
        return Some(
            Finding::new(&TRANSACTION_CONTROL, message).hint(format!("remove it, or {allow}")),
        );
    }
    statement.refuses_transaction().map(|what| {
        Finding::new(
            &REFUSES_TRANSACTION,
            format!("{what} cannot run in a transaction"),
        )
        .hint(allow)
    })
}

/// PostgreSQL's `COPY ... FROM STDIN` and `TO STDOUT`.
fn copies_with_client(statement: &Statement<'_>) -> bool {
    let mut words = statement.words();
    statement.dialect == Dialect::Postgres
        && words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("copy"))
        && words.any(|word| {
            ["stdin", "stdout"]
                .iter()
                .any(|end| word.eq_ignore_ascii_case(end))
        })
}

fn unreadable(path: &Path, problem: &FileProblem) -> Finding {
    let (rule, line, message) = match problem {
        FileProblem::Empty => (&EMPTY, None, "it is empty".to_owned()),
        FileProblem::NotUtf8 { line } => (&NOT_UTF8, Some(*line), "it is not UTF-8".to_owned()),
        FileProblem::Missing => (&UNREADABLE, None, "it does not exist".to_owned()),
        FileProblem::Unreadable { message } => {
            (&UNREADABLE, None, format!("it cannot be read: {message}"))
        }
    };
    let error = Error::File {
        path: path.to_owned(),
        problem: problem.clone(),
    };
    Finding {
        hint: error.hints().into_iter().next(),
        ..Finding::new(rule, message).at(path, line)
    }
}

/// Versions that are numbers must sort as numbers do.
fn check_widths(migrations: &[Migration]) -> Option<Finding> {
    let number = |m: &Migration| m.version.as_str().parse::<u128>().ok();
    migrations.windows(2).find_map(|pair| {
        let [earlier, later] = pair else { return None };
        (number(earlier)? > number(later)?).then(|| {
            Finding::new(
                &WIDTHS,
                format!(
                    "{} sorts before {}, for versions compare as texts",
                    earlier.name, later.name
                ),
            )
            .hint("give all versions the same number of digits")
        })
    })
}

/// Where names that differ by case are one file, one of the two is lost.
fn check_names(repeatables: &[Migration]) -> Vec<Finding> {
    let mut seen: BTreeMap<String, &Migration> = BTreeMap::new();
    let findings = repeatables.iter().filter_map(|migration| {
        let other = seen.insert(migration.name.to_lowercase(), migration)?;
        let message = format!(
            "{} and {} are one file on a disk that ignores case",
            other.name, migration.name
        );
        let finding = Finding::new(&SAME_NAME, message)
            .hint("give one of them another name")
            .of(&migration.name);
        Some(match migration.path() {
            Some(path) => finding.at(path, None),
            None => finding,
        })
    });
    findings.collect()
}

/// Files and folders that look like something that runs, and are nothing.
fn check_strays(directory: &Directory) -> Vec<Finding> {
    let files = directory.strays().iter().map(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let meant = name.trim_start_matches(['R', 'r']).trim_start_matches(['_', '-']);
        let hint = if name.starts_with(['R', 'r']) && name[1..].starts_with(['_', '-']) && !meant.is_empty() {
            format!("did you mean `{REPEATABLE}{meant}.sql`, a repeatable migration?")
        } else {
            format!("a migration is a folder with an `up.sql`; a file that runs whenever it changes is named `{REPEATABLE}<name>.sql`")
        };
        Finding::new(&STRAY, "nothing runs it").hint(hint).at(path, None)
    });
    let folders = directory.migrations().iter().filter_map(|migration| {
        let folder = migration
            .folder()
            .filter(|_| migration.name.starts_with(REPEATABLE))?;
        let message = format!(
            "it is a migration of the version `{}`, and runs once",
            migration.version
        );
        let hint = format!("a repeatable migration is a file `{}.sql`", migration.name);
        let finding = Finding::new(&STRAY, message).hint(hint);
        Some(finding.of(&migration.name).at(folder, None))
    });
    files.chain(folders).collect()
}

fn check_head(directory: &Directory) -> Option<Finding> {
    let path = directory.path().join(HEAD_FILE);
    let text = fs::read(&path).ok()?;
    let text = String::from_utf8_lossy(&text);
    let newest = directory
        .migrations()
        .last()
        .map_or("", |m| m.version.as_str());
    if text.trim() == newest {
        return None;
    }
    let conflict = text.lines().any(|line| line.starts_with("<<<<<<<"));
    let message = if conflict {
        format!("it holds the marks of a conflict in git, and the newest version is `{newest}`")
    } else {
        let line = text.trim().lines().next().unwrap_or_default();
        format!("it names `{line}`, and the newest version is `{newest}`")
    };
    let hint = if Lineage::new(directory.migrations()).heads().len() > 1 {
        format!("{SEVERAL_HEADS}; both rewrite it")
    } else {
        "`manage makemigrations --merge` looks for branches, and rewrites it".to_owned()
    };
    Some(Finding::new(&HEAD, message).hint(hint).at(path, None))
}
