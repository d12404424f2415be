//! An HTTP application whose migrations lie in a folder beside it.
//!
//! ```text
//! cargo run --example axum_app                             # refuses while migrations are pending
//! MIGRATE_ON_START=migrate cargo run --example axum_app    # applies them, then serves
//! curl http://127.0.0.1:3000/migrations
//! ```

use std::process::ExitCode;

use diesel_manage::Migrator;

mod serve;

#[tokio::main]
async fn main() -> ExitCode {
    serve::run(Migrator::from_env()).await
}
