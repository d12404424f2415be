//! Two clones of a project whose branches meet: joined, put one on top of the other, or refused.

use std::{collections::BTreeMap, fs, path::PathBuf};

use pretty_assertions::assert_eq;

use crate::{project::Project, support::services::Server};

const BASE: &str = "20260101000000_base";
const EAST: &str = "20260102000000_east";
const WEST: &str = "20260103000000_west";

/// A migration of `manage` as another clone made it.
fn made(project: &Project, name: &str, revises: &str, up: &str, down: &str) {
    let (version, slug) = name.split_once('_').unwrap();
    let up = format!("-- {slug}\n--\n-- Version: {version}\n-- Revises: {revises}\n\n{up};\n");
    project.migration(name, &up, &format!("{down};\n"));
}

/// A clone with the migration that both have, and one table `items`.
fn clone(server: Server) -> Project {
    let project = Project::new(server);
    made(
        &project,
        BASE,
        "none",
        "CREATE TABLE items (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER)",
        "DROP TABLE items",
    );
    project
}

/// A clone that holds the branches of both.
fn met(server: Server, east: (&str, &str), west: (&str, &str)) -> Project {
    let project = clone(server);
    made(&project, EAST, "20260101000000", east.0, east.1);
    made(&project, WEST, "20260101000000", west.0, west.1);
    project
}

/// Every file of the migrations folder and what it holds.
fn files(project: &Project) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![project.migrations().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(project.root()).unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// What `git pull` does in another clone.
fn pull(from: &Project, to: &Project) {
    fs::remove_dir_all(to.migrations()).unwrap();
    fs::create_dir(to.migrations()).unwrap();
    for (path, bytes) in files(from) {
        let path = to.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// What `git merge` does with a branch of another clone: what is new there comes.
fn take(from: &Project, to: &Project) {
    for (path, bytes) in files(from) {
        to.write(path.to_str().unwrap(), std::str::from_utf8(&bytes).unwrap());
    }
}

/// The folders that hold a word in their name, whatever the time of their making was.
fn folder(project: &Project, slug: &str) -> String {
    let mut found = fs::read_dir(project.migrations())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(slug));
    let name = found.next().unwrap();
    assert_eq!(found.next(), None);
    name
}

/// Brings all up to date, each from its own state, and compares what they are then.
fn assert_equal(clones: &[&Project]) {
    let states: Vec<_> = clones
        .iter()
        .map(|clone| {
            clone.succeed(&["migrate"]);
            assert_eq!(clone.succeed(&["migrate"]), "No migrations to apply.\n");
            (clone.succeed(&["inspectdb"]), clone.ledger())
        })
        .collect();
    for state in &states[1..] {
        assert_eq!(*state, states[0]);
    }
}

const BASE_MODELS: &str = "diesel::table! { items (id) { id -> Integer, } }\n";
const EAST_MODELS: &str =
    "diesel::table! { items (id) { id -> Integer, weight -> Nullable<Integer>, } }\n";
const WEST_MODELS: &str = "diesel::table! { items (id) { id -> Integer, } }
diesel::table! { orders (id) { id -> Integer, note -> Nullable<Text>, } }\n";
const BOTH_MODELS: &str =
    "diesel::table! { items (id) { id -> Integer, weight -> Nullable<Integer>, } }
diesel::table! { orders (id) { id -> Integer, note -> Nullable<Text>, } }\n";

on_every_engine! {
    fn what_two_clones_made_at_once_is_joined(server: Server) {
        let (east, west, fresh) = (Project::new(server), Project::new(server), Project::new(server));
        east.write("src/schema.rs", BASE_MODELS);
        east.write("migrations/head.txt", "");
        east.succeed(&["makemigrations", "-m", "base"]);
        pull(&east, &west);
        for (clone, models, message) in [(&east, EAST_MODELS, "east"), (&west, WEST_MODELS, "west")] {
            clone.write("src/schema.rs", models);
            clone.succeed(&["makemigrations", "-m", message]);
            clone.succeed(&["migrate"]);
        }
        take(&west, &east);
        let conflict = "<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> west\n";
        east.write("migrations/head.txt", conflict);
        let refused = east.fail(&["migrate"]);
        assert!(refused.contains("`manage makemigrations --merge`"), "{refused}");
        east.write("src/schema.rs", BOTH_MODELS);
        let refused = east.fail(&["makemigrations"]);
        assert!(refused.contains("`manage makemigrations --merge`"), "{refused}");

        let said = east.succeed(&["makemigrations", "--merge"]);
        let merge = folder(&east, "_merge_east_and_west");
        let heads = [("_east", "+ add column `weight` to `items`"), ("_west", "+ create table `orders`")];
        let mut branches = heads.map(|(slug, change)| {
            let head = fs::read_dir(east.migrations()).unwrap();
            let mut names = head.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let name = names.find(|name| name.ends_with(slug) && !name.contains("merge"));
            format!("Branch {}\n  {change}\n", name.unwrap())
        });
        branches.sort();
        assert_eq!(
            said,
            format!(
                "{}Created migrations/{merge}/up.sql\nCreated migrations/{merge}/down.sql\n",
                branches.concat()
            )
        );
        let version = merge.split('_').next().unwrap().replace('-', "");
        let head = fs::read_to_string(east.migrations().join("head.txt")).unwrap();
        assert_eq!(head, format!("{version}\n"));
        pull(&east, &west);
        pull(&east, &fresh);
        assert_equal(&[&east, &west, &fresh]);
        assert_eq!(east.manage(&["makemigrations", "--check"]).status, 0);
        assert_eq!(east.succeed(&["makemigrations", "--merge"]), "No conflicts to merge.\n");
        for clone in [&east, &west, &fresh] {
            clone.succeed(&["rollback", "--all"]);
            assert_eq!(clone.tables(), Vec::<String>::new());
        }
    }

    fn a_branch_goes_on_top_of_the_other(server: Server) {
        let (east, west, fresh) = (clone(server), clone(server), clone(server));
        made(&east, EAST, "20260101000000", "CREATE TABLE easts (id INTEGER PRIMARY KEY)", "DROP TABLE easts");
        made(&west, WEST, "20260101000000", "CREATE TABLE wests (id INTEGER PRIMARY KEY)", "DROP TABLE wests");
        made(&west, "20260104000000_far", "20260103000000", "CREATE TABLE fars (id INTEGER PRIMARY KEY)", "DROP TABLE fars");
        east.succeed(&["migrate"]);
        west.succeed(&["migrate"]);
        take(&east, &west);
        west.succeed(&["migrate", "heads"]);

        let rebase = ["makemigrations", "--rebase", "west"];
        assert_eq!(
            west.fail(&rebase),
            "error: 2 migrations to move are applied: 20260103000000_west, 20260104000000_far\n\n\
             hint: `manage rollback --branch 20260103000000_west` undoes that branch and nothing else; \
             then the same again\n"
        );
        west.succeed(&["rollback", "--branch", WEST]);
        assert_eq!(west.tables(), ["easts", "items"]);
        let before = files(&west);
        west.succeed(&["makemigrations", "--rebase", "west", "--dry-run"]);
        assert_eq!(files(&west), before);
        west.succeed(&rebase);

        let (moved, far) = (folder(&west, "_west"), folder(&west, "_far"));
        let version = |name: &str| name.split('_').next().unwrap().replace('-', "");
        let text = fs::read_to_string(west.migrations().join(&far).join("up.sql")).unwrap();
        assert_eq!(
            text,
            format!(
                "-- far\n--\n-- Version: {}\n-- Revises: {}\n\nCREATE TABLE fars (id INTEGER PRIMARY KEY);\n",
                version(&far),
                version(&moved)
            )
        );
        pull(&west, &east);
        pull(&west, &fresh);
        assert_equal(&[&west, &east, &fresh]);
        assert_eq!(west.tables(), ["easts", "fars", "items", "wests"]);
    }

    fn branches_that_touch_one_table_need_a_yes(server: Server) {
        let project = met(
            server,
            ("ALTER TABLE items ADD COLUMN c INTEGER", "ALTER TABLE items DROP COLUMN c"),
            ("UPDATE items SET a = 1", "UPDATE items SET a = NULL"),
        );
        let before = files(&project);
        assert_eq!(
            project.fail(&["makemigrations", "--merge"]),
            "error: joining branches that both touch `items` needs a yes, and there is no terminal to ask at\n\n\
             hint: `--yes` says it in advance\n"
        );
        assert_eq!(files(&project), before);
        let said = project.succeed(&["makemigrations", "--merge", "--yes", "-m", "both"]);
        let merge = folder(&project, "_both");
        assert_eq!(
            said,
            format!(
                "Branch {EAST}\n  + add column `c` to `items`\nBranch {WEST}\n  ~ change rows of `items`\n\
                 Created migrations/{merge}/up.sql\nCreated migrations/{merge}/down.sql\n"
            )
        );
        project.succeed(&["migrate"]);
        assert_eq!(project.ledger().len(), 4);
    }

    fn branches_that_fail_after_each_other_are_refused(server: Server) {
        let column = ("ALTER TABLE items ADD COLUMN c INTEGER", "ALTER TABLE items DROP COLUMN c");
        let drop = ("DROP TABLE items", "CREATE TABLE items (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER)");
        for (east, west, failing, after) in [(column, column, WEST, EAST), (drop, column, WEST, EAST), (column, drop, EAST, WEST)] {
            let project = met(server, east, west);
            let before = files(&project);
            let refused = project.fail(&["makemigrations", "--merge", "--yes"]);
            let title = format!("error: the branches do not fit together: after `{after}`, applying {failing} failed: ");
            assert!(refused.starts_with(&title), "{refused}");
            assert!(refused.contains(&format!("migrations/{failing}/up.sql:6:")), "{refused}");
            assert!(refused.ends_with(
                "\nhint: put one branch on top of the other, and correct its files where they fail there: \
                 `manage makemigrations --rebase 20260102000000_east` or `manage makemigrations --rebase 20260103000000_west`\n\
                 hint: nothing was changed\n"), "{refused}");
            assert_eq!(files(&project), before);
        }
    }

    fn branches_whose_order_matters_are_refused(server: Server) {
        let on = if server == Server::Mariadb { " ON items" } else { "" };
        let index = |column: &str| format!("DROP INDEX i{on};\nCREATE INDEX i ON items ({column})");
        let project = Project::new(server);
        made(
            &project,
            BASE,
            "none",
            "CREATE TABLE items (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);\nCREATE INDEX i ON items (id)",
            "DROP TABLE items",
        );
        made(&project, EAST, "20260101000000", &index("a"), &index("id"));
        made(&project, WEST, "20260101000000", &index("b"), &index("id"));
        let before = files(&project);
        let refused = project.fail(&["makemigrations", "--merge", "--yes"]);
        assert_eq!(
            refused.lines().next().unwrap(),
            "error: the order of the branches matters: between `20260102000000_east` last and \
             `20260103000000_west` last lies drop index `i` from `items`; add index `i` to `items`"
        );
        assert_eq!(files(&project), before);
        let refused = project.fail(&["makemigrations", "--rebase", "east"]);
        assert_eq!(
            refused.lines().next().unwrap(),
            "error: in the new order `down.sql` of 20260102000000_east does not undo its `up.sql`: \
             it leaves drop index `i` from `items`; add index `i` to `items`"
        );
        made(&project, EAST, "20260101000000", &index("a"), &index("b"));
        project.succeed(&["makemigrations", "--rebase", "east"]);
        project.succeed(&["migrate"]);
        project.succeed(&["rollback", "--all"]);
    }

    fn a_rebase_that_would_not_run_changes_nothing(server: Server) {
        let column = "ALTER TABLE items ADD COLUMN c INTEGER";
        let project = met(
            server,
            (column, "ALTER TABLE items DROP COLUMN c"),
            ("CREATE TABLE wests (id INTEGER PRIMARY KEY)", "DROP TABLE wests"),
        );
        project.migration(WEST, &format!("-- w\n-- Revises: 20260101000000\n{column};\n"), "SELECT 1;\n");
        let changed = files(&project);
        let refused = project.fail(&["makemigrations", "--rebase", "west"]);
        assert!(refused.starts_with("error: in the new order the migrations do not run: applying 20260103000000_west failed: "), "{refused}");
        assert!(refused.contains("migrations/20260103000000_west/up.sql:3:"), "{refused}");
        assert_eq!(files(&project), changed);
        project.migration(WEST, "-- w\n-- Revises: 20260101000000\nCREATE TABLE wests (id INTEGER PRIMARY KEY);\n", "SELECT 1;\n");
        let refused = project.fail(&["makemigrations", "--rebase", "west"]);
        assert_eq!(
            refused.lines().next().unwrap(),
            "error: in the new order `down.sql` of 20260103000000_west does not undo its `up.sql`: it leaves drop table `wests`"
        );
    }

    fn two_folders_of_one_version_are_told_apart(server: Server) {
        let project = clone(server);
        made(&project, EAST, "20260101000000", "CREATE TABLE easts (id INTEGER PRIMARY KEY)", "DROP TABLE easts");
        project.succeed(&["migrate"]);
        let twin = "20260102000000_twin";
        made(&project, twin, "20260101000000", "CREATE TABLE twins (id INTEGER PRIMARY KEY)", "DROP TABLE twins");
        let refused = project.fail(&["migrate"]);
        assert!(refused.contains("`manage makemigrations --rebase 20260102000000_twin`"), "{refused}");
        let rebase = ["makemigrations", "--rebase", twin];
        assert_eq!(
            project.fail(&rebase),
            "error: version 20260102000000 is applied, and two folders have it: taking 20260102000000_twin \
             for the one that is not applied needs a yes, and there is no terminal to ask at\n\n\
             hint: `--yes` says it in advance\n"
        );
        project.succeed(&["makemigrations", "--rebase", twin, "--yes"]);
        project.succeed(&["migrate"]);
        assert_eq!(project.tables(), ["easts", "items", "twins"]);
    }
}

on_servers! {
    fn what_may_be_applied_in_a_database_out_of_reach_is_not_moved(server: Server) {
        let project = met(server, ("SELECT 1", "SELECT 1"), ("SELECT 1", "SELECT 1"));
        let before = files(&project);
        let url = project.database.url().replace(project.database.name(), "nowhere_at_all");
        let project = project.set("DATABASE_URL", url);
        project.fail(&["makemigrations", "--rebase", "west"]);
        assert_eq!(files(&project), before);
    }
}
