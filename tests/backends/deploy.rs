//! `check --deploy` on each engine: the same danger under the same name, and the reason for it.

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::{project::Project, support::services::Server};

const START: &str = "2025-01-01-000000-0000_start";
const NEXT: &str = "2025-01-02-000000-0000_next";

/// A database with a table of one row, and a migration still to run.
fn about_to(server: Server, up: &str) -> Project {
    let make = "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(80));\n\
                INSERT INTO users VALUES (1, 'Ada');\n";
    let project = Project::with(server, &[(START, make, "DROP TABLE users;\n")]);
    project.succeed(&["migrate"]);
    project.migration(NEXT, up, "SELECT 1;\n");
    project
}

/// The errors and warnings of the family.
fn found(project: &Project) -> Vec<String> {
    let run = project.manage(&["check", "--deploy", "--format", "json"]);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = answer["findings"].as_array().unwrap().iter();
    let ids = findings
        .filter(|finding| finding["level"] != "info")
        .map(|finding| finding["id"].as_str().unwrap().to_owned());
    ids.filter(|id| id.starts_with('D')).collect()
}

on_every_engine! {
    /// Data, columns and names that the running code needs.
    fn the_same_danger_has_the_same_name(server: Server) {
        for (up, id) in [
            ("DROP TABLE users;", "D001"),
            ("ALTER TABLE users DROP COLUMN name;", "D002"),
            ("DELETE FROM users;", "D006"),
            ("UPDATE users SET name = 'x';", "D007"),
            ("ALTER TABLE users RENAME TO people;", "D009"),
            ("ALTER TABLE users RENAME COLUMN name TO full_name;", "D010"),
            ("ALTER TABLE users ADD COLUMN email VARCHAR(80) NOT NULL;", "D011"),
        ] {
            assert_eq!(found(&about_to(server, up)), [id], "{up}");
        }
    }

    /// What is found is what happens.
    fn a_required_column_is_found_before_it_fails(server: Server) {
        let project = about_to(server, "ALTER TABLE users ADD COLUMN email VARCHAR(80) NOT NULL;\n");
        assert_eq!(found(&project), ["D011"]);
        let run = project.manage(&["migrate"]);
        match server {
            Server::Mariadb => {
                assert_eq!(run.status, 0);
                assert_eq!(project.database.value("SELECT COUNT(*) FROM users WHERE email = ''"), "1");
            }
            Server::Sqlite | Server::Postgres | Server::Postgres2 => assert_eq!(run.status, 2),
        }
    }

    /// A table that is still to be made is in nobody's way.
    fn new_tables_are_free(server: Server) {
        let project = about_to(server, "CREATE TABLE notes (id INTEGER PRIMARY KEY, word VARCHAR(80));\n");
        project.migration(
            "2025-01-03-000000-0000_more",
            "CREATE UNIQUE INDEX notes_word ON notes (word);\n",
            "SELECT 1;\n",
        );
        project.migration(
            "2025-01-04-000000-0000_gone",
            "DROP TABLE notes;\n",
            "SELECT 1;\n",
        );
        assert_eq!(found(&project), Vec::<String>::new());
    }
}

on_postgres! {
    /// squawk's findings under our names, and the way that its hint shows.
    fn locks_are_found_and_the_hints_help(server: Server) {
        for (up, id) in [
            ("CREATE INDEX users_name ON users (name);", "D017"),
            ("ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '');", "D021"),
            ("ALTER TABLE users ALTER COLUMN name SET NOT NULL;", "D012"),
            ("ALTER TABLE users ALTER COLUMN id TYPE bigint;", "D014"),
        ] {
            assert_eq!(found(&about_to(server, up)), [id], "{up}");
        }
        let project = about_to(server, "CREATE INDEX CONCURRENTLY users_name ON users (name);\n");
        project.without_transaction(NEXT);
        assert_eq!(found(&project), Vec::<String>::new());
        project.succeed(&["migrate"]);
    }
}

on_mariadb! {
    /// What asks the server to refuse a copy is not warned of.
    fn an_algorithm_answers_for_itself(server: Server) {
        let change = "ALTER TABLE users MODIFY id BIGINT NOT NULL";
        assert_eq!(found(&about_to(server, &format!("{change};"))), ["D014"]);
        let project = about_to(server, &format!("{change}, ALGORITHM=INPLACE;\n"));
        assert_eq!(found(&project), Vec::<String>::new());
        assert!(project.fail(&["migrate"]).contains("ALGORITHM=INPLACE"));
    }
}
