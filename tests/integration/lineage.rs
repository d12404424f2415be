use crate::support::Project;

/// A migration after another, and one whose header names a parent that is not there.
fn with_parent(parent: &str) -> Project {
    Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", parent)
}

fn circle() -> Project {
    Project::new()
        .revising("2025-01-01-000000-0000_a", "202501020000000000")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "none")
}

const UNKNOWN: &str = "
    error: 2025-01-03-000000-0000_c revises 7, which is no migration here

    hint: correct `Revises:` in its header, or bring the parent's folder back
    hint: the header stands in `[ROOT]/migrations/2025-01-03-000000-0000_c/up.sql`
    ";

#[test]
fn an_unknown_parent_stops_who_applies() {
    let project = with_parent("7");
    for args in [
        &["migrate"][..],
        &["migrate", "heads"],
        &["migrate", "--fake"],
        &["migrate", "--plan"],
        &["migrate", "--check"],
        &["migrate", "2025-01-03"],
        &["migrate", "+1"],
        &["stamp", "heads"],
        &["stamp", "2025-01-03"],
    ] {
        project.run(args).status(2).stdout("").stderr(UNKNOWN);
    }
    assert!(project.tables().is_empty());
}

#[test]
fn what_does_not_rest_on_a_guess_is_applied() {
    let project = with_parent("7");
    project.run(["migrate", "2025-01-02"]).success();
    project.run(["migrate"]).status(2).stderr(UNKNOWN);
    assert_eq!(
        project.ledger(),
        ["202501010000000000", "202501020000000000"]
    );
    project.run(["rollback"]).success();
    project.run(["stamp", "2025-01-02"]).success();
    assert_eq!(
        project.ledger(),
        ["202501010000000000", "202501020000000000"]
    );
}

#[test]
fn an_unknown_parent_stops_nobody_who_looks() {
    let project = with_parent("7");
    project.run(["showmigrations"]).success();
    project.run(["history"]).success();
    project.run(["history", "--graph"]).success();
    project.run(["current"]).success();
    project.run(["sqlmigrate", "c"]).success();
    project.run(["heads"]).success().stdout(
        "
        2025-01-02-000000-0000_b (pending)
        2025-01-03-000000-0000_c (pending)
        ",
    );
}

#[test]
fn a_mistyped_parent_is_guessed() {
    for (parent, meant) in [
        ("202501200000000000", "202501020000000000"),
        ("2025010200000000", "202501020000000000"),
        ("2025-01-02-000000-0000_b", "202501020000000000"),
    ] {
        with_parent(parent).run(["migrate"]).status(2).stdout("").stderr(&format!(
            "
            error: 2025-01-03-000000-0000_c revises {parent}, which is no migration here

            hint: did you mean `{meant}`? correct `Revises:` in its header, or bring the parent's folder back
            hint: the header stands in `[ROOT]/migrations/2025-01-03-000000-0000_c/up.sql`
            "
        ));
    }
}

#[test]
fn a_parent_whose_folder_is_gone_is_known_where_it_is_applied() {
    let project = with_parent("202501020000000000");
    project.run(["migrate", "2025-01-02"]).success();
    project.remove("migrations/2025-01-02-000000-0000_b");
    project.run(["migrate"]).success().stdout(
        "
        Applying 2025-01-03-000000-0000_c ... OK ([MS])
        Applied 1 migration in [MS].
        ",
    );
}

#[test]
fn a_circle_stops_who_applies() {
    let project = circle();
    for args in [&["migrate"][..], &["migrate", "a"], &["stamp", "b"]] {
        project.run(args).status(2).stdout("").stderr(
            "
            error: these revise each other in a circle: 2025-01-01-000000-0000_a, 2025-01-02-000000-0000_b

            hint: correct `Revises:` in their headers
            hint: the header stands in `[ROOT]/migrations/2025-01-01-000000-0000_a/up.sql` and `[ROOT]/migrations/2025-01-02-000000-0000_b/up.sql`
            ",
        );
    }
    project.run(["history", "--graph"]).success().stderr("");
    project.run(["heads"]).success().stdout(
        "
        2025-01-03-000000-0000_c (pending)
        ",
    );
    project.run(["migrate", "c"]).success();
}

#[test]
fn a_migration_that_revises_itself() {
    let project = Project::new().revising("2025-01-01-000000-0000_a", "202501010000000000");
    project.run(["migrate"]).status(2).stdout("").stderr(
        "
        error: 2025-01-01-000000-0000_a revises itself

        hint: correct `Revises:` in its header
        hint: the header stands in `[ROOT]/migrations/2025-01-01-000000-0000_a/up.sql`
        ",
    );
    project
        .file("manage.toml", "[check]\nignore = [\"H001\"]\n")
        .run(["check"])
        .status(1)
        .stdout(
            "
            error[H007] migrations/2025-01-01-000000-0000_a/up.sql: 2025-01-01-000000-0000_a revises itself
              hint: correct `Revises:` in its header
            Checked 1 migration: 1 error, 0 warnings, 0 notes.
            ",
        );
}

#[test]
fn check_names_the_file_and_what_was_meant() {
    with_parent("202501020000000001")
        .file("manage.toml", "[check]\nignore = [\"H001\", \"H004\"]\n")
        .run(["check"])
        .status(1)
        .stdout(
            "
            error[H005] migrations/2025-01-03-000000-0000_c/up.sql: 2025-01-03-000000-0000_c revises 202501020000000001, which is no migration here
              hint: did you mean `202501020000000000`? correct `Revises:` in its header, or bring the parent's folder back
            Checked 3 migrations: 1 error, 0 warnings, 0 notes.
            ",
        );
}

#[test]
fn a_child_older_than_its_parent_is_applied_after_it() {
    let project = Project::new()
        .revising("2025-01-01-000000-0000_a", "202501020000000000")
        .revising("2025-01-02-000000-0000_b", "none");
    project.run(["check"]).status(1).stdout(
        "
        warning[H001] 2 migrations are pending: 2025-01-02-000000-0000_b, 2025-01-01-000000-0000_a
          hint: `manage migrate` applies what is pending
        warning[H006] migrations/2025-01-01-000000-0000_a/up.sql: 2025-01-01-000000-0000_a revises 2025-01-02-000000-0000_b, which has a higher version
          hint: Diesel runs the lower version first: give the child a newer version
        Checked 2 migrations: 0 errors, 2 warnings, 0 notes.
        ",
    );
    project.run(["migrate"]).success().stdout(
        "
        Applying 2025-01-02-000000-0000_b ... OK ([MS])
        Applying 2025-01-01-000000-0000_a ... OK ([MS])
        Applied 2 migrations in [MS].
        ",
    );
}
