//! Repeatable migrations: files that run again whenever they change.

use crate::{
    project::{Project, without_times},
    support::services::{Server, TestDatabase},
};

const USERS: (&str, &str, &str) = (
    "1_users",
    "CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(40) NOT NULL);",
    "DROP TABLE users;",
);

/// A project with one table and no database yet.
fn users(server: Server) -> Project {
    Project::with(server, &[USERS])
}

/// Writes a repeatable migration.
fn repeatable(project: &Project, name: &str, sql: &str) {
    project.write(&format!("migrations/R__{name}.sql"), sql);
}

/// The SQL of a view, in a form that can run again.
fn view(server: Server, name: &str, query: &str) -> String {
    if server == Server::Sqlite {
        format!("DROP VIEW IF EXISTS {name};\nCREATE VIEW {name} AS {query};\n")
    } else {
        format!("CREATE OR REPLACE VIEW {name} AS {query};\n")
    }
}

/// Name, action and outcome of the log's rows about repeatable migrations.
fn rows(database: &TestDatabase) -> Vec<String> {
    let rows = database.query(
        "SELECT version, action, direction, outcome FROM __diesel_manage_log WHERE version LIKE 'R%' ORDER BY id",
    );
    rows.iter().map(|row| row.join(" ")).collect()
}

on_every_engine! {
    /// First run, nothing to do, a change, and one that is none.
    fn they_run_when_they_change(server: Server) {
        let project = users(server);
        let names = view(server, "names", "SELECT name FROM users");
        repeatable(&project, "names", &names);
        repeatable(&project, "b_of_names", &view(server, "b_of_names", "SELECT 1 AS one"));
        assert_eq!(
            project.transcript(&["migrate +1", "migrate", "migrate"]),
            "$ manage migrate +1
Applying 1_users ... OK (TIME)
Applied 1 migration in TIME.
! 2 repeatable migrations are to run: `manage migrate` does, once all others are applied.
$ manage migrate
Applying R__b_of_names ... OK (TIME)
Applying R__names ... OK (TIME)
Applied 2 migrations in TIME.
$ manage migrate
No migrations to apply.
"
        );
        repeatable(&project, "names", &format!("{}  \r\n\r\n", names.replace('\n', "\r\n")));
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");

        repeatable(&project, "names", &view(server, "names", "SELECT name, id FROM users"));
        assert_eq!(
            project.transcript(&["migrate --check", "migrate --plan", "migrate"]),
            "$ manage migrate --check
! The database is not at `head`: 1 step is left.
[1]
$ manage migrate --plan
STEP  ACTION  MIGRATION  NOTES
1     apply   R__names   repeatable
$ manage migrate
Applying R__names ... OK (TIME)
Applied 1 migration in TIME.
"
        );
        project.database.execute("INSERT INTO users (id, name) VALUES (7, 'ann')");
        assert_eq!(project.database.query("SELECT name, id FROM names"), [["ann", "7"]]);
        assert_eq!(
            rows(&project.database),
            [
                "R__b_of_names repeat forwards done",
                "R__names repeat forwards done",
                "R__names repeat forwards done",
            ]
        );
        assert_eq!(project.ledger(), ["1"]);
    }

    fn a_failure_leaves_it_and_the_later_ones_pending(server: Server) {
        let project = users(server);
        repeatable(&project, "a", &view(server, "a", "SELECT name FROM users"));
        repeatable(&project, "b", "CREATE TABLE b (id INTEGER);\nSELECT nothing FROM nowhere;\n");
        repeatable(&project, "c", &view(server, "c", "SELECT name FROM a"));
        let said = project.fail(&["migrate"]);
        assert!(said.starts_with("error: applying R__b failed: "), "{said}");
        assert!(said.contains("--> migrations/R__b.sql:2:"), "{said}");
        assert!(said.contains("= applied before it in this run: 2 migrations, the last R__a\n"), "{said}");
        let (state, hint) = if server == Server::Mariadb {
            (
                "1 of 2 statements stands and cannot be taken back (line 1); the migration is not recorded as applied",
                "correct the file, then run `manage migrate` again: it runs from its first statement",
            )
        } else {
            ("nothing of this migration stands: it was rolled back", "correct the file, then run `manage migrate` again")
        };
        assert!(said.contains(&format!("= {state}\n")), "{said}");
        assert!(said.ends_with(&format!("\nhint: {hint}\n")), "{said}");
        assert_eq!(
            project.succeed(&["showmigrations", "--pending"]),
            "STATE    MIGRATION  APPLIED (UTC)\npending  R__b\npending  R__c\n"
        );
        assert_eq!(
            rows(&project.database),
            ["R__a repeat forwards done", "R__b repeat forwards failed"]
        );

        repeatable(&project, "b", "DROP TABLE IF EXISTS b;\nCREATE TABLE b (id INTEGER);\n");
        project.succeed(&["migrate"]);
        assert_eq!(project.succeed(&["showmigrations", "--pending"]), "");
        assert!(project.tables().contains(&"b".to_owned()));
    }

    fn what_cannot_run_twice_is_told_how_to(server: Server) {
        let project = users(server);
        repeatable(&project, "b", "CREATE TABLE b (id INTEGER);\n");
        project.succeed(&["migrate"]);
        repeatable(&project, "b", "CREATE TABLE b (id INTEGER, n INTEGER);\n");
        let said = project.fail(&["migrate"]);
        assert!(
            said.contains("hint: a repeatable migration runs again whenever it changes: write `CREATE OR REPLACE`, or `DROP ... IF EXISTS` before what creates\n"),
            "{said}"
        );
        assert!(!said.contains("stamp"), "{said}");
    }

    /// A trigger goes with its table.
    fn after_an_undone_migration_they_run_again(server: Server) {
        let project = users(server);
        repeatable(&project, "names", &view(server, "names", "SELECT name FROM users"));
        project.succeed(&["migrate"]);
        project.database.execute("DROP VIEW names");
        project.succeed(&["rollback"]);
        assert_eq!(
            project.succeed(&["migrate"]).lines().filter(|line| line.contains("R__names")).count(),
            1
        );
        project.database.execute("SELECT name FROM names");
        if server != Server::Postgres && server != Server::Postgres2 {
            let redone = project.succeed(&["redo"]);
            assert!(redone.contains("Applying R__names ... OK"), "{redone}");
        }
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");
    }

    fn without_running_they_can_be_recorded_and_forgotten(server: Server) {
        let project = users(server);
        let sql = view(server, "names", "SELECT name FROM users");
        repeatable(&project, "names", &sql);
        project.succeed(&["migrate", "--fake"]);
        project.succeed(&["rollback", "--fake"]);
        assert_eq!(project.tables(), Vec::<String>::new());
        project.succeed(&["migrate"]);
        repeatable(&project, "names", "-- nothing that runs: SELECT\n;;");
        assert_eq!(project.succeed(&["stamp", "names"]), "Recorded R__names\n");
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");

        std::fs::remove_file(project.migrations().join("R__names.sql")).expect("the file is there");
        assert_eq!(
            without_times(&project.succeed(&["showmigrations"])),
            "STATE    MIGRATION  APPLIED (UTC)\napplied  1_users    DATE TIME\nremoved  R__names   DATE TIME\n"
        );
        assert_eq!(project.succeed(&["migrate"]), "No migrations to apply.\n");
        assert_eq!(project.succeed(&["stamp", "R__names"]), "Forgot R__names\n");
        assert_eq!(
            without_times(&project.succeed(&["showmigrations"])),
            "STATE    MIGRATION  APPLIED (UTC)\napplied  1_users    DATE TIME\n"
        );
        // The file comes back, and with it the view.
        repeatable(&project, "names", &sql);
        project.succeed(&["migrate"]);
        project.database.execute("SELECT name FROM names");
        assert_eq!(
            rows(&project.database),
            [
                "R__names stamp forwards done",
                "R__names stamp forwards done",
                "R__names stamp backwards done",
                "R__names repeat forwards done",
            ]
        );
    }

    /// Bodies with semicolons in them, in the engine's own quotes.
    fn functions_and_triggers_run_whole(server: Server) {
        let project = users(server);
        let sql = match server {
            Server::Sqlite => {
                "DROP TRIGGER IF EXISTS loud;
CREATE TRIGGER loud AFTER INSERT ON users BEGIN
  UPDATE users SET name = upper(name) WHERE id = new.id;
END;
"
            }
            Server::Postgres | Server::Postgres2 => {
                "CREATE OR REPLACE FUNCTION be_loud() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.name = upper(NEW.name);
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS loud ON users;
CREATE TRIGGER loud BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION be_loud();
"
            }
            Server::Mariadb => {
                "DROP TRIGGER IF EXISTS loud;
CREATE TRIGGER loud BEFORE INSERT ON users FOR EACH ROW
BEGIN
  IF NEW.name <> '' THEN SET NEW.name = UPPER(NEW.name); END IF;
END;
"
            }
        };
        repeatable(&project, "loud", sql);
        project.succeed(&["migrate"]);
        repeatable(&project, "loud", &format!("-- again\n{sql}"));
        project.succeed(&["migrate"]);
        project.database.execute("INSERT INTO users (id, name) VALUES (1, 'ann')");
        assert_eq!(project.database.value("SELECT name FROM users"), "ANN");
        project.succeed(&["check", "--drift"]);
    }
}

/// What `table!` says of the table, with more columns.
fn models(project: &Project, id: &str, name: &str, more: &str) {
    project.write(
        "src/schema.rs",
        &format!("diesel::table! {{\n    users (id) {{\n        id -> {id},\n        {name},\n{more}    }}\n}}\n"),
    );
}

const NAME: &str = "#[max_length = 40]\n        name -> Varchar";

on_every_engine! {
    /// The view stands in the scratch database, and what is generated is run beneath it.
    fn makemigrations_works_under_a_view(server: Server) {
        let project = users(server);
        let name = if server == Server::Sqlite { "name -> Text" } else { NAME };
        repeatable(&project, "names", &view(server, "names", "SELECT name FROM users"));
        project.succeed(&["migrate"]);
        models(&project, "Integer", name, "");
        assert_eq!(project.manage(&["makemigrations", "--check"]).status, 0);
        let found = project.manage(&["check", "--models", "--drift", "--fail-level", "info"]);
        assert_eq!(found.status, 0, "{found:?}");

        // The view's file is ahead of the migrations, as it is while both are edited.
        models(&project, "Integer", name, "        age -> Nullable<Integer>,\n");
        repeatable(&project, "names", &view(server, "names", "SELECT name, age FROM users"));
        let made = project.manage(&["makemigrations", "-m", "age"]);
        assert_eq!(made.status, 0, "{made:?}");
        let what = if server == Server::Sqlite { "the view names" } else { "R__names" };
        let warning = format!("{what} is left out of the comparison, for it does not work after the migrations: ");
        assert!(made.stderr.contains(&warning), "{made:?}");
        project.succeed(&["migrate"]);
        project.database.execute("SELECT name, age FROM names");
        let found = project.manage(&["check", "--models", "--drift", "--fail-level", "info"]);
        assert_eq!(found.status, 0, "{found:?}");
    }

    /// A table that a repeatable migration makes is the migrations' own.
    fn a_table_of_a_repeatable_is_no_drift(server: Server) {
        let project = users(server);
        repeatable(&project, "kinds", "DROP TABLE IF EXISTS kinds;\nCREATE TABLE kinds (id INTEGER PRIMARY KEY NOT NULL);\n");
        project.succeed(&["migrate"]);
        let found = project.manage(&["check", "--drift", "--fail-level", "info"]);
        assert_eq!(found.status, 0, "{found:?}");
        project.database.execute("ALTER TABLE kinds ADD COLUMN more INTEGER");
        let found = project.manage(&["check", "--drift"]);
        assert_eq!(found.status, 1, "{found:?}");
        assert!(found.stdout.contains("kinds"), "{found:?}");
    }
}

on_postgres! {
    fn a_type_cannot_change_under_a_view_and_that_is_said(server: Server) {
        let project = users(server);
        repeatable(&project, "names", &view(server, "names", "SELECT id, name FROM users"));
        models(&project, "BigInt", NAME, "");
        let said = project.fail(&["makemigrations", "-m", "wider"]);
        assert!(said.contains("cannot alter type of a column used by a view"), "{said}");
        assert!(said.contains("hint: does what `R__names` makes use what changes? then write the migration by hand"), "{said}");
        assert!(said.contains("hint: nothing was written\n"), "{said}");
    }

    fn views_that_stand_in_the_way_are_told_of(server: Server) {
        let project = users(server);
        repeatable(&project, "names", &view(server, "names", "SELECT id, name FROM users"));
        project.succeed(&["migrate"]);
        let said = project.fail(&["rollback"]);
        assert!(said.contains("hint: a view rests on it: drop the view first in this file; "), "{said}");

        repeatable(&project, "names", &view(server, "names", "SELECT name FROM users"));
        let said = project.fail(&["migrate"]);
        assert!(said.contains("hint: a view can be replaced only by one that has the same columns first: "), "{said}");
        repeatable(&project, "names", "DROP VIEW IF EXISTS names;\nCREATE VIEW names AS SELECT name FROM users;\n");
        project.succeed(&["migrate"]);
    }

    /// The way by hand: the view goes first, and its file changes so that it comes back.
    fn a_migration_drops_the_view_and_the_changed_file_makes_it_again(server: Server) {
        let project = users(server);
        let names = view(server, "names", "SELECT id, name FROM users");
        repeatable(&project, "names", &names);
        project.succeed(&["migrate"]);
        project.migration(
            "2_wider",
            "DROP VIEW IF EXISTS names;\nALTER TABLE users ALTER COLUMN id TYPE BIGINT;",
            "DROP VIEW IF EXISTS names;\nALTER TABLE users ALTER COLUMN id TYPE INTEGER;",
        );
        repeatable(&project, "names", &format!("-- after wider\n{names}"));
        project.succeed(&["migrate"]);
        project.database.execute("SELECT id FROM names");
        project.succeed(&["redo"]);
        project.database.execute("SELECT id FROM names");
        project.succeed(&["rollback"]);
        project.succeed(&["migrate"]);
        project.database.execute("SELECT id FROM names");
    }
}

on_transactional_engines! {
    fn atomic_takes_them_along(server: Server) {
        let project = users(server);
        repeatable(&project, "a", &view(server, "a", "SELECT name FROM users"));
        repeatable(&project, "b", "SELECT nothing FROM nowhere;");
        let said = project.fail(&["migrate", "--atomic"]);
        assert!(said.contains("= nothing of this run stands: all of it was rolled back\n"), "{said}");
        assert_eq!(project.tables(), Vec::<String>::new());
        repeatable(&project, "b", &view(server, "b", "SELECT name FROM a"));
        project.succeed(&["migrate", "--atomic"]);
        project.database.execute("SELECT name FROM b");
    }
}
