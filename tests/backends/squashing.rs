//! Whatever of a range a database has when it meets the squash, it ends as the range would have left it.

use std::fs;

use pretty_assertions::assert_eq;

use crate::{
    interop::{Ask, diesel},
    project::Project,
    support::services::Server,
};

const USERS: &str = "2026-01-01-000000-0000_create_users";
const SCRAP: &str = "2026-01-02-000000-0000_create_scrap";
const EMAIL: &str = "2026-01-03-000000-0000_add_email";
const POSTS: &str = "2026-01-04-000000-0000_create_posts";
const SQUASH: &str = "2026-01-03-000000-0001_squashed_create_users_to_add_email";

fn version(name: &str) -> String {
    name.split('_').next().unwrap().replace('-', "")
}

fn project(server: Server) -> Project {
    let project = Project::new(server);
    let all = [
        (
            USERS,
            "none".to_owned(),
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);",
            "DROP TABLE users;",
        ),
        (
            SCRAP,
            version(USERS),
            "CREATE TABLE scrap (id INTEGER PRIMARY KEY);
INSERT INTO scrap VALUES (1);
INSERT INTO users (id, name) VALUES (1, 'it''s; ada')",
            "DELETE FROM users WHERE id = 1;
DROP TABLE scrap",
        ),
        (
            EMAIL,
            version(SCRAP),
            "DROP TABLE scrap;
ALTER TABLE users ADD COLUMN email VARCHAR(40);
CREATE VIEW names AS SELECT name FROM users;
UPDATE users SET name = 'grace' WHERE id = 1;",
            "DROP VIEW names;
ALTER TABLE users DROP COLUMN email;
CREATE TABLE scrap (id INTEGER PRIMARY KEY);",
        ),
        (
            POSTS,
            version(EMAIL),
            "CREATE TABLE posts (id INTEGER PRIMARY KEY);",
            "DROP TABLE posts;",
        ),
    ];
    for (name, parent, up, down) in all {
        let header = format!(
            "-- {name}\n--\n-- Version: {}\n-- Revises: {parent}\n\n",
            version(name)
        );
        project.migration(name, &format!("{header}{up}\n"), down);
    }
    project
}

/// The tables with their rows.
fn holds(project: &Project) -> (String, Vec<Vec<String>>) {
    let rows = project.database.query("SELECT name FROM names");
    (project.succeed(&["inspectdb"]), rows)
}

fn remove(project: &Project, names: &[&str]) {
    for name in names {
        fs::remove_dir_all(project.migrations().join(name)).unwrap();
    }
}

fn versions(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| version(name)).collect()
}

fn without_squash(server: Server) -> (String, Vec<Vec<String>>) {
    let project = project(server);
    project.succeed(&["migrate"]);
    holds(&project)
}

on_every_engine! {
    fn all_some_or_none_of_the_range_end_alike(server: Server) {
        let expected = without_squash(server);
        for applied in 0..=4 {
            for from_schema in [false, true] {
                // Where the text comes from matters where it runs.
                if from_schema && applied > 1 {
                    continue;
                }
                let project = project(server);
                if applied > 0 {
                    project.succeed(&["migrate", &format!("+{applied}")]);
                }
                let mut args = vec!["squashmigrations", EMAIL, "--no-input"];
                args.extend(from_schema.then_some("--from-schema"));
                project.succeed(&args);
                let up = fs::read_to_string(project.migrations().join(SQUASH).join("up.sql")).unwrap();
                assert_eq!(up.contains("scrap ("), !from_schema, "{up}");
                assert_eq!(project.manage(&["migrate", "--check"]).status, 1);
                project.succeed(&["migrate"]);
                assert_eq!(holds(&project), expected, "after {applied}");
                let all = versions(&[USERS, SCRAP, EMAIL, SQUASH, POSTS]);
                assert_eq!(project.ledger(), all);
                assert_eq!(project.manage(&["migrate", "--check"]).status, 0);
                let answer = diesel(&project.database, project.migrations(), Ask::Look);
                assert_eq!(answer.pending, [] as [String; 0]);
                project.succeed(&["squashmigrations", SQUASH, "--delete-replaced", "--yes"]);
                assert!(!project.migrations().join(USERS).exists());
                project.succeed(&["check"]);
                project.succeed(&["migrate", "--prune"]);
                assert_eq!(project.ledger(), versions(&[SQUASH, POSTS]));
                let answer = diesel(&project.database, project.migrations(), Ask::Look);
                assert_eq!(answer.pending, [] as [String; 0]);
                project.succeed(&["rollback", "--all"]);
                assert_eq!((project.tables(), project.ledger()), (vec![], vec![]));
                project.succeed(&["migrate"]);
                assert_eq!(holds(&project), expected, "after {applied}");
            }
        }
    }

    fn a_range_applied_before_its_folders_went_is_recorded(server: Server) {
        let project = project(server);
        project.succeed(&["migrate"]);
        let expected = holds(&project);
        project.succeed(&["squashmigrations", EMAIL]);
        remove(&project, &[USERS, SCRAP, EMAIL]);
        assert_eq!(
            project.transcript(&["migrate --plan", "migrate", "migrate"]),
            format!("\
$ manage migrate --plan
STEP  ACTION  MIGRATION                                                  NOTES
1     record  {SQUASH}  replaces 3
$ manage migrate
Recording {SQUASH} ... OK (TIME)
Recorded 1 migration in TIME.
$ manage migrate
No migrations to apply.
")
        );
        assert_eq!(holds(&project), expected);
        project.succeed(&["rollback", "--all"]);
        assert_eq!((project.tables(), project.ledger()), (vec![], vec![]));
    }

    fn a_part_of_a_range_whose_rest_is_gone_stops(server: Server) {
        let project = project(server);
        project.succeed(&["migrate", "+2"]);
        project.succeed(&["squashmigrations", EMAIL]);
        let ledger = project.ledger();
        let said = project.fail(&["squashmigrations", SQUASH, "--delete-replaced", "--yes"]);
        assert!(
            said.contains(&format!("has only a part of what {SQUASH} replaces; it lacks {EMAIL}\n")),
            "{said}"
        );
        remove(&project, &[USERS, SCRAP, EMAIL]);
        assert_eq!(
            project.fail(&["migrate"]),
            format!("\
error: only a part of what {SQUASH} replaces is applied, and the rest is gone from the migrations folder: {}

hint: bring its folder back from version control, run `manage migrate`, then remove it again
", version(EMAIL))
        );
        assert_eq!(project.ledger(), ledger);
    }

    fn a_squash_of_a_squash_replaces_both(server: Server) {
        const INNER: &str = "2026-01-02-000000-0001_inner";
        const OUTER: &str = "2026-01-03-000000-0001_outer";
        let expected = without_squash(server);
        for (before, inner) in [(0, 0), (1, 0), (2, 0), (0, 1), (0, 2), (0, 3)] {
            for removed in [false, true] {
                // What is applied in part needs its folders.
                if removed && [(1, 0), (2, 0), (0, 1)].contains(&(before, inner)) {
                    continue;
                }
                let project = project(server);
                let forwards = |n: i32| {
                    if n > 0 {
                        project.succeed(&["migrate", &format!("+{n}")]);
                    }
                };
                forwards(before);
                project.succeed(&["squashmigrations", SCRAP, "-m", "inner"]);
                forwards(inner);
                project.succeed(&["squashmigrations", INNER, EMAIL, "-m", "outer"]);
                if removed {
                    remove(&project, &[USERS, SCRAP, INNER, EMAIL]);
                }
                project.succeed(&["migrate"]);
                assert_eq!(holds(&project), expected, "{before} {inner} {removed}");
                assert_eq!(project.ledger(), versions(&[USERS, SCRAP, INNER, EMAIL, OUTER, POSTS]));
                assert_eq!(project.succeed(&["migrate", "--plan"]), "No migrations to apply.\n");
                project.succeed(&["rollback", "--all"]);
                assert_eq!((project.tables(), project.ledger()), (vec![], vec![]));
            }
        }
    }

    fn a_wrong_way_back_is_found_before_anything_is_written(server: Server) {
        let project = project(server);
        project.write(&format!("migrations/{SCRAP}/down.sql"), "DROP TABLE scrap; CREATE TABLE other (id INTEGER);");
        let before = fs::read_dir(project.migrations()).unwrap().count();
        let said = project.fail(&["squashmigrations", EMAIL]);
        assert!(said.contains("the squash does not do what its migrations do: down.sql"), "{said}");
        assert!(said.contains("other"), "{said}");
        assert_eq!(fs::read_dir(project.migrations()).unwrap().count(), before);
        // Without a way back there is nothing to prove about it.
        fs::remove_file(project.migrations().join(SCRAP).join("down.sql")).unwrap();
        project.succeed(&["squashmigrations", EMAIL]);
        assert!(!project.migrations().join(SQUASH).join("down.sql").exists());
        project.succeed(&["migrate"]);
    }
}
