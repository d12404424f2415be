//! The commands that apply, undo and list say and do the same on every engine.

use pretty_assertions::assert_eq;

use crate::project::Project;

on_every_engine! {
    fn the_example_migrations_go_up_down_and_about(server: Server) {
        let project = Project::of(server, "migrations");
        let transcript = project.transcript(&[
            "check",
            "migrate --check",
            "migrate --plan",
            "current",
            "migrate +2",
            "showmigrations",
            "migrate",
            "migrate",
            "migrate --check",
            "check",
            "current",
            "history",
            "rollback",
            "rollback -s 2 --plan",
            "rollback -s 2",
            "showmigrations --pending",
            "redo",
            "rollback create_products",
            "current --check-heads",
            "migrate create_orders",
            "stamp head",
            "stamp create_orders",
            "rollback --fake",
            "migrate --fake",
            "rollback -s 3 --fake",
            "migrate",
            "rollback --all",
            "rollback",
            "showmigrations",
        ]);
        assert_eq!(transcript, include_str!("expected/examples.txt"));
        assert_eq!(project.tables(), Vec::<String>::new());
    }

    fn branches_and_targets_are_alike(server: Server) {
        let project = Project::new(server);
        let table = |name: &str| (format!("CREATE TABLE {name} (id INTEGER)"), format!("DROP TABLE {name}"));
        for (version, slug, revises) in [
            ("20260101000000", "base", "none"),
            ("20260102000000", "west", "20260101000000"),
            ("20260103000000", "east", "20260101000000"),
            ("20260104000000", "west_more", "20260102000000"),
        ] {
            let (up, down) = table(slug);
            project.migration(
                &format!("{version}_{slug}"),
                &format!("-- {slug}\n--\n-- Version: {version}\n-- Revises: {revises}\n\n{up};\n"),
                &down,
            );
        }
        let transcript = project.transcript(&[
            "migrate",
            "migrate west",
            "current",
            "migrate heads",
            "current",
            "rollback",
            "rollback base",
            "migrate east",
            "migrate west_m",
            "migrate wes",
            "migrate nothing",
            "history --verbose -l 1",
            "migrate zero",
        ]);
        assert_eq!(transcript, include_str!("expected/branches.txt"));
        assert_eq!(project.tables(), Vec::<String>::new());
    }

    fn a_version_gone_from_disk_is_listed_and_kept(server: Server) {
        let project = Project::with(server, &[
            ("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a"),
            ("2_b", "CREATE TABLE b (id INTEGER)", "DROP TABLE b"),
        ]);
        project.succeed(&["migrate"]);
        std::fs::remove_dir_all(project.migrations().join("2_b")).expect("a folder to remove");
        let transcript = project.transcript(&[
            "showmigrations",
            "migrate",
            "rollback",
            "stamp --purge head",
            "showmigrations",
        ]);
        assert_eq!(transcript, include_str!("expected/gone.txt"));
        assert_eq!(project.tables(), ["a", "b"]);
    }

    fn a_migration_of_comments_alone_succeeds(server: Server) {
        let project = Project::with(server, &[
            ("1_comment", "-- only words\n", "/* only words */"),
            ("2_semicolons", ";\n;;\n-- end", " \n\t"),
        ]);
        project.succeed(&["migrate"]);
        assert_eq!(project.ledger(), ["1", "2"]);
        project.succeed(&["rollback", "--all"]);
        assert_eq!(project.ledger(), Vec::<String>::new());
    }

    fn three_hundred_migrations_go_up_and_down(server: Server) {
        let project = Project::new(server);
        for n in 0..300 {
            let table = format!("t{}", n - n % 10);
            // Structure is slow to change on MariaDB, so most of them change rows.
            let (up, down) = match n % 10 {
                0 => (
                    format!("CREATE TABLE {table} (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20));"),
                    format!("DROP TABLE {table};"),
                ),
                1 => (
                    format!("CREATE INDEX i{n} ON {table} (name);"),
                    format!("DROP INDEX i{n} /*! ON {table} */;"),
                ),
                row => (
                    format!("INSERT INTO {table} (id) VALUES ({row});\nUPDATE {table} SET name = 'a;b';"),
                    format!("DELETE FROM {table} WHERE id = {row};"),
                ),
            };
            project.migration(&format!("2026010100{n:04}_step_{n}"), &up, &down);
        }
        let said = project.succeed(&["migrate"]);
        assert!(said.contains("Applied 300 migrations in "), "{said}");
        assert_eq!(project.ledger().len(), 300);
        assert_eq!(project.tables().len(), 30);
        assert_eq!(project.database.value("SELECT COUNT(*) FROM t290 WHERE name = 'a;b'"), "8");
        assert_eq!(project.succeed(&["check"]), "Checked 300 migrations: nothing found.\n");
        let said = project.succeed(&["rollback", "--all"]);
        assert!(said.contains("Unapplied 300 migrations in "), "{said}");
        assert_eq!(project.tables(), Vec::<String>::new());
        assert_eq!(project.ledger(), Vec::<String>::new());
    }
}

on_transactional_engines! {
    fn atomic_keeps_all_or_nothing(server: Server) {
        let project = Project::with(server, &[
            ("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a"),
            ("2_b", "CREATE TABLE b (id INTEGER);\nINSERT INTO nowhere VALUES (1);", "DROP TABLE b"),
        ]);
        let said = project.fail(&["migrate", "--atomic"]);
        assert!(said.contains("nothing of this run stands: all of it was rolled back"), "{said}");
        assert_eq!(project.tables(), Vec::<String>::new());
        assert_eq!(project.ledger(), Vec::<String>::new());

        project.migration("2_b", "CREATE TABLE b (id INTEGER)", "DROP TABLE b");
        project.succeed(&["migrate", "--atomic"]);
        assert_eq!(project.tables(), ["a", "b"]);
        assert_eq!(project.ledger(), ["1", "2"]);
    }

    fn atomic_refuses_what_cannot_be_in_a_transaction(server: Server) {
        let project = Project::with(server, &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")]);
        project.without_transaction("1_a");
        assert_eq!(
            project.transcript(&["migrate --atomic"]),
            "$ manage migrate --atomic\n\
             ! error: `--atomic` is impossible: 1_a runs outside a transaction\n\
             !\n\
             ! hint: leave `--atomic` away: each migration then has a transaction of its own where it can\n\
             [2]\n"
        );
        assert_eq!(project.database.tables(), Vec::<String>::new());
    }
}

on_mariadb! {
    fn atomic_is_refused_before_anything_is_done(server: Server) {
        let project = Project::with(server, &[("1_a", "CREATE TABLE a (id INTEGER)", "DROP TABLE a")]);
        assert_eq!(
            project.transcript(&["migrate --atomic"]),
            "$ manage migrate --atomic\n\
             ! error: `--atomic` is impossible: MySQL and MariaDB commit around every change of structure\n\
             !\n\
             ! hint: leave `--atomic` away: each migration then has a transaction of its own where it can\n\
             [2]\n"
        );
        assert_eq!(project.database.tables(), Vec::<String>::new());
    }
}
