//! Branches: drawn, applied, undone, and refused where a header is wrong.

use pretty_assertions::assert_eq;

use crate::{project::Project, support::services::Server};

fn up(version: &str, parents: &str, table: &str) -> String {
    format!(
        "-- {table}\n--\n-- Version: {version}\n-- Revises: {parents}\n\nCREATE TABLE {table} (id INT PRIMARY KEY);\n"
    )
}

/// Two branches: `1 --- 2` and `1 --- 3`.
fn branched(server: Server) -> Project {
    Project::with(
        server,
        &[
            ("1_a", &up("1", "none", "a"), "DROP TABLE a;"),
            ("2_b", &up("2", "1", "b"), "DROP TABLE b;"),
            ("3_c", &up("3", "1", "c"), "DROP TABLE c;"),
        ],
    )
}

on_every_engine! {
    fn branches_are_told_applied_and_joined(server: Server) {
        let project = branched(server);
        assert_eq!(project.manage(&["migrate"]).status, 2);
        assert_eq!(project.manage(&["migrate", "3"]).status, 0);
        let heads = project.manage(&["heads"]);
        assert_eq!(heads.stdout, "2_b (pending)\n3_c (applied)\n");
        assert_eq!(
            heads.stderr,
            "There are 2 heads: `manage makemigrations --merge` joins them.\n"
        );
        assert_eq!(project.manage(&["migrate", "heads"]).status, 0);
        let current = project.manage(&["current", "--check-heads"]);
        assert_eq!((current.status, &*current.stdout), (0, "2_b (head)\n3_c (head)\n"));
        project.migration("4_d", &up("4", "2, 3", "d"), "DROP TABLE d;");
        assert_eq!(project.manage(&["migrate"]).status, 0);
        assert_eq!(
            project.manage(&["history", "--graph"]).stdout,
            "*    4  d (head, current, merge)\n\
             |\\\n\
             | *  3  c\n\
             * |  2  b\n\
             |/\n\
             *  1  a (branch point)\n"
        );
        assert_eq!(project.manage(&["rollback", "base"]).status, 0);
        assert_eq!(project.manage(&["heads"]).stdout, "4_d (pending)\n");
    }

    fn an_unknown_parent_or_a_circle_is_not_applied(server: Server) {
        let project = branched(server);
        assert_eq!(project.manage(&["migrate", "heads"]).status, 0);
        project.migration("4_d", &up("4", "7", "d"), "DROP TABLE d;");
        for command in [&["migrate", "heads"], &["stamp", "heads"]] {
            let run = project.manage(command);
            assert_eq!((run.status, &*run.stdout), (2, ""));
            assert_eq!(
                run.stderr.lines().next(),
                Some("error: 4_d revises 7, which is no migration here")
            );
        }
        project.migration("4_d", &up("4", "5", "d"), "DROP TABLE d;");
        project.migration("5_e", &up("5", "4", "e"), "DROP TABLE e;");
        let run = project.manage(&["migrate", "heads"]);
        assert_eq!(run.status, 2);
        assert_eq!(
            run.stderr.lines().next(),
            Some("error: these revise each other in a circle: 4_d, 5_e")
        );
        let current = project.manage(&["current"]);
        assert_eq!(current.stdout, "2_b (head)\n3_c (head)\n");
    }
}
