use std::fmt::Write as _;

use crate::support::Project;

const MANY: usize = 5_000;

#[test]
fn five_thousand_migrations() {
    let project = Project::new().file(
        "manage.toml",
        "[databases.main]\nurl = \"sqlite://app.db\"\n\
         on_connect = [\"PRAGMA synchronous = OFF\", \"PRAGMA journal_mode = MEMORY\"]\n",
    );
    let mut expected = String::new();
    for number in 0..MANY {
        let name = format!("{number:06}_step");
        project.write(&format!("migrations/{name}/up.sql"), "SELECT 1;");
        project.write(&format!("migrations/{name}/down.sql"), "SELECT 1;");
        writeln!(expected, "pending  {name}").unwrap();
    }
    project
        .run(["showmigrations"])
        .success()
        .stdout(&format!("STATE    MIGRATION    APPLIED (UTC)\n{expected}"))
        .stderr(
            "
            0 applied, 5000 pending
            ",
        );
    project
        .run(["migrate", "-q"])
        .success()
        .stdout("")
        .stderr("");
    project
        .run(["check"])
        .success()
        .stdout(
            "
            Checked 5000 migrations: nothing found.
            ",
        )
        .stderr("");
    project.run(["current"]).success().stdout(
        "
        004999_step (head)
        ",
    );
    project.run(["history", "-l", "1"]).success().stdout(
        "
        STATE    VERSION  MESSAGE  REVISES  APPLIED (UTC)
        applied  004999   step     004998   [TIME]
        ",
    );
    project.run(["rollback", "-s", "2"]).success().stdout(
        "
        Unapplying 004999_step ... OK ([MS])
        Unapplying 004998_step ... OK ([MS])
        Unapplied 2 migrations in [MS].
        ",
    );
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying 004998_step ... OK ([MS])
            Applying 004999_step ... OK ([MS])
            Applied 2 migrations in [MS].
            ",
        )
        .stderr("");
}
