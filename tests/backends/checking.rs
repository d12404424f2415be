//! `check` finds, allows and annotates alike on every engine.

use pretty_assertions::assert_eq;

use crate::project::Project;

on_every_engine! {
    fn what_files_allow_and_what_was_done_by_hand(server: Server) {
        let project = Project::with(
            server,
            &[
                (
                    "1_create_customers",
                    "CREATE TABLE customers (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20));",
                    "DROP TABLE customers;",
                ),
                (
                    "2_taken",
                    "-- manage: allow(only-comments) its version was given away once\n",
                    "-- Nothing to undo.\n",
                ),
                ("3_unfilled", "-- Nothing yet.\n", "-- manage: allow(M005) of the other file\n"),
            ],
        );
        project.succeed(&["migrate"]);
        project.database.execute("CREATE INDEX customers_by_name ON customers (name)");
        assert_eq!(
            project.transcript(&["check --all --format github"]),
            "$ manage check --all --format github\n\
             ::notice file=migrations/3_unfilled/up.sql,title=M005::it holds comments only, so it does nothing\n\
             ::warning title=S002::somebody did this to the database beside the migrations: add index `customers_by_name` to `customers`%0A\
             hint: undo it by hand, or declare it: `manage makemigrations`, then `manage migrate --fake`\n\
             ! Checked 3 migrations: 0 errors, 1 warning, 1 note.\n\
             [1]\n"
        );
    }
}
