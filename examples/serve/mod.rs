//! What both applications share: the start, and two routes.
//!
//! | variable | says | default |
//! |---|---|---|
//! | `DATABASE_URL` and the others `manage` reads | where the database is | `sqlite://app.db` |
//! | `MIGRATE_ON_START` | `migrate`, `check` (refuse to start while anything is pending) or `off` | `check` |
//! | `LISTEN` | where to serve; port 0 takes a free one | `127.0.0.1:3000` |

#![allow(clippy::print_stdout, clippy::print_stderr)] // a server talks to whoever started it

use std::{env, io, process::ExitCode};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use diesel_manage::{Migrator, error::Error, startup};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Migrates or checks as `MIGRATE_ON_START` says, then serves until it is told to end.
pub async fn run(migrator: Result<Migrator, Error>) -> ExitCode {
    let migrator = match prepare(migrator).await {
        Ok(migrator) => migrator,
        Err(error) => return refuse(&error),
    };
    match serve(migrator).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn prepare(migrator: Result<Migrator, Error>) -> Result<Migrator, Error> {
    let migrator = migrator?;
    match env::var("MIGRATE_ON_START").as_deref().unwrap_or("check") {
        "check" => startup::check_async(&migrator).await?,
        "migrate" => {
            for name in startup::migrate_async(&migrator).await? {
                eprintln!("applied {name}");
            }
        }
        "off" => {}
        _ => {
            return Err(Error::Usage(
                "`MIGRATE_ON_START` must be migrate, check or off".to_owned(),
            ));
        }
    }
    Ok(migrator)
}

/// Says why there is no start: 1 while migrations are pending, 2 for anything else.
fn refuse(error: &Error) -> ExitCode {
    if let Error::Pending { names } = error {
        eprintln!("error: not starting, these migrations are pending:");
        for name in names {
            eprintln!("  {name}");
        }
    } else {
        eprintln!("error: {error}");
    }
    for hint in error.hints() {
        eprintln!("hint: {hint}");
    }
    ExitCode::from(error.status().code())
}

async fn serve(migrator: Migrator) -> io::Result<()> {
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    let told_to_end = told_to_end()?;
    println!("listening on {}", listener.local_addr()?);
    let routes = Router::new()
        .route("/health", get(health))
        .route("/migrations", get(migrations))
        .with_state(migrator);
    axum::serve(listener, routes)
        .with_graceful_shutdown(told_to_end)
        .await
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Every migration with its state. The database is asked on a thread that may wait.
async fn migrations(State(migrator): State<Migrator>) -> impl IntoResponse {
    let status = tokio::task::spawn_blocking(move || migrator.status()).await;
    match status {
        Ok(Ok(history)) => {
            let migrations: Value = history
                .entries()
                .iter()
                .map(|entry| {
                    json!({
                        "version": entry.version,
                        "name": entry.name(),
                        "state": entry.state,
                        "applied_at": entry.run_on,
                    })
                })
                .collect();
            (StatusCode::OK, Json(json!({ "migrations": migrations })))
        }
        Ok(Err(error)) => unavailable(&error.to_string()),
        Err(_) => unavailable("the server is ending"),
    }
}

fn unavailable(message: &str) -> (StatusCode, Json<Value>) {
    let body = json!({ "error": message });
    (StatusCode::SERVICE_UNAVAILABLE, Json(body))
}

/// Listens for ctrl-c and the signal by which containers are stopped, from this moment on.
#[cfg(unix)]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(windows)]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}
