use serde_json::json;

use crate::support::{Project, blog};

#[test]
fn everything_at_its_default() {
    Project::new()
        .run(["settings"])
        .success()
        .squeezed()
        .stdout(
            "
            SETTING  VALUE  SOURCE
            project  [ROOT]  default
            ENVIRONMENT  default
            env files  default
            database  default
            DATABASE_URL  sqlite://[ROOT]/app.db  default
            MIGRATION_DATABASE_URL  default
            MANAGE_SCRATCH_URL  default
            MIGRATION_DIRECTORY  [ROOT]/migrations  default
            models  src/**/*.rs  default
            on_connect  default
            autogenerate.compare  default
            backup.dir  [ROOT]/backups  default
            check.fail_level  warning  default
            check.ignore  default
            check.levels  default
            migrate.out_of_order  warn  default
            migrate.lock_wait  60 s  default
            migrate.lock_timeout  the session's  default
            migrate.statement_timeout  the session's  default
            migrate.lock_retries  0  default
            production mode  off  default
            production.confirm  true  default
            production.backup  false  default
            ",
        )
        .stderr("");
}

#[test]
fn each_value_with_its_source() {
    Project::new()
        .file(
            ".env",
            "DATABASE_URL=postgres://app:s3cret@db.example/shop\n",
        )
        .file("manage.toml", "[migrate]\nout_of_order = \"refuse\"\n")
        .env("ENVIRONMENT", "production")
        .run(["settings", "--migrations-dir", "db/migrations"])
        .success()
        .squeezed()
        .stdout(
            "
            SETTING  VALUE  SOURCE
            project  [ROOT]  manage.toml
            ENVIRONMENT  production  environment
            env files  .env  default
            database  default
            DATABASE_URL  postgres://app:***@db.example/shop  .env (line 1)
            MIGRATION_DATABASE_URL  default
            MANAGE_SCRATCH_URL  default
            MIGRATION_DIRECTORY  [ROOT]/db/migrations  --migrations-dir
            models  src/**/*.rs  default
            on_connect  default
            autogenerate.compare  default
            backup.dir  [ROOT]/backups  default
            check.fail_level  warning  default
            check.ignore  default
            check.levels  default
            migrate.out_of_order  refuse  manage.toml [migrate] out_of_order
            migrate.lock_wait  60 s  default
            migrate.lock_timeout  the session's  default
            migrate.statement_timeout  the session's  default
            migrate.lock_retries  0  default
            production mode  on  environment
            production.confirm  true  default
            production.backup  false  default
            ",
        )
        .stderr("");
}

#[test]
fn as_json() {
    let value = Project::new()
        .env("DATABASE_URL", "mysql://app:s3cret@db.example/shop")
        .run(["settings", "--format", "json"])
        .success()
        .stderr("")
        .value();
    assert_eq!(value["schema"], 1);
    assert_eq!(value["command"], "settings");
    let rows = value["settings"].as_array().unwrap();
    assert!(rows.contains(&json!({
        "name": "DATABASE_URL",
        "value": "mysql://app:***@db.example/shop",
        "source": "environment",
    })));
}

#[test]
fn odd_settings_are_warned_of() {
    Project::new()
        .folder("migrations")
        .env("DATABASE_URL", "sqlite://app.db")
        .env("DB_CONNECTION", "postgres")
        .env("DB_HOST", "db.example")
        .run(["current"])
        .success()
        .stdout("")
        .stderr(
            "
            warning: environment has both a database URL and `DB_CONNECTION`, which disagree; the URL is used
            hint: remove one of them
            No migration is applied.
            ",
        );
}

#[test]
fn a_database_by_name() {
    let project = blog().file(
        "manage.toml",
        "default = \"main\"\n\n[databases.main]\nurl = \"sqlite://main.db\"\n\n\
         [databases.reports]\nurl = \"sqlite://reports.db\"\nmigrations = \"reports\"\n",
    );
    let project = project.file("reports/1_a/up.sql", "CREATE TABLE a (id INTEGER);");
    project
        .run(["migrate", "--database", "reports"])
        .success()
        .stdout(
            "
            Applying 1_a ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        );
    assert!(project.exists("reports.db") && !project.exists("main.db"));
    project
        .run(["migrate", "--database", "report"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no database `report` in manage.toml

            hint: did you mean `reports`?
            ",
        );
}

#[test]
fn on_connect_runs_first() {
    let project = Project::new()
        .file("manage.toml", "[databases.main]\nurl = \"sqlite://app.db\"\non_connect = [\"PRAGMA foreign_keys = ON\"]\n")
        .migration(
            "1_a",
            "CREATE TABLE parents (id INTEGER PRIMARY KEY);
             CREATE TABLE children (id INTEGER, parent_id INTEGER REFERENCES parents);
             INSERT INTO children VALUES (1, 7);",
            "DROP TABLE children; DROP TABLE parents;",
        );
    project.run(["migrate"]).status(2).stdout(
        "
        Applying 1_a ... FAILED
        ",
    ).stderr(
        "
        error: applying 1_a failed: FOREIGN KEY constraint failed
         --> migrations/1_a/up.sql:3:14
          |
        3 |              INSERT INTO children VALUES (1, 7);
          |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = nothing was applied before it in this run
          = nothing of this migration stands: it was rolled back

        hint: rows refer to each other: create and fill parents before children, drop children first; `PRAGMA foreign_key_check` in `manage dbshell` lists what is wrong
        hint: correct the file, then run `manage migrate` again
        ",
    );
    project.write(
        "manage.toml",
        "[databases.main]\nurl = \"sqlite://app.db\"\non_connect = [\"SELECT 1\", \"SLECT 2\"]\n",
    );
    project.run(["current"]).status(2).stdout("").stderr(
        r#"
        error: statement 2 of `on_connect` failed on sqlite://[ROOT]/app.db: near "SLECT": syntax error

        hint: correct `on_connect` in manage.toml
        "#,
    );
}

#[test]
fn the_project_is_found_from_below_and_named_from_outside() {
    let project = blog().folder("src/deep").folder("elsewhere");
    project.run_in("src/deep", ["migrate"]).success();
    assert!(project.exists("app.db"));
    let root = project.root().display().to_string();
    let outside = Project::new();
    outside
        .run(["current", "--project", &root])
        .success()
        .stdout(
            "
            2025-01-03-000000-0000_create_tags (head)
            ",
        );
    outside
        .run(["current", "--project", "nowhere"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the project folder `[ROOT]/nowhere` does not exist
            ",
        );
}
