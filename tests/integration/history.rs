use crate::support::{POSTS, Project, TAGS, blog};

fn project() -> Project {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    project
}

fn names(project: &Project, args: &[&str]) -> Vec<String> {
    let args = ["history", "--format", "json"].iter().chain(args);
    project.run(args).success().value()["migrations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["message"].as_str().unwrap().replace("create ", ""))
        .collect()
}

#[test]
fn newest_first() {
    project()
        .run(["history"])
        .success()
        .stdout(
            "
            STATE    VERSION             MESSAGE       REVISES             APPLIED (UTC)
            pending  202501030000000000  create tags   202501020000000000
            applied  202501020000000000  create posts  202501010000000000  [TIME]
            applied  202501010000000000  create users                      [TIME]
            ",
        )
        .stderr("");
}

#[test]
fn with_details() {
    project()
        .revising("2025-01-04-000000-0000_notes", "202501030000000000")
        .run(["history", "--verbose"])
        .success()
        .stdout(
            "
            2025-01-04-000000-0000_notes (head)
            Version: 202501040000000000
            Revises: 2025-01-03-000000-0000_create_tags
            Applied: no
            Path:    migrations/2025-01-04-000000-0000_notes

                notes

            2025-01-03-000000-0000_create_tags
            Version: 202501030000000000
            Revises: 2025-01-02-000000-0000_create_posts
            Applied: no
            Path:    migrations/2025-01-03-000000-0000_create_tags

                create tags

            2025-01-02-000000-0000_create_posts (current)
            Version: 202501020000000000
            Revises: 2025-01-01-000000-0000_create_users
            Applied: [TIME] UTC
            Path:    migrations/2025-01-02-000000-0000_create_posts

                create posts

            2025-01-01-000000-0000_create_users
            Version: 202501010000000000
            Revises: none
            Applied: [TIME] UTC
            Path:    migrations/2025-01-01-000000-0000_create_users

                create users
            ",
        )
        .stderr("");
}

#[test]
fn a_limit() {
    let project = project();
    assert_eq!(names(&project, &["-l", "2"]), ["tags", "posts"]);
    assert_eq!(names(&project, &["-l", "20"]), ["tags", "posts", "users"]);
    assert!(names(&project, &["--limit", "0"]).is_empty());
    project
        .run(["history", "-l", "0"])
        .success()
        .stdout("")
        .stderr(
            "
            No migrations.
            ",
        );
    project.run(["history", "-l", "x"]).status(2).stderr(
        "
        error: invalid value 'x' for '--limit <N>': invalid digit found in string

        For more information, try '--help'.
        ",
    );
}

#[test]
fn ranges() {
    let project = project();
    for (range, shown) in [
        ("create_users:create_posts", &["posts", "users"][..]),
        ("create_posts:", &["tags", "posts"]),
        (":create_posts", &["posts", "users"]),
        (":", &["tags", "posts", "users"]),
        ("base:head", &["tags", "posts", "users"]),
        ("current:head", &["tags", "posts"]),
        ("-1:current", &["posts", "users"]),
        ("20250103:20250103", &["tags"]),
    ] {
        assert_eq!(names(&project, &["-r", range]), shown, "{range}");
    }
}

#[test]
fn ranges_that_make_no_sense() {
    let project = project();
    project
        .run(["history", "-r", "create_users"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `create_users` is no range: write `A:B`, `A:` or `:B`
            ",
        );
    project
        .run(["history", "-r", "create_tags:create_users"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `create_tags:create_users` runs backwards: the older one comes first
            ",
        );
    project
        .run(["history", "-r", "wxyz:"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: no migration is named `wxyz`

            hint: `manage showmigrations` lists every name
            ",
        );
}

#[test]
fn a_migration_that_is_gone() {
    let project = project();
    project.remove(&format!("migrations/{POSTS}"));
    project
        .run(["history"])
        .success()
        .stdout(
            "
            STATE    VERSION             MESSAGE       REVISES             APPLIED (UTC)
            pending  202501030000000000  create tags   202501010000000000
            missing  202501020000000000  create posts                      [TIME]
            applied  202501010000000000  create users                      [TIME]
            ",
        )
        .stderr("");
    project
        .run(["history", "-v", "-l2"])
        .success()
        .stdout(
            "
            2025-01-03-000000-0000_create_tags (head)
            Version: 202501030000000000
            Revises: 2025-01-01-000000-0000_create_users
            Applied: no
            Path:    migrations/2025-01-03-000000-0000_create_tags

                create tags

            2025-01-02-000000-0000_create_posts (current)
            Version: 202501020000000000
            Revises: none
            Applied: [TIME] UTC
            Path:    missing on disk
            ",
        )
        .stderr("");
}

#[test]
fn as_json() {
    let project = project();
    let value = project
        .run(["history", "-l", "1", "--format", "json"])
        .success()
        .value();
    assert_eq!(
        value,
        serde_json::json!({
            "schema": 1,
            "command": "history",
            "migrations": [{
                "version": "202501030000000000",
                "name": TAGS,
                "repeatable": false,
                "message": "create tags",
                "state": "pending",
                "applied_at": null,
                "parents": ["202501020000000000"],
                "run_in_transaction": true,
                "reversible": true,
                "replaces": [],
                "replaced_by": null,
            }],
        })
    );
}

#[test]
fn without_migrations() {
    Project::new()
        .folder("migrations")
        .run(["history"])
        .success()
        .stdout("")
        .stderr(
            "
            No migrations.
            ",
        );
}

/// Two branches and their merge, the one branch applied.
fn branched() -> Project {
    let project = Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "202501010000000000")
        .revising(
            "2025-01-04-000000-0000_d",
            "202501020000000000, 202501030000000000",
        );
    project.run(["migrate", "2025-01-02"]).success();
    project
}

#[test]
fn a_drawing_of_a_line() {
    project()
        .run(["history", "--graph"])
        .success()
        .stdout(
            "
            o  202501030000000000  create tags (pending, head)
            *  202501020000000000  create posts (current)
            *  202501010000000000  create users
            ",
        )
        .stderr("");
}

#[test]
fn a_drawing_of_branches() {
    let project = branched();
    project
        .run(["history", "--graph"])
        .success()
        .stdout(
            r"
            o    202501040000000000  d (pending, head, merge)
            |\
            | o  202501030000000000  c (pending)
            * |  202501020000000000  b (current)
            |/
            *  202501010000000000  a (branch point)
            ",
        )
        .stderr("");
    project
        .run(["history", "-g", "--format", "table", "-l", "2"])
        .success()
        .stdout(
            "
            ○    202501040000000000  d (pending, head, merge)
            ├─╮
            │ │
            │ ~
            │
            ○  202501030000000000  c (pending)
            │
            ~
            ",
        )
        .stderr("");
    project
        .run(["history", "-g", "-r", "2025-01-01:2025-01-02", "-v"])
        .success()
        .stdout(
            "
            *  2025-01-02-000000-0000_b (current)
            |  Version: 202501020000000000
            |  Revises: 2025-01-01-000000-0000_a
            |  Applied: [TIME] UTC
            |  Path:    migrations/2025-01-02-000000-0000_b
            |
            |      b
            |
            *  2025-01-01-000000-0000_a (branch point)
               Version: 202501010000000000
               Revises: none
               Applied: [TIME] UTC
               Path:    migrations/2025-01-01-000000-0000_a

                   a
            ",
        )
        .stderr("");
}

#[test]
fn a_drawing_with_what_is_gone_and_what_never_was() {
    let project = branched().revising("2025-01-05-000000-0000_e", "7");
    project.remove("migrations/2025-01-02-000000-0000_b");
    project
        .run(["history", "-g"])
        .success()
        .stdout(
            r"
            o  202501050000000000  e (pending, head)
            |
            ~

            o    202501040000000000  d (pending, head)
            |\
            | o  202501030000000000  c (pending)
            x |  202501020000000000  b (missing on disk, current)
            |/
            *  202501010000000000  a
            ",
        )
        .stderr("");
}

#[test]
fn a_drawing_in_colour() {
    let out = project().run(["history", "--graph", "--color", "always", "-r", "head:"]);
    assert_eq!(
        out.success().out(),
        "\u{1b}[1;33mo\u{1b}[0m  \u{1b}[2m202501030000000000\u{1b}[0m  create tags\u{1b}[1;33m (pending, head)\u{1b}[0m\n|\n~\n"
    );
}

#[test]
fn ranges_follow_the_branches() {
    let project = branched();
    for (range, shown) in [
        ("2025-01-01:2025-01-03", &["c", "a"][..]),
        (":2025-01-03", &["c", "a"]),
        ("2025-01-02:", &["d", "c", "b"]),
        ("current:current", &["b"]),
    ] {
        assert_eq!(names(&project, &["-r", range]), shown, "{range}");
    }
    project
        .run(["history", "-r", "2025-01-02:2025-01-03"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `2025-01-02:2025-01-03` is no way: its ends are on different branches

            hint: `manage history --graph` draws the branches
            ",
        );
}
