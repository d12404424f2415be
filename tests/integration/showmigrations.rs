use serde_json::json;

use crate::support::{POSTS, Project, TAGS, USERS, applied_blog, blog};

#[test]
fn every_migration_with_its_state() {
    let project = blog();
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            pending  2025-01-01-000000-0000_create_users
            pending  2025-01-02-000000-0000_create_posts
            pending  2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            0 applied, 3 pending
            ",
        );
    assert!(!project.exists("app.db"));
    project.run(["migrate", "+2"]).success();
    project
        .run(["status"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            applied  2025-01-01-000000-0000_create_users  [TIME]
            applied  2025-01-02-000000-0000_create_posts  [TIME]
            pending  2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            2 applied, 1 pending
            ",
        );
    project.remove(&format!("migrations/{USERS}"));
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            missing  2025-01-01-000000-0000_create_users  [TIME]
            applied  2025-01-02-000000-0000_create_posts  [TIME]
            pending  2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            1 applied, 1 pending, 1 missing on disk
            ",
        );
}

#[test]
fn in_the_order_they_run() {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    project
        .run(["showmigrations", "--plan"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)        REVISES
            applied  2025-01-01-000000-0000_create_users  [TIME]
            pending  2025-01-02-000000-0000_create_posts                       2025-01-01-000000-0000_create_users
            pending  2025-01-03-000000-0000_create_tags                        2025-01-02-000000-0000_create_posts
            ",
        )
        .stderr(
            "
            1 applied, 2 pending
            ",
        );
    project
        .run(["showmigrations", "--plan", "-v"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)        REVISES                              MESSAGE
            applied  2025-01-01-000000-0000_create_users  [TIME]                                       create users
            pending  2025-01-02-000000-0000_create_posts                       2025-01-01-000000-0000_create_users  create posts
            pending  2025-01-03-000000-0000_create_tags                        2025-01-02-000000-0000_create_posts  create tags
            ",
        )
        .stderr(
            "
            1 applied, 2 pending
            ",
        );
}

#[test]
fn only_the_pending_ones() {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    project
        .run(["showmigrations", "--pending"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                           APPLIED (UTC)
            pending  2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            2 applied, 1 pending
            ",
        );
    project.run(["migrate"]).success();
    project
        .run(["showmigrations", "--pending"])
        .success()
        .stdout("")
        .stderr(
            "
            No pending migrations.
            ",
        );
}

#[test]
fn quietly() {
    applied_blog()
        .run(["showmigrations", "--quiet"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            applied  2025-01-01-000000-0000_create_users  [TIME]
            applied  2025-01-02-000000-0000_create_posts  [TIME]
            applied  2025-01-03-000000-0000_create_tags   [TIME]
            ",
        )
        .stderr("");
}

#[test]
fn without_migrations() {
    Project::new()
        .folder("migrations")
        .run(["showmigrations"])
        .success()
        .stdout("")
        .stderr(
            "
            No migrations yet.
            ",
        );
}

#[test]
fn as_json() {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    project.remove(&format!("migrations/{POSTS}"));
    project
        .run(["showmigrations", "--format", "json"])
        .success()
        .stderr("")
        .json(&json!({
            "schema": 1,
            "command": "showmigrations",
            "migrations": [
                {
                    "version": "202501010000000000",
                    "name": USERS,
                    "repeatable": false,
                    "message": "create users",
                    "state": "applied",
                    "applied_at": "[TIME]",
                    "parents": [],
                    "run_in_transaction": true,
                    "reversible": true,
                    "replaces": [],
                    "replaced_by": null,
                },
                {
                    "version": "202501020000000000",
                    "name": "2025-01-02-000000-0000_create_posts",
                    "repeatable": false,
                    "message": null,
                    "state": "missing",
                    "applied_at": "[TIME]",
                    "parents": [],
                    "run_in_transaction": null,
                    "reversible": null,
                    "replaces": null,
                    "replaced_by": null,
                },
                {
                    "version": "202501030000000000",
                    "name": TAGS,
                    "repeatable": false,
                    "message": "create tags",
                    "state": "pending",
                    "applied_at": null,
                    "parents": ["202501010000000000"],
                    "run_in_transaction": true,
                    "reversible": true,
                    "replaces": [],
                    "replaced_by": null,
                },
            ],
        }));
}

#[test]
fn names_of_every_kind() {
    let project = Project::new()
        .migration(
            "1_größe ändern",
            "CREATE TABLE a (id INTEGER);",
            "DROP TABLE a;",
        )
        .migration(
            "2_it's \"quoted\" $HOME",
            "CREATE TABLE b (id INTEGER);",
            "DROP TABLE b;",
        )
        .migration(
            "3_表を作る",
            "CREATE TABLE c (id INTEGER);",
            "DROP TABLE c;",
        )
        .migration("4", "CREATE TABLE d (id INTEGER);", "DROP TABLE d;");
    project
        .run(["migrate"])
        .success()
        .stdout(
            r#"
            Applying 1_größe ändern ... OK ([MS])
            Applying 2_it's "quoted" $HOME ... OK ([MS])
            Applying 3_表を作る ... OK ([MS])
            Applying 4 ... OK ([MS])
            Applied 4 migrations in [MS].
            "#,
        )
        .stderr("");
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            r#"
            STATE    MIGRATION              APPLIED (UTC)
            applied  1_größe ändern         [TIME]
            applied  2_it's "quoted" $HOME  [TIME]
            applied  3_表を作る             [TIME]
            applied  4                      [TIME]
            "#,
        )
        .stderr(
            "
            4 applied, 0 pending
            ",
        );
    project
        .run(["history"])
        .success()
        .stdout(
            r#"
            STATE    VERSION  MESSAGE              REVISES  APPLIED (UTC)
            applied  4                             3        [TIME]
            applied  3        表を作る             2        [TIME]
            applied  2        it's "quoted" $HOME  1        [TIME]
            applied  1        größe ändern                  [TIME]
            "#,
        )
        .stderr("");
    project
        .run(["rollback", "1_größe ändern"])
        .success()
        .stdout(
            r#"
            Unapplying 4 ... OK ([MS])
            Unapplying 3_表を作る ... OK ([MS])
            Unapplying 2_it's "quoted" $HOME ... OK ([MS])
            Unapplied 3 migrations in [MS].
            "#,
        );
    project.run(["migrate", "it's"]).success();
    project.run(["migrate", "表"]).success();
}

#[test]
fn a_ledger_of_diesels_own() {
    use diesel::connection::SimpleConnection as _;
    let project = blog();
    project
        .connect()
        .batch_execute(
            "CREATE TABLE __diesel_schema_migrations (
                 version VARCHAR(50) PRIMARY KEY NOT NULL,
                 run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
             );
             INSERT INTO __diesel_schema_migrations VALUES ('202501010000000000', '2020-01-01 00:00:00');",
        )
        .unwrap();
    project
        .run(["showmigrations"])
        .success()
        .stdout(
            "
            STATE    MIGRATION                            APPLIED (UTC)
            applied  2025-01-01-000000-0000_create_users  [TIME]
            pending  2025-01-02-000000-0000_create_posts
            pending  2025-01-03-000000-0000_create_tags
            ",
        )
        .stderr(
            "
            1 applied, 2 pending
            ",
        );
    project.run(["migrate", "--plan"]).success().stdout(
        "
        STEP  ACTION  MIGRATION                            NOTES
        1     apply   2025-01-02-000000-0000_create_posts
        2     apply   2025-01-03-000000-0000_create_tags
        ",
    );
}
