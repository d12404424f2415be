//! `inspectdb`.

use crate::support::Project;

const UP: &str = "CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT UNIQUE,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title TEXT NOT NULL CHECK (title <> '')
);
CREATE INDEX posts_title ON posts (title DESC);
CREATE VIEW names AS SELECT name FROM users;
";

#[test]
fn everything_is_printed() {
    let project = Project::new()
        .file("migrations/2025-01-01-000000-0000_all/up.sql", UP)
        .file(
            "migrations/2025-01-01-000000-0000_all/down.sql",
            "DROP VIEW names; DROP TABLE posts; DROP TABLE users;
",
        );
    project.run(["migrate"]).success();
    project
        .run(["inspectdb"])
        .status(0)
        .stdout(
            "
            diesel::table! {
                /// @index posts_title (title desc)
                /// @check (title <> '')
                posts (id) {
                    /// @serial
                    id -> Integer,
                    /// @references users(id) on delete cascade
                    user_id -> Integer,
                    title -> Text,
                }
            }

            diesel::table! {
                users (id) {
                    id -> Integer,
                    name -> Text,
                    /// @unique
                    email -> Nullable<Text>,
                    /// @default CURRENT_TIMESTAMP
                    created_at -> Timestamp,
                }
            }

            diesel::table! {
                /// A view, which migrations leave as it is.
                ///
                /// @unmanaged
                names (name) {
                    name -> Nullable<Text>,
                }
            }

            diesel::joinable!(posts -> users (user_id));

            diesel::allow_tables_to_appear_in_same_query!(names, posts, users,);
            ",
        )
        .stderr("");
}

#[test]
fn what_is_printed_leaves_nothing_to_do() {
    let project = Project::new()
        .file("migrations/2025-01-01-000000-0000_all/up.sql", UP)
        .file(
            "migrations/2025-01-01-000000-0000_all/down.sql",
            "DROP VIEW names; DROP TABLE posts; DROP TABLE users;
",
        );
    project.run(["migrate"]).success();
    let models = project.run(["inspectdb"]).success().out().to_owned();
    project.write("src/schema.rs", models);
    project
        .run(["makemigrations", "--check"])
        .status(0)
        .stdout(
            "
            No changes detected.
            ",
        )
        .stderr("");
    project
        .run(["makemigrations", "--check", "--against", "database"])
        .status(0)
        .stdout(
            "
            No changes detected.
            ",
        )
        .stderr("");
}

#[test]
fn some_tables_are_printed() {
    let project = Project::new()
        .file("migrations/2025-01-01-000000-0000_all/up.sql", UP)
        .file(
            "migrations/2025-01-01-000000-0000_all/down.sql",
            "DROP VIEW names; DROP TABLE posts; DROP TABLE users;
",
        );
    project.run(["migrate"]).success();
    project
        .run(["inspectdb", "--table", "posts", "--color", "always"])
        .status(0)
        .stdout(
            "
            diesel::table! {
                /// @index posts_title (title desc)
                /// @check (title <> '')
                posts (id) {
                    /// @serial
                    id -> Integer,
                    /// @references users(id) on delete cascade
                    user_id -> Integer,
                    title -> Text,
                }
            }
            ",
        )
        .stderr("");
    project
        .run(["inspectdb", "--table", "users", "--table", "names"])
        .status(0)
        .stdout(
            "
            diesel::table! {
                users (id) {
                    id -> Integer,
                    name -> Text,
                    /// @unique
                    email -> Nullable<Text>,
                    /// @default CURRENT_TIMESTAMP
                    created_at -> Timestamp,
                }
            }

            diesel::table! {
                /// A view, which migrations leave as it is.
                ///
                /// @unmanaged
                names (name) {
                    name -> Nullable<Text>,
                }
            }

            diesel::allow_tables_to_appear_in_same_query!(names, users,);
            ",
        )
        .stderr("");
}

#[test]
fn an_unknown_table() {
    let project = Project::new()
        .file("migrations/2025-01-01-000000-0000_all/up.sql", UP)
        .file(
            "migrations/2025-01-01-000000-0000_all/down.sql",
            "DROP VIEW names; DROP TABLE posts; DROP TABLE users;
",
        );
    project.run(["migrate"]).success();
    project
        .run(["inspectdb", "--table", "user"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no table `user`: did you mean `users`?
            ",
        );
    project
        .run(["inspectdb", "--table", "nothing_like_it"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no table `nothing_like_it`
            ",
        );
}

#[test]
fn as_json() {
    let project = Project::new()
        .file("migrations/2025-01-01-000000-0000_all/up.sql", UP)
        .file(
            "migrations/2025-01-01-000000-0000_all/down.sql",
            "DROP VIEW names; DROP TABLE posts; DROP TABLE users;
",
        );
    project.run(["migrate"]).success();
    project
        .run(["inspectdb", "--table", "users", "--format", "json"])
        .status(0)
        .stdout(r#"
            {
              "schema": 1,
              "command": "inspectdb",
              "tables": [
                "users"
              ],
              "rust": "diesel::table! {\n    users (id) {\n        id -> Integer,\n        name -> Text,\n        /// @unique\n        email -> Nullable<Text>,\n        /// @default CURRENT_TIMESTAMP\n        created_at -> Timestamp,\n    }\n}\n"
            }
            "#)
        .stderr("");
}

#[test]
fn a_database_that_is_not_there() {
    let project = Project::new().folder("migrations");
    project.run(["inspectdb"]).status(2).stdout("").stderr(
        "
            error: sqlite://[ROOT]/app.db does not exist

            hint: `manage migrate` creates it
            ",
    );
    assert!(!project.exists("app.db"));
}
