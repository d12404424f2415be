//! Scripts for each engine's own client: `sqlite3`, `psql` and `mariadb`.

use std::fmt::Write as _;

use super::{
    statements::{self, Dialect},
    url::Engine,
};

/// What a client has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The engine, as people call it.
    pub engine: &'static str,
    /// How a file is run.
    pub run: &'static str,
    /// What the head of a script says of the lines below.
    pub remark: &'static str,
    /// The lines that have it stop at the first error, and make its session one like `manage`'s own.
    pub opening: &'static str,
}

impl Client {
    /// The client of an engine.
    ///
    /// SQLite as it is linked in
    /// [checks foreign keys](https://github.com/rusqlite/rusqlite/blob/master/libsqlite3-sys/build.rs),
    /// its shell does not; the servers' connections count time in UTC and text in UTF-8.
    pub const fn of(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self {
                engine: "SQLite",
                run: "sqlite3 -bail DATABASE < SCRIPT",
                remark: "`.bail` is a line for sqlite3 alone: another client has to be told otherwise to stop.",
                opening: ".bail on\nPRAGMA foreign_keys = ON;\n",
            },
            Engine::Postgres => Self {
                engine: "PostgreSQL",
                run: "psql -X -v ON_ERROR_STOP=1 -f SCRIPT DATABASE",
                remark: "`\\set` is a line for psql alone: another client has to be told otherwise to stop.",
                opening: "\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\nSET TIME ZONE 'UTC';\n",
            },
            Engine::Mysql => Self {
                engine: "MySQL and MariaDB",
                run: "mariadb --binary-mode --comments DATABASE < SCRIPT",
                remark: "Without these options the client changes line ends and drops comments in routines.",
                opening: "SET NAMES utf8mb4;\nSET time_zone = '+00:00';\n",
            },
        }
    }
}

/// A script as it has to be for the client to take its line ends as they are: `sqlite3` drops the CR
/// before an LF, though one of two only.
pub fn with_line_ends(engine: Engine, script: String) -> String {
    match engine {
        Engine::Sqlite => script.replace("\r\n", "\r\r\n"),
        Engine::Postgres | Engine::Mysql => script,
    }
}

/// Keeps the `search_path` that a script begins with in mind. A prepared statement lasts as long as the
/// session, whichever client it is of, and `RESET ALL` leaves it alone.
pub const KEEP_SEARCH_PATH: &str = "DO $manage$ BEGIN EXECUTE pg_catalog.format('PREPARE manage_search_path AS SELECT pg_catalog.set_config(%L, %L, false)', 'search_path', pg_catalog.current_setting('search_path')); END $manage$";

/// Sets back the `search_path` that the script began with.
pub const RESTORE_SEARCH_PATH: &str = "EXECUTE manage_search_path";

/// Keeps the `search_path` in mind for the length of a note that is written on another.
pub const LEAVE_SEARCH_PATH: &str = "SELECT pg_catalog.set_config('manage.search_path', pg_catalog.current_setting('search_path'), false)";

/// Takes up the `search_path` that was left.
pub const RESUME_SEARCH_PATH: &str = "SELECT pg_catalog.set_config('search_path', pg_catalog.current_setting('manage.search_path'), false)";

/// Whether a script may leave another `search_path` behind than it found.
pub fn may_change_search_path(engine: Engine, sql: &str) -> bool {
    let sql = || sql.to_ascii_lowercase();
    engine == Engine::Postgres
        && ["search_path", "reset all"]
            .iter()
            .any(|word| sql().contains(word))
}

/// A text that would take in whatever follows it: a quote, a comment or a body is never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclosed;

/// A file's text, so that the client reads the same statements in it as [`statements::split`], and
/// what follows it is not taken in. As it stands wherever that will do.
pub fn whole(dialect: Dialect, text: &str) -> Result<String, Unclosed> {
    let text = bare(text);
    let statements = statements::split(dialect, text);
    let mentions = |word| text.to_ascii_lowercase().contains(word);
    let as_it_stands = match dialect {
        Dialect::Sqlite => true,
        // psql reads a whole line by the setting that was there when it began.
        Dialect::Postgres => !mentions("standard_conforming_strings"),
        Dialect::Mysql => {
            !mentions("delimiter") && !statements.iter().any(statements::Statement::has_semicolons)
        }
    };
    if !as_it_stands {
        let parts = parts(dialect, text)?;
        return Ok(parts.join("\n\n"));
    }
    let found = |text: &str| statements::split(dialect, text).len();
    if found(&format!("{text}\nx")) > statements.len() {
        return Ok(text.to_owned());
    }
    if found(&format!("{text}\n;\nx")) > statements.len() {
        return Ok(format!("{text}\n;"));
    }
    Err(Unclosed)
}

/// The statements of a file one by one, each with the comments before it; comments after the last are
/// left out.
pub fn parts(dialect: Dialect, text: &str) -> Result<Vec<String>, Unclosed> {
    let text = bare(text);
    let mut end = 0;
    let statements = statements::split(dialect, text);
    let parts = statements.iter().map(|statement| {
        let mut part = String::new();
        for comment in statements::comments(dialect, &text[end..statement.start]) {
            let _ = writeln!(part, "{}", comment.trim_end());
        }
        end = statement.end();
        part += &one(dialect, statement)?;
        Ok(part)
    });
    parts.collect()
}

/// A statement with what ends it. The client of MySQL and MariaDB knows no bodies: it has to be told
/// where one ends.
fn one(dialect: Dialect, statement: &statements::Statement<'_>) -> Result<String, Unclosed> {
    let sql = statement.sql;
    let closed = |before: &str, after: &str| {
        let text = format!("{before}{sql}{after}");
        let found = statements::split(dialect, &format!("{text}\nx")).len();
        if found == 2 { Ok(text) } else { Err(Unclosed) }
    };
    if dialect != Dialect::Mysql || !statement.has_semicolons() {
        return closed("", ";");
    }
    let usual = ["//", "$$"].map(str::to_owned);
    let others = (1..).map(|n: u32| format!("//{n}//"));
    let delimiter = usual
        .into_iter()
        .chain(others)
        .find(|delimiter| !sql.contains(delimiter.as_str()))
        .unwrap_or_default();
    closed(
        &format!("DELIMITER {delimiter}\n"),
        &format!("\n{delimiter}\nDELIMITER ;"),
    )
}

/// Without the space around it that every engine takes for space: others are letters to some.
fn bare(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}');
    text.trim_matches(|c: char| c.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_file_is_not_taken_in() {
        for (dialect, text, expected) in [
            (Dialect::Postgres, "SELECT 1;\n", Ok("SELECT 1;")),
            (Dialect::Postgres, "\u{feff}SELECT 1;;", Ok("SELECT 1;;")),
            (Dialect::Sqlite, "SELECT 1", Ok("SELECT 1\n;")),
            (Dialect::Sqlite, "SELECT 1 -- a;", Ok("SELECT 1 -- a;\n;")),
            (Dialect::Sqlite, "SELECT 1\n-- a", Ok("SELECT 1\n-- a\n;")),
            (Dialect::Sqlite, "SELECT 1; -- a", Ok("SELECT 1; -- a")),
            (Dialect::Postgres, "-- nothing", Ok("-- nothing")),
            (Dialect::Postgres, "SELECT '--'", Ok("SELECT '--'\n;")),
            (Dialect::Postgres, "SELECT 'a", Err(Unclosed)),
            (Dialect::Postgres, "SELECT 1; /* a", Err(Unclosed)),
            (Dialect::Mysql, "SELECT 1; # a", Ok("SELECT 1; # a")),
            (Dialect::Sqlite, "SELECT 1; /* a", Err(Unclosed)),
        ] {
            assert_eq!(whole(dialect, text), expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn bodies_get_a_delimiter_that_is_not_in_them() {
        let trigger = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END";
        let url = "CREATE PROCEDURE p() BEGIN SELECT 'http://x'; SELECT 2; END";
        for (text, expected) in [
            (
                format!("-- why\r\nSELECT 1;\n/* then */ {trigger}; # done"),
                vec![
                    "-- why\nSELECT 1;".to_owned(),
                    format!("/* then */\nDELIMITER //\n{trigger}\n//\nDELIMITER ;"),
                ],
            ),
            (
                format!("DELIMITER //\n{trigger}//\nDELIMITER ;\nSELECT 1"),
                vec![
                    format!("DELIMITER //\n{trigger}\n//\nDELIMITER ;"),
                    "SELECT 1;".to_owned(),
                ],
            ),
            (
                url.to_owned(),
                vec![format!("DELIMITER $$\n{url}\n$$\nDELIMITER ;")],
            ),
        ] {
            assert_eq!(parts(Dialect::Mysql, &text), Ok(expected.clone()));
            assert_eq!(whole(Dialect::Mysql, &text), Ok(expected.join("\n\n")));
        }
    }
}
