//! What is recorded and not run: `--fake-initial`, and `--fake` where repeatable migrations are about.

use serde_json::json;

use crate::support::{Project, USERS, blog};

const MADE: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL)";

/// Two migrations in a database that has the table of the first already.
fn versioned() -> Project {
    let project = Project::new()
        .migration(
            "1_initial",
            &format!("{MADE};\nINSERT INTO users VALUES (1, 'ada');\n"),
            "DROP TABLE users;\n",
        )
        .migration(
            "2_tags",
            "CREATE TABLE tags (id INTEGER PRIMARY KEY NOT NULL);\n",
            "DROP TABLE tags;\n",
        );
    project.sql(MADE);
    project
}

/// The same with a repeatable migration.
fn taken_over() -> Project {
    versioned().file(
        "migrations/R__names.sql",
        "DROP VIEW IF EXISTS names;\nCREATE VIEW names AS SELECT name FROM users;\n",
    )
}

#[test]
fn what_is_there_is_recorded_and_the_rest_runs() {
    let project = taken_over();
    project
        .run(["migrate", "--fake-initial", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION  MIGRATION  NOTES
            1     fake    1_initial
            2     apply   2_tags
            3     apply   R__names   repeatable
            ",
        )
        .stderr(
            "
            warning: 1 statement of 1_initial that makes no table does not run: line 2 of up.sql
            ",
        );
    project
        .run(["migrate", "--fake-initial"])
        .success()
        .stdout(
            "
            Applying 1_initial ... FAKED
            Applying 2_tags ... OK ([MS])
            Applying R__names ... OK ([MS])
            Faked 1 migration, applied 2 migrations in [MS].
            ",
        )
        .stderr(
            "
            warning: 1 statement of 1_initial that makes no table does not run: line 2 of up.sql
            ",
        );
    assert_eq!(project.ledger(), ["1", "2"]);
    assert!(project.query("SELECT name AS text FROM users").is_empty());
    project
        .run(["migrate", "--fake-initial"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr(
            "
            No initial migration is to run: `--fake-initial` changes nothing.
            ",
        );
    project.run(["rollback", "--all"]).success();
    assert_eq!(project.ledger(), [] as [&str; 0]);
}

#[test]
fn json_tells_what_is_faked() {
    let project = versioned();
    let step = |name: &str| {
        json!({
            "version": &name[..1],
            "name": name,
            "repeatable": false,
            "direction": "forwards",
            "run_in_transaction": true,
            "reversible": true,
            "from_log": false,
        })
    };
    let mut faked = step("1_initial");
    faked["fake"] = json!(true);
    project
        .run(["migrate", "--fake-initial", "--plan", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "migrate",
            "executed": false,
            "steps": [faked, step("2_tags")],
        }));
    let answer = project
        .run(["migrate", "--fake-initial", "--format", "json"])
        .success()
        .value();
    let steps = answer["steps"].as_array().unwrap().iter();
    let said: Vec<_> = steps.map(|step| step["fake"].clone()).collect();
    assert_eq!(said, [true, false]);
}

#[test]
fn a_file_that_is_not_there_is_made_by_the_migrations() {
    let project = blog();
    project
        .run(["migrate", "--fake-initial", "--plan"])
        .success()
        .stderr("");
    assert!(!project.exists("app.db"));
    project
        .run(["migrate", "--fake-initial"])
        .success()
        .stderr("");
    assert_eq!(project.tables(), ["posts", "tags", "users"]);
}

#[test]
fn what_differs_is_listed_and_nothing_changes() {
    let project = taken_over();
    project
        .sql("DROP TABLE users; CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, mail TEXT)");
    project
        .run(["migrate", "--fake-initial"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the database has tables of 1_initial already, but not as it makes them: 2 differences
              add column `name` to `users`
              drop column `mail` from `users`

            hint: correct the database, or the migration where the database is right; nothing was changed
            hint: `manage migrate 1_initial --fake` records it as it is; `manage stamp MIGRATION` says that the database is further than that
            hint: once all is applied, `manage check --drift` shows what is still different
            ",
        );
    assert_eq!(project.tables(), ["users"]);
    let answer = project
        .run(["migrate", "--fake-initial", "--format", "json"])
        .status(2)
        .value();
    assert_eq!(
        answer["error"]["differences"],
        json!([
            "add column `name` to `users`",
            "drop column `mail` from `users`"
        ])
    );
}

#[test]
fn a_squash_of_the_beginning_is_initial_too() {
    let project = blog();
    project
        .run(["squashmigrations", "create_posts", "--no-input"])
        .success();
    project.run(["migrate"]).success();
    project.sql(
        "DROP TABLE __diesel_schema_migrations; DROP TABLE __diesel_manage_log; DROP TABLE tags",
    );
    project
        .run(["migrate", "--fake-initial"])
        .success()
        .stdout(
            "
            Applying 2025-01-02-000000-0001_squashed_create_users_to_create_posts ... FAKED
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Faked 1 migration, applied 1 migration in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.ledger().len(), 4);
}

#[test]
fn it_goes_with_neither_fake_nor_sql() {
    for other in ["--fake", "--sql", "--prune"] {
        let run = blog().run(["migrate", "--fake-initial", other]).status(2);
        let said = format!("'--fake-initial' cannot be used with '{other}'");
        assert!(run.err().contains(&said), "{}", run.err());
    }
}

#[test]
fn on_the_way_back_there_is_nothing_to_fake() {
    let project = blog();
    project.run(["migrate"]).success();
    project
        .run(["migrate", USERS, "--fake-initial"])
        .success()
        .stderr(
            "
            No initial migration is to run: `--fake-initial` changes nothing.
            ",
        );
    assert_eq!(project.tables(), ["users"]);
}

#[test]
fn fake_records_repeatable_migrations_as_they_are() {
    let project = taken_over();
    project
        .run(["migrate", "--fake", "--plan"])
        .success()
        .stdout(
            "
            STEP  ACTION  MIGRATION  NOTES
            1     fake    1_initial
            2     fake    2_tags
            3     fake    R__names   repeatable
            ",
        );
    project
        .run(["migrate", "--fake"])
        .success()
        .stdout(
            "
            Applying 1_initial ... FAKED
            Applying 2_tags ... FAKED
            Applying R__names ... FAKED
            Applied 3 migrations in the ledger only in [MS].
            ",
        )
        .stderr("");
    project
        .run(["rollback", "--fake"])
        .success()
        .stdout(
            "
            Unapplying 2_tags ... FAKED
            Unapplied 1 migration in the ledger only in [MS].
            ",
        )
        .stderr("");
    assert_eq!(project.ledger(), ["1"]);
    assert_eq!(project.tables(), ["users"]);
    project.run(["migrate"]).success().stdout(
        "
        Applying 2_tags ... OK ([MS])
        Applied 1 migration in [MS].
        ",
    );
}
