use crate::support::{Outcome, Project, USERS, applied_blog, blog};

/// The two Makefiles with these targets: this project's own, and the one that `init` writes.
fn makefiles() -> [(&'static str, &'static str); 2] {
    [
        ("Makefile", include_str!("../../Makefile")),
        (
            "manage.mk",
            include_str!("../../src/commands/init/manage.mk"),
        ),
    ]
}

#[track_caller]
fn make(project: &Project, (name, text): (&str, &str), goals: &[&str]) -> Outcome {
    project.write(name, text);
    let mut command = project.program("make");
    command
        .args(["--no-print-directory", "-f", name])
        .arg(format!("MANAGE={}", env!("CARGO_BIN_EXE_manage")))
        .args(goals);
    project.finish(&mut command)
}

#[test]
fn a_message_reaches_manage_as_it_was_typed() {
    let message = r#"it's $HOME "x"; `echo no` $(shell echo no) \ #"#;
    for makefile in makefiles() {
        let project = Project::new()
            .migration("2999-01-01-000000-0000_far", "SELECT 1;", "SELECT 1;")
            .file("src/schema.rs", "table! { tags (id) { id -> Integer, } }");
        make(
            &project,
            makefile,
            &["makemigrations", &format!("msg={message}")],
        )
        .success()
        .stdout(
            "
              + create table `tags`
            Created migrations/2999-01-01-000000-0001_it_s_home_x_echo_no_shell_echo_no/up.sql
            Created migrations/2999-01-01-000000-0001_it_s_home_x_echo_no_shell_echo_no/down.sql
            ",
        );
        let up = project
            .read("migrations/2999-01-01-000000-0001_it_s_home_x_echo_no_shell_echo_no/up.sql");
        assert_eq!(up.lines().next(), Some(&*format!("-- {message}")));
    }
}

#[test]
fn a_migration_without_a_message_is_named_after_its_operations() {
    for makefile in makefiles() {
        let project = Project::new()
            .folder("migrations")
            .file("src/schema.rs", "table! { tags (id) { id -> Integer, } }");
        make(&project, makefile, &["makemigrations"])
            .success()
            .stdout(
                "
                  + create table `tags`
                Created migrations/[STAMP]_add_tags/up.sql
                Created migrations/[STAMP]_add_tags/down.sql
                ",
            );
    }
}

#[test]
fn migrate() {
    for makefile in makefiles() {
        let project = blog();
        make(&project, makefile, &["migrate"])
            .success()
            .stdout(
                "
                Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
                Applying 2025-01-02-000000-0000_create_posts ... OK ([MS])
                Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
                Applied 3 migrations in [MS].
                ",
            )
            .stderr("");
    }
}

#[test]
fn migrate_check_fails_while_migrations_are_pending() {
    for makefile in makefiles() {
        make(&blog(), makefile, &["migrate-check"]).status(2);
        make(&applied_blog(), makefile, &["migrate-check"])
            .success()
            .stdout(
                "
                Checked 3 migrations: nothing found.
                ",
            )
            .stderr("");
    }
}

#[test]
fn migrate_show() {
    for makefile in makefiles() {
        make(&blog(), makefile, &["migrate-show"])
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
    }
}

#[test]
fn migrate_rollback() {
    for makefile in makefiles() {
        let project = applied_blog();
        make(&project, makefile, &["migrate-rollback"]).success();
        assert_eq!(project.tables(), ["posts", "users"]);
        make(&project, makefile, &["migrate-rollback", "steps=2"]).success();
        assert!(project.tables().is_empty());
    }
}

#[test]
fn migrate_history() {
    for makefile in makefiles() {
        make(&blog(), makefile, &["migrate-history", "limit=2"])
            .success()
            .stdout(
                "
                STATE    VERSION             MESSAGE       REVISES             APPLIED (UTC)
                pending  202501030000000000  create tags   202501020000000000
                pending  202501020000000000  create posts  202501010000000000
                ",
            )
            .stderr("");
    }
}

#[test]
fn migrate_current() {
    for makefile in makefiles() {
        let project = blog();
        project.run(["migrate", USERS]).success();
        make(&project, makefile, &["migrate-current"])
            .success()
            .stdout(
                "
                2025-01-01-000000-0000_create_users
                ",
            )
            .stderr(
                "
                2 migrations are pending.
                ",
            );
    }
}

#[test]
fn the_fragment_is_included() {
    let project = Project::new().file("Makefile", "hello:\n\t@echo hello\n\ninclude manage.mk\n");
    project.run(["init"]).success();
    project
        .finish(project.program("make").arg("hello"))
        .success()
        .stdout(
            "
            hello
            ",
        );
    let migrate = format!("MANAGE={}", env!("CARGO_BIN_EXE_manage"));
    project
        .finish(project.program("make").args(["migrate", &migrate]))
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        );
}
