//! What is said of models that make no sense.

use crate::support::Project;

#[test]
fn rust_that_is_none() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! { users (id) { id -> Integer, } }

fn main( {}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: a bracket or quote is never closed, or this is no Rust
             --> src/schema.rs:3:8
              |
            3 | fn main( {}
              |        ^
            ",
        );
}

#[test]
fn a_table_that_is_none() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    users (id) {
        id -> ,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: expected identifier
             --> src/schema.rs:3:15
              |
            3 |         id -> ,
              |               ^
            ",
        );
}

#[test]
fn an_unknown_type() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    users (id) {
        id -> Integr,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: unknown type `Integr`
             --> src/schema.rs:3:15
              |
            3 |         id -> Integr,
              |               ^^^^^^
              |
              = hint: did you mean `Integer`?
            ",
        );
}

#[test]
fn an_unknown_directive() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    /// @indx (name)
    users (id) {
        id -> Integer,
        name -> Text,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: unknown directive `@indx`
             --> src/schema.rs:2:9
              |
            2 |     /// @indx (name)
              |         ^^^^^
              |
              = hint: did you mean `@index`?
            ",
        );
}

#[test]
fn malformed_directives() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    /// @index name
    /// @check (a > 1
    users (id) {
        id -> Integer,
        /// @references teams
        name -> Text,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: expected `(`, found the end of the directive
             --> src/schema.rs:2:20
              |
            2 |     /// @index name
              |                    ^

            error: this `(` is never closed
             --> src/schema.rs:3:16
              |
            3 |     /// @check (a > 1
              |                ^
            ",
        );
}

#[test]
fn two_tables_of_one_name() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! { users (id) { id -> Integer, } }
diesel::table! { users (id) { id -> Integer, } }
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: table `users` is declared twice
             --> src/schema.rs:2:18
              |
            2 | diesel::table! { users (id) { id -> Integer, } }
              |                  ^^^^^
              |
              = hint: the first is at src/schema.rs:1; `@unmanaged` on one of them leaves it out
            ",
        );
}

#[test]
fn two_columns_of_one_name() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    users (id) {
        id -> Integer,
        id -> Text,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: column `id` is declared twice
             --> src/schema.rs:4:9
              |
            4 |         id -> Text,
              |         ^^
            ",
        );
}

#[test]
fn a_foreign_key_that_leads_nowhere() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    users (id) {
        id -> Integer,
        /// @references teems(id)
        team_id -> Integer,
        /// @references teams(idd)
        other_id -> Integer,
    }
}

diesel::table! { teams (id) { id -> Integer, } }
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: unknown table `teems`
             --> src/schema.rs:4:25
              |
            4 |         /// @references teems(id)
              |                         ^^^^^
              |
              = hint: did you mean `teams`?

            error: table `teams` has no column `idd`
             --> src/schema.rs:6:31
              |
            6 |         /// @references teams(idd)
              |                               ^^^
              |
              = hint: did you mean `id`?
            ",
        );
}

#[test]
fn constraints_over_columns_that_are_not_there() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    /// @index (nam, id)
    /// @unique (nme)
    users (id) {
        id -> Integer,
        name -> Text,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: table `users` has no column `nam`
             --> src/schema.rs:2:17
              |
            2 |     /// @index (nam, id)
              |                 ^^^
              |
              = hint: did you mean `name`?

            error: table `users` has no column `nme`
             --> src/schema.rs:3:18
              |
            3 |     /// @unique (nme)
              |                  ^^^
              |
              = hint: did you mean `name`?
            ",
        );
}

#[test]
fn a_joinable_to_nowhere() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! { users (id) { id -> Integer, } }
diesel::joinable!(users -> teams (team_id));
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: unknown table `teams`
             --> src/schema.rs:2:28
              |
            2 | diesel::joinable!(users -> teams (team_id));
              |                            ^^^^^
            ",
        );
}

#[test]
fn a_directive_that_stands_twice() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    users (id) {
        id -> Integer,
        /// @default 1
        /// @default 2
        age -> Integer,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `@default` stands twice
             --> src/schema.rs:5:13
              |
            5 |         /// @default 2
              |             ^^^^^^^^
            ",
        );
}

#[test]
fn a_primary_key_that_is_not_there() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    users (idd) {
        id -> Integer,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: table `users` has no column `idd`
             --> src/schema.rs:2:12
              |
            2 |     users (idd) {
              |            ^^^
              |
              = hint: did you mean `id`?
            ",
        );
}

#[test]
fn what_the_database_refuses() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! {
    /// @check (nme <> '')
    users (id) {
        id -> Integer,
        name -> Text,
    }
}
",
    );
    project
        .run(["makemigrations", "--check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the database refuses what the models declare: no such column: nme

            hint: it was asked to run: CREATE TABLE users (
                id INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                CHECK (nme <> '')
            )
            ",
        );
}

#[test]
#[allow(clippy::too_many_lines)] // one whole answer
fn several_at_once_as_json() {
    let project = Project::new()
        .folder("migrations")
        .file(
            "src/schema.rs",
            "diesel::table! {
    users (id) {
        id -> Integr,
        name -> Txt,
    }
}
",
        )
        .file(
            "src/other.rs",
            "diesel::table! { teams (id) { id -> Intger, } }
",
        );
    project
        .run(["check", "--models"])
        .status(2)
        .stdout(
            "
            Checked 0 migrations: nothing found.
            ",
        )
        .stderr(
            "
            error: unknown type `Intger`
             --> src/other.rs:1:37
              |
            1 | diesel::table! { teams (id) { id -> Intger, } }
              |                                     ^^^^^^
              |
              = hint: did you mean `Integer`?

            error: unknown type `Integr`
             --> src/schema.rs:3:15
              |
            3 |         id -> Integr,
              |               ^^^^^^
              |
              = hint: did you mean `Integer`?

            error: unknown type `Txt`
             --> src/schema.rs:4:17
              |
            4 |         name -> Txt,
              |                 ^^^
              |
              = hint: did you mean `Text`?
            ",
        );
    project
        .run(["makemigrations", "--format", "json"])
        .status(2)
        .stdout(
            r#"
            {
              "schema": 1,
              "error": {
                "message": "the models have 3 errors",
                "hints": [],
                "errors": [
                  {
                    "message": "unknown type `Intger`",
                    "hint": "did you mean `Integer`?",
                    "file": "src/other.rs",
                    "line": 1,
                    "column": 37
                  },
                  {
                    "message": "unknown type `Integr`",
                    "hint": "did you mean `Integer`?",
                    "file": "src/schema.rs",
                    "line": 3,
                    "column": 15
                  },
                  {
                    "message": "unknown type `Txt`",
                    "hint": "did you mean `Text`?",
                    "file": "src/schema.rs",
                    "line": 4,
                    "column": 17
                  }
                ]
              }
            }
            "#,
        )
        .stderr(
            "
            error: unknown type `Intger`
             --> src/other.rs:1:37
              |
            1 | diesel::table! { teams (id) { id -> Intger, } }
              |                                     ^^^^^^
              |
              = hint: did you mean `Integer`?

            error: unknown type `Integr`
             --> src/schema.rs:3:15
              |
            3 |         id -> Integr,
              |               ^^^^^^
              |
              = hint: did you mean `Integer`?

            error: unknown type `Txt`
             --> src/schema.rs:4:17
              |
            4 |         name -> Txt,
              |                 ^^^
              |
              = hint: did you mean `Text`?
            ",
        );
}
