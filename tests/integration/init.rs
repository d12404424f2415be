use serde_json::json;

use crate::support::Project;

#[test]
fn a_project_starts_in_an_empty_folder() {
    let project = Project::new();
    project.run(["init"]).success().stdout(
        "
        Created migrations/head.txt
        Created manage.toml
        Created .env.example
        Created manage.mk
        ",
    ).stderr(
        "
        hint: include manage.mk from a Makefile for `make migrate` and its friends
        hint: declare tables with `diesel::table!` under src/, or print those of a database that is there with `manage inspectdb`; then `manage makemigrations`
        ",
    );
    assert_eq!(project.read("migrations/head.txt"), "");
    project
        .run(["check"])
        .success()
        .stdout(
            "
            Checked 0 migrations: nothing found.
            ",
        )
        .stderr("");
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            No migrations to apply.
            ",
        )
        .stderr("");
}

#[test]
fn the_second_time_nothing_is_overwritten() {
    let project = Project::new();
    project.run(["init"]).success();
    project.write("manage.toml", "# mine\n");
    let before = project.files();
    project.run(["init"]).success().stdout(
        "
        Kept migrations
        Kept manage.toml
        Kept .env.example
        Kept manage.mk
        ",
    ).stderr(
        "
        hint: include manage.mk from a Makefile for `make migrate` and its friends
        hint: declare tables with `diesel::table!` under src/, or print those of a database that is there with `manage inspectdb`; then `manage makemigrations`
        ",
    );
    assert_eq!(project.files(), before);
}

#[test]
fn a_crate_gets_a_build_script() {
    let project = Project::new().file("Cargo.toml", "");
    project.run(["init"]).success().stdout(
        "
        Created migrations/head.txt
        Created manage.toml
        Created .env.example
        Created manage.mk
        Created build.rs
        ",
    ).stderr(
        "
        hint: include manage.mk from a Makefile for `make migrate` and its friends
        hint: declare tables with `diesel::table!` under src/, or print those of a database that is there with `manage inspectdb`; then `manage makemigrations`
        ",
    );
    assert!(
        project
            .read("build.rs")
            .contains("cargo::rerun-if-changed=migrations")
    );
}

#[test]
fn a_build_script_that_is_there_is_left_alone() {
    let project = Project::new()
        .file("Cargo.toml", "")
        .file("build.rs", "fn main() {}\n");
    project.run(["init"]).success().stdout(
        "
        Created migrations/head.txt
        Created manage.toml
        Created .env.example
        Created manage.mk
        Kept build.rs
        ",
    ).stderr(
        r#"
        hint: add `println!("cargo::rerun-if-changed=migrations");` to build.rs, so that `embed_migrations!` notices new SQL
        hint: include manage.mk from a Makefile for `make migrate` and its friends
        hint: declare tables with `diesel::table!` under src/, or print those of a database that is there with `manage inspectdb`; then `manage makemigrations`
        "#,
    );
    assert_eq!(project.read("build.rs"), "fn main() {}\n");
}

#[test]
fn a_build_script_with_the_line_needs_no_hint() {
    let project = Project::new().file("Cargo.toml", "").file(
        "build.rs",
        "fn main() { println!(\"cargo:rerun-if-changed=migrations\"); }\n",
    );
    project.run(["init"]).success().stderr(
        "
        hint: include manage.mk from a Makefile for `make migrate` and its friends
        hint: declare tables with `diesel::table!` under src/, or print those of a database that is there with `manage inspectdb`; then `manage makemigrations`
        ",
    );
}

#[test]
fn migrations_that_are_there_get_no_head_file() {
    let project = Project::new().migration("1_a", "SELECT 1;", "SELECT 1;");
    project.run(["init"]).success().stdout(
        "
        Created manage.toml
        Created .env.example
        Created manage.mk
        Kept migrations
        ",
    );
    assert!(!project.exists("migrations/head.txt"));
}

#[test]
fn as_json() {
    let project = Project::new().file("manage.mk", "");
    project
        .run(["init", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "init",
            "created": ["migrations/head.txt", "manage.toml", ".env.example"],
            "kept": ["manage.mk"],
        }));
}

#[test]
fn a_folder_that_takes_no_files_is_an_error() {
    let project = Project::new()
        .file("manage.toml", "")
        .file("migrations", "");
    project.run(["init"]).status(2).stdout("").stderr(
        "
        error: cannot create `[ROOT]/migrations`: File exists (os error 17)
        ",
    );
}
