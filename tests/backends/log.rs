//! `history --log`, and users who may do only a part with the log.

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::{project::Project, support::services::Server};

fn log(project: &Project, args: &[&str]) -> Vec<Value> {
    let args = [&["history", "--log", "--format", "json"], args].concat();
    let answer: Value = serde_json::from_str(&project.succeed(&args)).unwrap();
    answer["log"].as_array().unwrap().clone()
}

/// What happened, a line each.
fn lines(rows: &[Value]) -> Vec<String> {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let line = |row: &Value| {
        [
            "action",
            "direction",
            "version",
            "name",
            "outcome",
            "standing",
        ]
        .map(|key| text(&row[key]))
        .join(" ")
    };
    rows.iter().map(line).collect()
}

on_every_engine! {
    fn the_log_tells_who_ran_what(server: Server) {
        let project = Project::with(
            server,
            &[
                ("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;"),
                ("2_it's", "CREATE TABLE b (id INTEGER);\nINSERT INTO nowhere VALUES (1);\n", "DROP TABLE b;"),
            ],
        );
        project.without_transaction("2_it's");
        project.fail(&["migrate"]);
        project.succeed(&["stamp", "base"]);
        let rows = log(&project, &[]);
        assert_eq!(
            lines(&rows),
            [
                "stamp backwards 2 2_it's done null",
                "stamp backwards 1 1_a done null",
                "run forwards 2 2_it's failed 1",
                if server == Server::Mariadb { "run forwards 1 1_a done 0" } else { "run forwards 1 1_a done null" },
            ]
        );
        let user = match server {
            Server::Sqlite => None,
            Server::Postgres | Server::Postgres2 => Some(project.database.value("SELECT session_user::text")),
            Server::Mariadb => Some(project.database.value("SELECT CURRENT_USER()")),
        };
        for row in &rows {
            assert!(user.is_none() || row["user"].as_str() == user.as_deref(), "{row}");
            assert!(row["host"].is_string() && row["milliseconds"].is_u64(), "{row}");
            assert_eq!(row["tool"], concat!("manage ", env!("CARGO_PKG_VERSION")));
            assert_eq!(row["started_at"].as_str().unwrap().len(), "2026-01-02 03:04:05.678".len());
            assert_eq!(row["checksum"].as_str().unwrap().len(), 64);
        }
        assert!(rows[2]["message"].as_str().unwrap().contains("nowhere"), "{}", rows[2]);
        assert_eq!(lines(&log(&project, &["-l", "1"])), lines(&rows[..1]));
        assert_eq!(lines(&log(&project, &["-r", "2:"])), [lines(&rows[..1]), lines(&rows[2..3])].concat());
        let table = project.succeed(&["history", "--log"]);
        assert_eq!(table.lines().count(), 5, "{table}");
        assert!(table.lines().nth(3).unwrap().contains("failed after 1 statement"), "{table}");
    }

    fn a_log_that_lacks_a_column_is_told_before_anything_runs(server: Server) {
        let project = Project::with(server, &[("1_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;")]);
        project.succeed(&["migrate"]);
        project.migration("2_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
        project.database.execute("ALTER TABLE __diesel_manage_log DROP COLUMN message");
        let said = project.fail(&["migrate"]);
        assert!(said.starts_with("error: the log `__diesel_manage_log` cannot be read: ") && said.contains("message"), "{said}");
        assert!(said.contains("\nhint: another `manage` may have made it: "), "{said}");
        assert_eq!(project.tables(), ["a"]);
        let run = project.manage(&["showmigrations"]);
        assert_eq!(run.status, 0, "{run:?}");
        assert!(run.stderr.starts_with("warning: the log `__diesel_manage_log` cannot be read: "), "{run:?}");
    }
}
