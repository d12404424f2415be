//! A project in a temporary folder, `manage` run in it, and whole outputs compared.

mod project;
mod run;

pub use project::Project;
pub use run::Outcome;

pub const USERS: &str = "2025-01-01-000000-0000_create_users";
pub const POSTS: &str = "2025-01-02-000000-0000_create_posts";
pub const TAGS: &str = "2025-01-03-000000-0000_create_tags";

/// A project of three migrations that all work, none of them applied.
pub fn blog() -> Project {
    Project::new()
        .migration(
            USERS,
            "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
            "DROP TABLE users;\n",
        )
        .migration(
            POSTS,
            "CREATE TABLE posts (id INTEGER PRIMARY KEY);\n",
            "DROP TABLE posts;\n",
        )
        .migration(
            TAGS,
            "CREATE TABLE tags (id INTEGER PRIMARY KEY);\n",
            "DROP TABLE tags;\n",
        )
}

/// [`blog`], with everything applied.
pub fn applied_blog() -> Project {
    let project = blog();
    project.run(["migrate"]).success();
    project
}

/// Whether a program is there that not every machine has. Says loudly where it is not, and fails
/// where `MANAGE_TEST_REQUIRE` names it.
#[track_caller]
pub fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !there {
        let required = std::env::var("MANAGE_TEST_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|name| name.trim() == program),
            "MANAGE_TEST_REQUIRE names {program}, and it is not there"
        );
        eprintln!("SKIPPED: {program} is not installed");
    }
    there
}
