//! Texts nobody would write: whatever people type, or leave in files, gives an answer or an error, in time.
//!
//! Each law is tried on a few hundred texts; `PROPTEST_CASES` says on how many, and `make test-fuzz` on a
//! hundred thousand each. How many were tried is printed.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr
)]

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use diesel_manage::{
    Settings,
    backend::{
        client,
        limits::Limits,
        statements::{self, Dialect, split},
        url::{DatabaseUrl, Engine},
    },
    check::deploy,
    migration::{
        Version, allow,
        checksum::Checksum,
        directory::{Directory, Reading},
        header::Header,
        history::History,
        script,
        target::Target,
    },
    schema::declared::{self, SourceFile},
    settings::{Overrides, Surroundings},
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestCaseResult, TestRunner},
};

/// How many texts a law is tried on unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 300;

const DIALECTS: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mysql];

/// A word that must never be told of.
const SECRET: &str = "Qx7Zw9";

/// Tries a law.
fn law<S: Strategy>(name: &str, strategy: S, holds: impl Fn(S::Value) -> TestCaseResult) {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let cases = cases.map_or(CASES, |cases| cases.parse().expect("a number of cases"));
    let tried = Cell::new(0_u64);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&strategy, |value| {
        tried.set(tried.get() + 1);
        holds(value)
    });
    eprintln!("{name}: {} inputs", tried.get());
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
}

/// Words in any order, letters of all kinds between them.
fn soup(words: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => select(words).prop_map(str::to_owned),
        1 => "[a-z0-9_]{1,6}",
        1 => "\\PC{1,3}",
        1 => select(&["\n", "\r\n", "\r", "\t", "\0", "\u{feff}", "é", "💾", "\u{2028}", " "][..])
            .prop_map(str::to_owned),
    ];
    vec(word, 0..most).prop_map(|words| words.concat())
}

/// What opens, closes and separates in SQL.
fn sql() -> impl Strategy<Value = String> {
    soup(
        &[
            ";",
            ";\n",
            "'",
            "''",
            "\"",
            "`",
            "\\",
            "--",
            "-- ",
            "#",
            "/*",
            "*/",
            "/*!",
            "/*!50100 ",
            "$$",
            "$a$",
            "$é$",
            "E'",
            "N'",
            "q'",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "BEGIN",
            "BEGIN ",
            " END",
            " END;",
            "CASE ",
            "IF ",
            "LOOP ",
            "REPEAT ",
            "CREATE ",
            "TRIGGER ",
            "TABLE ",
            "PROCEDURE ",
            "FUNCTION ",
            "AS ",
            "ATOMIC ",
            "DECLARE ",
            "\nDELIMITER //\n",
            "\nDELIMITER ;\n",
            "\ndelimiter é\n",
            "\nDELIMITER \n",
            "//",
            "SELECT 1",
            "DROP TABLE a",
            "DELETE FROM a",
            "ALTER TABLE a DROP COLUMN b",
            "TRUNCATE ",
            "COMMIT",
            "ROLLBACK",
            "COPY a FROM STDIN",
            "\\.",
            "\\c",
            ".read x",
            "SET search_path TO b",
            " ",
            "\n",
        ],
        40,
    )
}

#[test]
fn statements_cover_the_text_and_split_into_themselves() {
    law(
        "statements",
        (select(&DIALECTS[..]), sql()),
        |(dialect, text)| {
            let mut end = 0;
            let mut outside = String::new();
            for statement in split(dialect, &text) {
                prop_assert!(statement.start >= end && !statement.sql.is_empty());
                prop_assert_eq!(&text[statement.start..statement.end()], statement.sql);
                outside.push_str(&text[end..statement.start]);
                outside.push('\n');
                end = statement.end();
                // Alone it is what it was among the others.
                let again = split(dialect, statement.sql);
                if !text.to_lowercase().contains("delimiter") {
                    prop_assert!(
                        again.len() <= 1,
                        "{:?} is {} statements",
                        statement.sql,
                        again.len()
                    );
                }
                let _ = (
                    statement.transaction_control(),
                    statement.refuses_transaction(),
                );
                let _ = (
                    statement.made_table(),
                    statement.changed_table(),
                    statement.has_semicolons(),
                );
            }
            outside.push_str(&text[end..]);
            prop_assert_eq!(split(dialect, &outside).len(), 0, "{:?}", outside);
            Ok(())
        },
    );
}

#[test]
fn a_text_for_the_clients_has_the_same_statements() {
    law(
        "clients",
        (select(&DIALECTS[..]), sql()),
        |(dialect, text)| {
            let _ = deploy::destroys_data(dialect, &text);
            let Ok(parts) = client::parts(dialect, &text) else {
                return Ok(());
            };
            let statements = split(dialect, text.trim_start_matches('\u{feff}'));
            prop_assert_eq!(parts.len(), statements.len());
            // Whole, it does not take in what follows.
            if let Ok(whole) = client::whole(dialect, &text) {
                let delimited = text.to_lowercase().contains("delimiter");
                let more = split(dialect, &format!("{whole}\nSELECT 2;\n")).len();
                prop_assert!(delimited || more > statements.len(), "{whole:?}");
            }
            Ok(())
        },
    );
}

#[test]
fn long_texts_of_what_never_ends_take_no_time() {
    for dialect in DIALECTS {
        for piece in [
            "/*",
            "*/",
            "/* */",
            "--",
            "-- \n",
            "#\n",
            "'",
            "''",
            "\"",
            "`",
            "$$",
            "$a$",
            "$",
            "(",
            ")",
            "[",
            "{",
            ";",
            "; ",
            "\\",
            "BEGIN ",
            "BEGIN\n",
            "END ",
            "CASE ",
            "IF ",
            "CREATE TRIGGER a BEGIN ",
            "E'\\'",
            "\nDELIMITER //\n",
            "\nDELIMITER ;\n",
            "a ",
            "é",
            "💾",
            "\0",
            "\r",
            "\n",
            "/*!",
            "\u{feff}",
            "CREATE ",
            "SELECT 1;\n",
        ] {
            let text = piece.repeat(40_000 / piece.len());
            let statements = split(dialect, &text);
            assert!(statements.iter().all(|statement| !statement.sql.is_empty()));
        }
    }
}

fn header() -> impl Strategy<Value = String> {
    soup(
        &[
            "--",
            "-- ",
            "\n-- Version: ",
            "\n-- Revises: ",
            "\n-- Replaces: ",
            "\n-- Created: ",
            "none",
            ",",
            ", ",
            "(",
            ")",
            ":",
            "202601131724030000",
            "\n",
            "\n\n",
            "\n-- manage: allow(",
            "M005",
            ") why",
            "SELECT 1;",
        ],
        30,
    )
}

#[test]
fn headers_end_with_the_comments_and_do_not_mind_line_ends() {
    law("headers", header(), |text| {
        let read = Header::parse(&text);
        if !text.contains('\r') {
            prop_assert_eq!(&Header::parse(&text.replace('\n', "\r\n")), &read);
            let more = format!("{text}\nSELECT 1;\n-- Version: 9\n-- Revises: 8\n");
            prop_assert_eq!(&Header::parse(&more), &read);
        }
        prop_assert_eq!(&Header::parse(&format!("\u{feff}{text}")), &read);
        for comment in allow::parse(&text) {
            prop_assert!(comment.place.line >= 1 && comment.place.column >= 1);
        }
        Ok(())
    });
}

#[test]
fn checksums_know_letters_and_no_line_ends() {
    law(
        "checksums",
        (header(), any::<prop::sample::Index>()),
        |(text, at)| {
            let text = text.replace('\r', "");
            // What is said to `manage` does not count.
            let text = text.replace("manage", "mange");
            let sum = Checksum::of(&text);
            prop_assert_eq!(sum.as_str().len(), 64);
            prop_assert_eq!(&Checksum::of(&text.replace('\n', "\r\n")), &sum);
            prop_assert_eq!(&Checksum::of(&text.replace('\n', " \t\n")), &sum);
            prop_assert_eq!(&Checksum::of(&format!("\u{feff}{text}\n\n")), &sum);
            let mut other: Vec<char> = text.chars().collect();
            other.insert(at.index(other.len() + 1), 'x');
            let other: String = other.into_iter().collect();
            prop_assert!(Checksum::of(&other) != sum, "{other:?}");
            Ok(())
        },
    );
}

#[test]
fn folder_names_have_the_version_that_diesel_gives_them() {
    let names = soup(&["-", "_", "__", "2026", "01", "R__", ".", "a", " "], 8);
    law("folder names", names, |name| {
        let expected = name.split('_').next().unwrap_or_default().replace('-', "");
        let version = Version::of_folder(&name);
        prop_assert_eq!(version.is_none(), expected.is_empty());
        if let Some(version) = version {
            prop_assert_eq!(version.as_str(), expected);
        }
        Ok(())
    });
}

/// A folder of any names that the system takes.
#[test]
fn a_folder_of_any_names_is_read_or_refused() {
    let name = soup(
        &["-", "_", "2026", "01", "R__", "a", ".sql", "head.txt", "B"],
        5,
    );
    let entries = vec((name, header(), any::<bool>()), 1..4);
    law("folders", entries, |entries| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text, is_file) in &entries {
            let name = name.replace(['/', '\0'], "");
            let path = folder.path().join(&name);
            if name.is_empty() || name == "." || name == ".." || path.exists() {
                continue;
            }
            if *is_file {
                let _ = fs::write(path, text);
            } else if fs::create_dir(&path).is_ok() {
                fs::write(path.join("up.sql"), text).unwrap();
                fs::write(path.join("metadata.toml"), text).unwrap();
            }
        }
        let (directory, texts) = Directory::read_with_texts(folder.path()).expect("it can be read");
        for dialect in DIALECTS {
            let _ = diesel_manage::check::files(&directory, &texts, dialect);
        }
        for flaw in directory.flaws() {
            prop_assert!(!flaw.to_string().is_empty());
        }
        if let Ok(sound) = directory.sound() {
            let history = History::new(sound.migrations, []);
            let _ = (history.entries().len(), history.pending().len());
        }
        Ok(())
    });
}

/// Four migrations, the first two applied.
fn history() -> History {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "2025-01-01_users",
        "2025-01-02_user_names",
        "2025-02-01_posts",
        "2026-01-01_tags",
    ] {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("up.sql"), "SELECT 1;\n").unwrap();
    }
    let found = Directory::read(folder.path(), Reading::Headers)
        .unwrap()
        .sound()
        .unwrap();
    let history = History::new(found.migrations, []);
    history.at([Version::new("20250101"), Version::new("20250102")])
}

#[test]
fn targets_and_ranges_are_places_or_said_to_be_none() {
    let history = history();
    let names = soup(
        &[
            "head",
            "heads",
            "base",
            "zero",
            "current",
            "+",
            "-",
            "1",
            "99999999999999999999",
            ":",
            "2025",
            "-01",
            "-02",
            "_users",
            "user",
            "posts",
            "20250101",
            "_",
        ],
        5,
    );
    law("targets and ranges", names, |text| {
        let Ok(target) = text.parse::<Target>();
        prop_assert_eq!(target.to_string().parse::<Target>(), Ok(target.clone()));
        match history.find(&text) {
            Ok(version) => prop_assert!(history.migration(&version).is_some()),
            Err(error) => prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty()),
        }
        match history.range(&text) {
            Ok(versions) => prop_assert!(versions.iter().all(|v| history.migration(v).is_some())),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        let (from, to) = script::range(&text);
        for side in [from, to].into_iter().flatten() {
            prop_assert_eq!(side, side.trim());
        }
        let _ = script::history_at(&history, &target);
        let _ = (
            script::forwards(&history, &text, &target),
            diesel_manage::migration::plan::Plan::migrate(&history, &target),
        );
        Ok(())
    });
}

fn settings(root: &Path, env: &[(&str, &str)]) -> (Result<Settings, String>, String) {
    let surroundings = Surroundings {
        cwd: root.to_owned(),
        home: None,
        env: env
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect::<BTreeMap<_, _>>(),
    };
    match Settings::resolve(&Overrides::default(), &surroundings) {
        Ok(settings) => {
            let database = settings.database();
            let said = format!(
                "{settings:?} {:?} {:?}",
                settings.warnings(),
                database.map(ToString::to_string)
            );
            (Ok(settings), said)
        }
        Err(error) => {
            let said = format!("{error} {error:?} {:?}", error.hint());
            (Err(error.to_string()), said)
        }
    }
}

/// Passwords are told by none of the files, however broken they are.
#[test]
fn files_of_settings_are_read_or_refused_and_keep_their_secrets() {
    let toml = soup(
        &[
            "[databases.main]\n",
            "[migrate]\n",
            "[check]\n",
            "[production]\n",
            "\nurl = ",
            "\npassword = ",
            "\nhost = ",
            "\nport = ",
            "\nlock_timeout = ",
            "\nlock_retries = ",
            "\nconfirm = ",
            "\ndefault = ",
            "\nlevels = ",
            "\"",
            "'",
            "\"\"\"",
            "5",
            "-1",
            "1e400",
            "inf",
            "nan",
            "true",
            "{",
            "}",
            "[",
            "]",
            "=",
            "#",
            "\n",
            "${HOME}",
            "${",
            "$${",
            ":-",
            "postgres://app:Qx7Zw9@db/shop",
            "Qx7Zw9",
        ],
        14,
    );
    let dotenv = soup(
        &[
            "DATABASE_URL=",
            "\nDB_PASSWORD=",
            "\nDB_HOST=",
            "\nDB_CONNECTION=",
            "\nENVIRONMENT=",
            "postgres",
            "\"",
            "'",
            "$",
            "${",
            "}",
            "\\",
            "export ",
            "#",
            "=",
            "\n",
            "Qx7Zw9",
            "postgres://app:Qx7Zw9@db/shop",
        ],
        10,
    );
    law("manage.toml and .env", (toml, dotenv), |(toml, dotenv)| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manage.toml"), &toml).unwrap();
        fs::write(folder.path().join(".env"), &dotenv).unwrap();
        let (_, said) = settings(folder.path(), &[]);
        // Where something else is asked for it is no password.
        let is_in_place = |line: &str| {
            ["DATABASE_URL=", "DB_PASSWORD=", "url = ", "password = "]
                .iter()
                .any(|key| line.starts_with(key))
        };
        let mut lines = [&toml, &dotenv]
            .into_iter()
            .flat_map(|text| text.split(['\n', '\r']))
            .filter(|line| line.contains(SECRET));
        if lines.all(is_in_place) {
            prop_assert!(!said.contains(SECRET), "{said}");
        }
        Ok(())
    });
}

#[test]
fn urls_in_the_environment_are_read_or_refused_and_keep_their_secrets() {
    let url = (
        select(
            &[
                "postgres",
                "postgresql+psycopg",
                "mysql",
                "mariadb",
                "sqlite",
                "sqlite+x",
                "redis",
                "",
            ][..],
        ),
        select(&["://", ":", ":///", ":////", ""][..]),
        soup(
            &[
                "@", ":", "/", "?", "#", "%", "%40", "&", "=", ",", "[::1]", "host", "sslmode",
                "socket", "options",
            ],
            12,
        ),
        soup(
            &[
                "/",
                "?",
                "#",
                "%",
                "&",
                "=",
                "a",
                ".db",
                "host=/x",
                "&sslmode=require",
                "&password=Qx7Zw9",
            ],
            6,
        ),
    );
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_owned();
    law("URLs", url, |(scheme, sign, before, after)| {
        let before = before.replace('\0', "");
        let text = format!("{scheme}{sign}app:{SECRET}@{before}{after}").replace('\0', "");
        let _ = DatabaseUrl::parse(&text);
        let (settings, said) = settings(&folder, &[("DATABASE_URL", &text)]);
        if let Ok(settings) = settings {
            // SQLite has no passwords: what stands there is a name.
            if settings
                .database()
                .is_ok_and(|url| url.engine() != Engine::Sqlite)
            {
                prop_assert!(!said.contains(SECRET), "{text}\n{said}");
            }
            if let Ok(url) = settings.database() {
                let again = DatabaseUrl::parse(url.exposed().expose());
                prop_assert_eq!(
                    again.as_ref().map(ToString::to_string),
                    Ok(url.to_string()),
                    "{}",
                    text
                );
            }
        }
        Ok(())
    });
}

#[test]
fn directives_are_read_or_refused_with_their_place() {
    let line = soup(
        &[
            "@index ",
            "@unique ",
            "@check ",
            "@references ",
            "@renamed_from ",
            "@unmanaged",
            "@type ",
            "@default ",
            "@generated ",
            "@serial",
            "@identity",
            "@collate ",
            "@enum ",
            "@indx ",
            "@",
            "(",
            ")",
            "((",
            "))",
            "a",
            "b, ",
            "'",
            "''",
            "'a'",
            "\"",
            "where ",
            "using ",
            "unique",
            "on delete ",
            "cascade",
            "users(id)",
            "stored",
            "virtual",
            "numeric(10, 2)",
            "now()",
            " ",
            "::",
            ",",
            ";",
            "--",
            "/*",
        ],
        8,
    );
    let line = line.prop_map(|line| line.replace(['\n', '\r', '\0'], " "));
    law("directives", vec(line, 0..5), |lines| {
        let docs = |from: usize| -> String {
            let lines = lines.iter().skip(from).step_by(2);
            lines.map(|line| format!("    ///{line}\n")).collect()
        };
        let text = format!(
            "diesel::table! {{\n{}    users (id) {{\n{}        id -> BigInt,\n        a -> Text,\n    }}\n}}\n",
            docs(0),
            docs(1)
        );
        let rows = text.lines().count();
        let file = SourceFile {
            path: PathBuf::from("src/schema.rs"),
            text,
        };
        if let Err(errors) = declared::read(&[file]) {
            prop_assert!(!errors.is_empty());
            for error in errors {
                prop_assert!(error.line >= 1 && error.line <= rows + 1, "{error:?}");
                prop_assert!(error.column >= 1 && error.length >= 1, "{error:?}");
                prop_assert!(!error.message.is_empty(), "{error:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn any_rust_is_read_or_refused() {
    let text = soup(
        &[
            "diesel::table! {",
            "table! {",
            "}",
            "users (id) {",
            "id -> BigInt,",
            "->",
            "#[",
            "]",
            "///",
            "/**",
            "*/",
            "@",
            "joinable!(",
            "allow_tables_to_appear_in_same_query!(",
            ")",
            "mod a {",
            "use ",
            "::",
            ";",
            "'",
            "\"",
            "r#\"",
            "#[sql_name = \"x\"]",
            "Nullable<",
            ">",
            "pub mod sql_types {",
            "pub struct A;",
            "#[diesel(",
            "\n",
        ],
        16,
    );
    law("models", text, |text| {
        let file = SourceFile {
            path: PathBuf::from("src/schema.rs"),
            text,
        };
        if let Err(errors) = declared::read(&[file]) {
            prop_assert!(
                errors
                    .iter()
                    .all(|error| error.line >= 1 && error.column >= 1)
            );
        }
        Ok(())
    });
}

#[test]
fn limits_of_any_length_are_statements() {
    let length = prop::option::of(
        any::<(u64, u32)>()
            .prop_map(|(seconds, nanos)| Duration::new(seconds, nanos % 1_000_000_000)),
    );
    law(
        "limits",
        (length.clone(), length, select(&ENGINES[..])),
        |(lock, statement, engine)| {
            let limits = Limits { lock, statement };
            let sets = [
                limits.for_transaction(engine),
                limits.for_session(engine, true),
            ]
            .concat();
            for sql in &sets {
                let dialect = diesel_manage::backend::Features::of(engine).dialect;
                prop_assert_eq!(split(dialect, sql).len(), 1, "{}", sql);
                prop_assert!(
                    !sql.contains("inf") && !sql.contains("NaN") && !sql.contains('-'),
                    "{}",
                    sql
                );
            }
            let _ = (limits.of_script(engine), limits.reset(engine));
            Ok(())
        },
    );
}

#[test]
fn places_are_in_the_text() {
    law("places", (sql(), any::<usize>()), |(text, at)| {
        let place = statements::place(&text, at);
        let lines = text.matches(['\n', '\r']).count() + 1;
        prop_assert!(place.line >= 1 && place.line <= lines && place.column >= 1);
        let _ = statements::byte_of_char(&text, at);
        Ok(())
    });
}
