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
