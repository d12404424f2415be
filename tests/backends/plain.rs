//! Plain Diesel projects: migrations written by hand, models as `diesel print-schema` prints them, no
//! directive anywhere. What `table!` cannot say is nobody's to change.

use std::fs;

use pretty_assertions::assert_eq;

use crate::{project::Project, support::services::Server};

/// The version of the migration written by hand.
const START: &str = "2020-01-01-000000-0000_start";

/// Tables with all that `table!` leaves out.
fn start(server: Server) -> &'static str {
    match server {
        Server::Sqlite => {
            "CREATE TABLE users (
                id INTEGER PRIMARY KEY,
                name VARCHAR(80) NOT NULL,
                email TEXT NOT NULL UNIQUE,
                balance NUMERIC(10, 2) NOT NULL DEFAULT 0, -- in euros
                age INTEGER CHECK (age >= 0),
                created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
            );
            CREATE TABLE posts (
                id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                title VARCHAR(200) NOT NULL COLLATE NOCASE,
                changes INTEGER NOT NULL DEFAULT 0,
                CONSTRAINT titled CHECK (title <> '')
            );
            CREATE INDEX users_by_name ON users (name) WHERE age > 17;
            CREATE UNIQUE INDEX posts_once ON posts (user_id, title DESC);
            CREATE TRIGGER posts_count AFTER UPDATE OF title ON posts BEGIN
                UPDATE posts SET changes = old.changes + 1 WHERE id = old.id;
            END;
            CREATE VIEW rich AS SELECT name FROM users WHERE balance > 1000;"
        }
        Server::Postgres | Server::Postgres2 => {
            "CREATE TABLE users (
                id SERIAL PRIMARY KEY,
                name VARCHAR(80) NOT NULL,
                email TEXT NOT NULL UNIQUE,
                balance NUMERIC(10, 2) NOT NULL DEFAULT 0,
                age INTEGER CHECK (age >= 0),
                created_at TIMESTAMP NOT NULL DEFAULT now()
            );
            COMMENT ON TABLE users IS 'People';
            COMMENT ON COLUMN users.balance IS 'In euros';
            CREATE TABLE posts (
                id SERIAL PRIMARY KEY,
                user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                title VARCHAR(200) COLLATE \"C\" NOT NULL,
                changes INTEGER NOT NULL DEFAULT 0,
                CONSTRAINT titled CHECK (title <> '')
            );
            CREATE INDEX users_by_name ON users (lower(name)) WHERE age > 17;
            CREATE UNIQUE INDEX posts_once ON posts (user_id, title DESC);
            CREATE FUNCTION count_changes() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                new.changes = old.changes + 1;
                RETURN new;
            END $$;
            CREATE TRIGGER posts_count BEFORE UPDATE OF title ON posts
                FOR EACH ROW EXECUTE FUNCTION count_changes();
            CREATE VIEW rich AS SELECT email FROM users WHERE balance > 1000;"
        }
        Server::Mariadb => {
            "CREATE TABLE users (
                id INTEGER AUTO_INCREMENT PRIMARY KEY,
                name VARCHAR(80) NOT NULL,
                email VARCHAR(120) NOT NULL UNIQUE,
                balance NUMERIC(10, 2) NOT NULL DEFAULT 0 COMMENT 'In euros',
                age INTEGER CHECK (age >= 0),
                created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
            ) COMMENT 'People';
            CREATE TABLE posts (
                id INTEGER AUTO_INCREMENT PRIMARY KEY,
                user_id INTEGER NOT NULL,
                title VARCHAR(200) COLLATE utf8mb4_bin NOT NULL COMMENT 'Shown',
                changes INTEGER NOT NULL DEFAULT 0,
                CONSTRAINT titled CHECK (title <> ''),
                FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
            );
            CREATE INDEX users_by_name ON users (name(10));
            CREATE UNIQUE INDEX posts_once ON posts (user_id, title DESC);
            CREATE TRIGGER posts_count BEFORE UPDATE ON posts
                FOR EACH ROW SET new.changes = old.changes + 1;
            CREATE VIEW rich AS SELECT name FROM users WHERE balance > 1000;"
        }
    }
}

/// What `diesel print-schema` prints of them.
fn models(server: Server) -> &'static str {
    match server {
        Server::Sqlite => {
            "// @generated automatically by Diesel CLI.

diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Integer,
        title -> Text,
        changes -> Integer,
    }
}

diesel::table! {
    users (id) {
        id -> Nullable<Integer>,
        name -> Text,
        email -> Text,
        balance -> Double,
        age -> Nullable<Integer>,
        created_at -> Timestamp,
    }
}

diesel::joinable!(posts -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(posts, users,);
"
        }
        Server::Postgres | Server::Postgres2 => {
            "// @generated automatically by Diesel CLI.

diesel::table! {
    posts (id) {
        id -> Int4,
        user_id -> Int4,
        #[max_length = 200]
        title -> Varchar,
        changes -> Int4,
    }
}

diesel::table! {
    users (id) {
        id -> Int4,
        #[max_length = 80]
        name -> Varchar,
        email -> Text,
        balance -> Numeric,
        age -> Nullable<Int4>,
        created_at -> Timestamp,
    }
}

diesel::joinable!(posts -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(posts, users,);
"
        }
        Server::Mariadb => {
            "// @generated automatically by Diesel CLI.

diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Integer,
        #[max_length = 200]
        title -> Varchar,
        changes -> Integer,
    }
}

diesel::table! {
    users (id) {
        id -> Integer,
        #[max_length = 80]
        name -> Varchar,
        #[max_length = 120]
        email -> Varchar,
        balance -> Decimal,
        age -> Nullable<Integer>,
        created_at -> Datetime,
    }
}

diesel::joinable!(posts -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(posts, users,);
"
        }
    }
}

/// A plain project whose database is up to date and has rows.
fn plain(server: Server) -> Project {
    let project = Project::with(server, &[(START, start(server), "SELECT 1;")]);
    project.write("src/schema.rs", models(server));
    project.succeed(&["migrate", "-q"]);
    project.database.execute(
        "INSERT INTO users (id, name, email, age) VALUES (1, 'Ada', 'ada@example.org', 36);
         INSERT INTO users (id, name, email) VALUES (2, 'Grace', 'grace@example.org');
         INSERT INTO posts (id, user_id, title) VALUES (7, 1, 'Engines');
         INSERT INTO posts (id, user_id, title) VALUES (9, 2, 'Compilers');",
    );
    project
}

fn nothing_to_do(project: &Project) {
    for against in ["migrations", "database"] {
        let run = project.manage(&["makemigrations", "--check", "--against", against]);
        let said = (run.status, run.stdout.trim());
        assert_eq!(said, (0, "No changes detected."), "{run:?}");
    }
}

/// Writes the migration that the models ask for; returns its `up.sql` without the header.
fn change(project: &Project) -> String {
    project.succeed(&["makemigrations", "--no-input", "-m", "change"]);
    let folders = fs::read_dir(project.migrations()).unwrap();
    let newest = folders.map(|entry| entry.unwrap().path()).max().unwrap();
    let up = fs::read_to_string(newest.join("up.sql")).unwrap();
    let (_, sql) = up.split_once("\n\n").unwrap();
    sql.to_owned()
}

/// That everything made by hand still does what it was made for, in a table that a migration changed.
fn still_works(project: &Project) {
    let database = &project.database;
    let refused = [
        "INSERT INTO users (id, name, email) VALUES (3, 'Eve', 'ada@example.org')",
        "INSERT INTO users (id, name, email, age) VALUES (3, 'Eve', 'eve@example.org', -1)",
        "INSERT INTO posts (id, user_id, title) VALUES (3, 1, '')",
        "INSERT INTO posts (id, user_id, title) VALUES (3, 1, 'Engines')",
    ];
    for sql in refused {
        assert!(database.try_execute(sql).is_err(), "{sql}");
    }
    assert_eq!(
        database.query(
            "SELECT users.id, name, email, age, balance + 0 = 0 AND created_at IS NOT NULL, posts.id, title
             FROM users JOIN posts ON user_id = users.id ORDER BY 1"
        ).into_iter().map(|row| row.join(" ")).collect::<Vec<_>>(),
        match database.server() {
            Server::Sqlite | Server::Mariadb => [
                "1 Ada ada@example.org 36 1 7 Engines",
                "2 Grace grace@example.org NULL 1 9 Compilers",
            ],
            Server::Postgres | Server::Postgres2 => [
                "1 Ada ada@example.org 36 t 7 Engines",
                "2 Grace grace@example.org NULL t 9 Compilers",
            ],
        }
    );
    let before = database.value("SELECT changes FROM posts WHERE id = 9");
    database.execute("UPDATE posts SET title = 'Debuggers' WHERE id = 9");
    database.execute("UPDATE posts SET title = 'Compilers' WHERE id = 9");
    let after = database.value("SELECT changes FROM posts WHERE id = 9");
    let counted = after.parse::<u32>().unwrap() - before.parse::<u32>().unwrap();
    assert_eq!(counted, 2, "the trigger is there");
    assert_eq!(database.value("SELECT count(*) FROM rich"), "0");
}

/// The lines in which two texts differ, `-` before those of the first alone.
fn difference(before: &str, after: &str) -> Vec<String> {
    let only = |mark: char, of: &str, other: &str| -> Vec<String> {
        let lines = of
            .lines()
            .filter(|line| !other.lines().any(|each| each == *line));
        lines.map(|line| format!("{mark}{line}")).collect()
    };
    [only('-', before, after), only('+', after, before)].concat()
}

on_every_engine! {
    /// What `table!` does not say is not compared.
    fn a_plain_project_is_up_to_date(server: Server) {
        nothing_to_do(&plain(server));
    }

    /// A column is added by one statement, and everything else stays.
    fn a_new_column_touches_nothing_else(server: Server) {
        let project = plain(server);
        let start = project.succeed(&["inspectdb"]);
        let models = models(server);
        let wider = models.replace("        age ->", "        bio -> Nullable<Text>,\n        age ->");
        project.write("src/schema.rs", &wider);
        let kind = if server == Server::Sqlite { "TEXT" } else { "text" };
        assert_eq!(change(&project), format!("ALTER TABLE users ADD COLUMN bio {kind};\n"));
        project.succeed(&["migrate", "-q"]);
        nothing_to_do(&project);
        still_works(&project);
        let there = project.succeed(&["inspectdb"]);
        assert_eq!(difference(&start, &there), ["+        bio -> Nullable<Text>,"]);
        project.succeed(&["rollback", "-q"]);
        assert_eq!(start, project.succeed(&["inspectdb"]));
        still_works(&project);
    }

    /// Nullability changes on both sides of a foreign key: SQLite builds the tables anew for it.
    fn what_was_made_by_hand_survives(server: Server) {
        let project = plain(server);
        let start = project.succeed(&["inspectdb"]);
        let models = models(server);
        let (name, title) = match server {
            Server::Sqlite => ("Text", "Text"),
            _ => ("Varchar", "Varchar"),
        };
        let loose = models
            .replace(&format!("name -> {name}"), &format!("name -> Nullable<{name}>"))
            .replace(&format!("title -> {title}"), &format!("title -> Nullable<{title}>"));
        assert!(loose.matches("Nullable<").count() == models.matches("Nullable<").count() + 2);
        project.write("src/schema.rs", &loose);
        change(&project);
        project.succeed(&["migrate", "-q"]);
        nothing_to_do(&project);
        still_works(&project);
        let there = project.succeed(&["inspectdb"]);
        let changed = difference(&start, &there);
        for column in ["-        name -> ", "-        title -> "] {
            assert!(changed.iter().any(|line| line.starts_with(column)), "{changed:#?}");
        }
        for line in &changed {
            assert!(line.contains(" name -> ") || line.contains(" title -> "), "{changed:#?}");
        }
        project.succeed(&["rollback", "-q"]);
        assert_eq!(start, project.succeed(&["inspectdb"]));
        still_works(&project);
    }

    /// `compare` has the models' last word on indexes, and on nothing else.
    fn indexes_are_compared_where_that_is_asked_for(server: Server) {
        let project = plain(server);
        project.write("manage.toml", "[autogenerate]\ncompare = [\"indexes\"]\n");
        let run = project.manage(&["makemigrations", "--check"]);
        assert_eq!(run.status, 1, "{run:?}");
        let up = change(&project);
        assert!(up.contains("users_by_name") && up.contains("posts_once"), "{up}");
        let mut statements = up.lines().filter(|line| line.ends_with(';'));
        // A foreign key gets an index of its own there before the one it used goes.
        let is_meant = |line: &str| {
            line.contains("INDEX") || (server == Server::Mariadb && line.contains("FOREIGN KEY"))
        };
        assert!(statements.all(is_meant), "{up}");
        project.succeed(&["migrate", "-q"]);
        nothing_to_do(&project);
        let database = &project.database;
        database.execute("INSERT INTO posts (id, user_id, title) VALUES (3, 1, 'Engines')");
        let twice = "INSERT INTO users (id, name, email) VALUES (3, 'Eve', 'ada@example.org')";
        assert!(database.try_execute(twice).is_err());
    }

    /// Tables that the models are not about stay.
    fn tables_of_others_are_never_dropped(server: Server) {
        let project = Project::with(server, &[(
            START,
            "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY);
             CREATE TABLE legacy_orders (id INTEGER NOT NULL PRIMARY KEY);
             CREATE TABLE __audit (id INTEGER NOT NULL PRIMARY KEY);
             CREATE INDEX audited ON __audit (id);",
            "SELECT 1;",
        )]);
        project.write("src/schema.rs", "diesel::table! { users (id) { id -> Integer, } }");
        project.succeed(&["migrate", "-q"]);
        project.database.execute("CREATE TABLE stray (id INTEGER NOT NULL PRIMARY KEY)");

        let seen = project.manage(&["makemigrations", "--check", "--against", "database"]);
        assert_eq!(seen.status, 1, "{seen:?}");
        assert!(seen.stdout.contains("legacy_orders"), "{seen:?}");
        assert!(!seen.stdout.contains("stray") && !seen.stdout.contains("__audit"), "{seen:?}");

        project.write(
            "diesel.toml",
            "[print_schema]\nfile = \"src/schema.rs\"\nfilter = { except_tables = [\"^legacy_\"] }\n",
        );
        nothing_to_do(&project);
        let wider = "diesel::table! { users (id) { id -> Integer, age -> Nullable<Integer>, } }";
        project.write("src/schema.rs", wider);
        change(&project);
        project.succeed(&["migrate", "-q"]);
        nothing_to_do(&project);
        let mut tables = project.tables();
        tables.retain(|table| !table.starts_with("__diesel"));
        tables.sort();
        assert_eq!(tables, ["__audit", "legacy_orders", "stray", "users"]);
    }
}
