//! A database that has the tables already meets `--fake-initial`.

use pretty_assertions::assert_eq;

use crate::{
    project::Project,
    support::services::{Server, User},
};

const USERS: &str = "CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email VARCHAR(80) NOT NULL,
    age INTEGER DEFAULT 7,
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_age_check CHECK (age > 0)
)";
const POSTS: &str = "CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    title VARCHAR(40) NOT NULL,
    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
)";
const INDEX: &str = "CREATE INDEX posts_title_idx ON posts (title)";

/// A project whose first migration makes two tables, in a database where this ran by hand.
fn project(server: Server, by_hand: &[&str]) -> Project {
    let initial = format!("{USERS};\n{POSTS};\n{INDEX};\n");
    let project = Project::with(
        server,
        &[
            ("1_initial", &initial, "DROP TABLE posts; DROP TABLE users;"),
            (
                "2_tags",
                "CREATE TABLE tags (id INTEGER PRIMARY KEY);",
                "DROP TABLE tags;",
            ),
        ],
    );
    for statement in by_hand {
        project.database.execute(statement);
    }
    project
}

/// What is refused leaves everything as it was; the differences are returned.
fn refused(project: &Project) -> String {
    let tables = project.tables();
    let said = project.fail(&["migrate", "--fake-initial"]);
    assert_eq!(project.fail(&["migrate", "--fake-initial", "--plan"]), said);
    assert_eq!(project.ledger(), [] as [String; 0]);
    assert_eq!(project.tables(), tables);
    let (first, rest) = said.split_once('\n').unwrap();
    assert!(
        first.starts_with(
            "error: the database has tables of 1_initial already, but not as it makes them: "
        ),
        "{said}"
    );
    let (differences, hints) = rest.split_once("\n\n").unwrap();
    assert_eq!(
        hints,
        "hint: correct the database, or the migration where the database is right; nothing was changed
hint: `manage migrate 1_initial --fake` records it as it is; `manage stamp MIGRATION` says that the database is further than that
hint: once all is applied, `manage check --drift` shows what is still different
"
    );
    differences.to_owned()
}

on_every_engine! {
    fn equal_tables_are_recorded_and_the_rest_runs(server: Server) {
        let project = project(server, &[USERS, POSTS, INDEX]);
        assert_eq!(
            project.transcript(&[
                "migrate --fake-initial --plan",
                "migrate --fake-initial --check",
                "migrate --fake-initial",
                "migrate --fake-initial",
                "showmigrations",
                "check --drift",
            ]),
            "\
$ manage migrate --fake-initial --plan
STEP  ACTION  MIGRATION  NOTES
1     fake    1_initial
2     apply   2_tags
$ manage migrate --fake-initial --check
! The database is not at `head`: 2 steps are left.
[1]
$ manage migrate --fake-initial
Applying 1_initial ... FAKED
Applying 2_tags ... OK (TIME)
Faked 1 migration, applied 1 migration in TIME.
$ manage migrate --fake-initial
No migrations to apply.
! No initial migration is to run: `--fake-initial` changes nothing.
$ manage showmigrations
STATE    MIGRATION  APPLIED (UTC)
applied  1_initial  DATE TIME
applied  2_tags     DATE TIME
! 2 applied, 0 pending
$ manage check --drift
Checked 2 migrations: nothing found.
"
        );
        assert_eq!(project.tables(), ["posts", "tags", "users"]);
    }

    fn without_its_tables_it_runs(server: Server) {
        let project = project(server, &["CREATE TABLE other (id INTEGER PRIMARY KEY)"]);
        assert_eq!(
            project.transcript(&["migrate --fake-initial"]),
            "\
$ manage migrate --fake-initial
Applying 1_initial ... OK (TIME)
Applying 2_tags ... OK (TIME)
Applied 2 migrations in TIME.
"
        );
        assert_eq!(project.tables(), ["other", "posts", "tags", "users"]);
    }

    fn tables_of_others_are_no_obstacle(server: Server) {
        let other = "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)";
        let project = project(server, &[USERS, POSTS, INDEX, other]);
        project.succeed(&["migrate", "--fake-initial"]);
        assert_eq!(project.ledger(), ["1", "2"]);
        assert_eq!(project.tables(), ["alembic_version", "posts", "tags", "users"]);
    }

    fn an_index_more_is_told_and_no_obstacle(server: Server) {
        let more = "CREATE INDEX users_age_idx ON users (age)";
        let project = project(server, &[USERS, POSTS, INDEX, more]);
        let run = project.manage(&["migrate", "--fake-initial"]);
        assert_eq!(
            (run.status, &*run.stderr),
            (0, "warning: the database has 1 index that 1_initial does not make: `users_age_idx` of `users`\n")
        );
        assert_eq!(project.ledger(), ["1", "2"]);
    }

    fn a_unique_index_more_stops(server: Server) {
        let more = "CREATE UNIQUE INDEX posts_once ON posts (user_id, title)";
        let project = project(server, &[USERS, POSTS, INDEX, more]);
        assert!(refused(&project).contains("posts"), "{}", refused(&project));
    }

    fn another_name_is_told_and_no_obstacle(server: Server) {
        let renamed = INDEX.replace("posts_title_idx", "by_title");
        let project = project(server, &[USERS, POSTS, &renamed]);
        let run = project.manage(&["migrate", "--fake-initial"]);
        assert_eq!(
            (run.status, &*run.stderr),
            (0, "warning: the database has other names than 1_initial gives, which later migrations may look for in vain: rename index `by_title` of `posts` to `posts_title_idx`\n")
        );
    }

    fn keys_under_other_names_are_no_obstacle(server: Server) {
        let project = Project::with(server, &[(
            "1_initial",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40) UNIQUE);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id), CHECK (id > 0));",
            "",
        )]);
        for statement in [
            "CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR(40), CONSTRAINT pk_users PRIMARY KEY (id), CONSTRAINT uq_name UNIQUE (name))",
            "CREATE TABLE posts (user_id INTEGER NOT NULL, id INTEGER NOT NULL, CONSTRAINT pk_posts PRIMARY KEY (id), CONSTRAINT fk_users FOREIGN KEY (user_id) REFERENCES users (id), CONSTRAINT ck_id CHECK (id > 0))",
        ] {
            project.database.execute(statement);
        }
        let said = project.manage(&["migrate", "--fake-initial"]);
        assert_eq!((said.status, project.ledger().len()), (0, 1), "{said:?}");
        let names: &[&str] = match server {
            Server::Sqlite => &[],
            Server::Mariadb => &["index `user_id` of `posts` has its foreign key's name"],
            Server::Postgres | Server::Postgres2 => &[
                "rename primary key `pk_users` of `users` to `users_pkey`",
                "rename primary key `pk_posts` of `posts` to `posts_pkey`",
            ],
        };
        for name in names {
            assert!(said.stderr.contains(name), "{said:?}");
        }
    }

    fn a_missing_column_stops(server: Server) {
        let without = POSTS.replace("    title VARCHAR(40) NOT NULL,\n", "");
        let project = project(server, &[USERS, &without]);
        assert_eq!(
            refused(&project),
            "  add column `title` to `posts`\n  add index `posts_title_idx` to `posts`"
        );
    }

    fn a_column_more_stops(server: Server) {
        let project = project(server, &[USERS, POSTS, INDEX, "ALTER TABLE posts ADD COLUMN body TEXT"]);
        assert_eq!(refused(&project), "  drop column `body` from `posts`");
    }

    fn other_columns_and_constraints_stop(server: Server) {
        let changed = USERS
            .replace("VARCHAR(80) NOT NULL", "VARCHAR(60)")
            .replace("DEFAULT 7", "DEFAULT 8")
            .replace("age > 0", "age > 1");
        let project = project(server, &[&changed, POSTS, INDEX]);
        let said = refused(&project);
        for part in ["users.email", "users.age", "not null", "default", "check"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    fn a_missing_key_stops(server: Server) {
        let without = POSTS.replace(
            ",\n    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)",
            "",
        );
        let project = project(server, &[USERS, &without, INDEX]);
        let said = refused(&project);
        assert!(said.contains("add foreign key"), "{said}");
    }

    fn one_of_two_tables_stops(server: Server) {
        let project = project(server, &[USERS]);
        assert_eq!(refused(&project), "  create table `posts`");
        project.succeed(&["migrate", "1_initial", "--fake"]);
        assert_eq!(project.ledger(), ["1"]);
    }

    fn rows_are_not_written_twice(server: Server) {
        let project = Project::with(server, &[(
            "1_initial",
            "CREATE TABLE users (id INTEGER PRIMARY KEY);\nINSERT INTO users VALUES (1);\nCREATE VIEW everybody AS SELECT id FROM users;\n",
            "",
        )]);
        project.database.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)");
        assert_eq!(
            project.transcript(&["migrate --fake-initial"]),
            "\
$ manage migrate --fake-initial
Applying 1_initial ... FAKED
Faked 1 migration in TIME.
! warning: 2 statements of 1_initial that make no tables do not run: lines 2, 3 of up.sql
"
        );
        assert_eq!(project.database.query("SELECT id FROM users"), [] as [Vec<String>; 0]);
    }

    fn each_of_several_beginnings_is_judged_by_itself(server: Server) {
        let up = |version: &str, parent: &str, table: &str| format!(
            "-- {table}\n--\n-- Version: {version}\n-- Revises: {parent}\n\nCREATE TABLE {table} (id INTEGER PRIMARY KEY);\n"
        );
        let project = Project::with(server, &[
            ("1_users", &up("1", "none", "users"), "DROP TABLE users"),
            ("2_posts", &up("2", "none", "posts"), "DROP TABLE posts"),
            ("3_tags", &up("3", "1, 2", "tags"), "DROP TABLE tags"),
        ]);
        project.database.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY)");
        assert_eq!(
            project.transcript(&["migrate --fake-initial"]),
            "\
$ manage migrate --fake-initial
Applying 1_users ... OK (TIME)
Applying 2_posts ... FAKED
Applying 3_tags ... OK (TIME)
Faked 1 migration, applied 2 migrations in TIME.
"
        );
    }
}

on_servers! {
    fn without_a_scratch_database_it_says_where_one_could_be(server: Server) {
        let project = project(server, &[USERS, POSTS, INDEX]);
        let reader = project.database.url_as(User::Reader);
        let said = project.fail(&["migrate", "--fake-initial", "--database-url", &reader]);
        assert!(said.starts_with("error: no scratch database can be made: "), "{said}");
        assert!(
            said.ends_with("\nhint: the migrations are tried out in a temporary database: `MANAGE_SCRATCH_URL` names a server where one may be created\n"),
            "{said}"
        );
        assert_eq!(project.ledger(), [] as [String; 0]);
        let project = project.set("MANAGE_SCRATCH_URL", server.url_of(User::Manage, "127.0.0.1", ""));
        let plan = project.succeed(&["migrate", "--fake-initial", "--plan", "--database-url", &reader]);
        assert_eq!(plan, "STEP  ACTION  MIGRATION  NOTES\n1     fake    1_initial\n2     apply   2_tags\n");
    }
}
