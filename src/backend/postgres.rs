//! PostgreSQL, through tokio-postgres and diesel-async.

mod cancel;
pub(super) mod dialect;
mod expression;
pub(super) mod introspect;
pub(super) mod lock;
pub(super) mod objects;

use std::{error::Error as _, path::Path, time::Duration};

use cancel::canceller;
use diesel::{QueryResult, RunQueryDsl};
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection as _, async_connection_wrapper::AsyncConnectionWrapper,
};
use tokio_postgres::{
    Client, Config, NoTls, Socket, config::SslMode, error::SqlState, tls::TlsStream,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    AdminSql, Database,
    cancel::Canceller,
    failure::{ConnectError, ConnectReason},
    runtime::{Timers, block_on, settle},
    session::{Link, Pair, Session},
    tls,
    url::{DatabaseUrl, Engine, Host, ServerUrl, TargetSessionAttrs, TlsMode},
};

/// How long one attempt to connect may take where the settings do not say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Where Debian and most others keep the socket; libpq's default too.
const SOCKET_FOLDER: &str = "/var/run/postgresql";

/// What only the server itself understands, and what fails where it did not arrive.
const DIRECT_OPTION: &str = "-c idle_in_transaction_session_timeout=86399s";
const DIRECT_PROOF: &str =
    "SELECT 1 / (current_setting('idle_in_transaction_session_timeout') = '86399s')::int";

type Connection = AsyncConnectionWrapper<AsyncPgConnection, Timers>;

impl Link for Connection {
    const ENGINE: Engine = Engine::Postgres;
    const BOOKS: &'static str = "SELECT relname::text AS a, '' AS b FROM pg_catalog.pg_class WHERE oid IN (to_regclass('__diesel_schema_migrations'), to_regclass('__diesel_manage_log'))";
    const LEDGER_ROWS: &'static str = "SELECT version::text AS a, to_char(run_on AT TIME ZONE current_setting('TimeZone') AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS b FROM __diesel_schema_migrations ORDER BY version COLLATE \"C\"";
    const SERVER: &'static str =
        "SELECT 'PostgreSQL ' || current_setting('server_version') AS a, '' AS b";

    fn pairs(&mut self, sql: &str) -> QueryResult<Vec<Pair>> {
        diesel::sql_query(sql).load(self)
    }
}

/// Connects.
pub(super) fn connect(server: &ServerUrl, place: &str) -> Result<Box<dyn Database>, ConnectError> {
    let fail = |(reason, message)| ConnectError {
        place: place.to_owned(),
        reason,
        message,
        waited: None,
    };
    let (connection, cancel, pooled) = block_on(attach(server)).map_err(fail)?;
    let session = Session::new(Connection::from(connection), settle).cancelled_by(cancel);
    Ok(Box::new(if pooled { session.pooled() } else { session }))
}

/// Connects, and finds out whether that is to the server itself.
///
/// A pooler either refuses options of the server in the first message, or leaves them out. Ours is
/// one that does no harm, with a value that nobody else gives it.
async fn attach(
    server: &ServerUrl,
) -> Result<(AsyncPgConnection, Canceller, bool), (ConnectReason, String)> {
    let options = match &server.options {
        Some(options) => format!("{options} {DIRECT_OPTION}"),
        None => DIRECT_OPTION.to_owned(),
    };
    let direct = ServerUrl {
        options: Some(options),
        ..server.clone()
    };
    match establish(&direct, false).await {
        Ok((mut connection, cancel)) => {
            if connection.batch_execute(DIRECT_PROOF).await.is_ok() {
                return Ok((connection, cancel, false));
            }
        }
        Err((ConnectReason::Other, message)) if is_of_pooler(&message) => {}
        Err(error) => return Err(error),
    }
    let (connection, cancel) = establish(server, true).await?;
    Ok((connection, cancel, true))
}

/// Whether a pooler says that it knows no such option, or a statement that was prepared on another of
/// its connections got in the way.
fn is_of_pooler(message: &str) -> bool {
    ["startup parameter", "options", "prepared statement"]
        .iter()
        .any(|words| message.contains(words))
}

async fn establish(
    server: &ServerUrl,
    pooled: bool,
) -> Result<(AsyncPgConnection, Canceller), (ConnectReason, String)> {
    let config = config(server);
    let described = |error: tokio_postgres::Error| describe(&error, server);
    if server.tls.mode == TlsMode::Disable {
        let (client, connection) = config.connect(NoTls).await.map_err(described)?;
        let cancel = canceller(&config, client.cancel_token(), NoTls);
        Ok((set_up(client, connection, pooled).await?, cancel))
    } else {
        let tls =
            tls::client_config(&server.tls).map_err(|message| (ConnectReason::TlsFile, message))?;
        let tls = MakeRustlsConnect::new(tls);
        let (client, connection) = config.connect(tls.clone()).await.map_err(described)?;
        let cancel = canceller(&config, client.cancel_token(), tls);
        Ok((set_up(client, connection, pooled).await?, cancel))
    }
}

/// Gives a connection to diesel-async, which prepares its first statements at once: behind a pooler in a
/// transaction that begins without any, whoever used the server's connection before.
async fn set_up<S: TlsStream + Unpin + Send + 'static>(
    client: Client,
    connection: tokio_postgres::Connection<Socket, S>,
    pooled: bool,
) -> Result<AsyncPgConnection, (ConnectReason, String)> {
    let wrap = |error: diesel::ConnectionError| (ConnectReason::Other, error.to_string());
    if !pooled {
        let made = AsyncPgConnection::try_from_client_and_connection(client, connection);
        return made.await.map_err(wrap);
    }
    tokio::spawn(async move { drop(connection.await) });
    let words = |error: &dyn ToString| (ConnectReason::Other, error.to_string());
    let begun = client.batch_execute("BEGIN; DEALLOCATE ALL").await;
    begun.map_err(|error| words(&error))?;
    let mut made = AsyncPgConnection::try_from(client).await.map_err(wrap)?;
    let kept = made.batch_execute("COMMIT").await;
    kept.map_err(|error| words(&error))?;
    Ok(made)
}

fn config(server: &ServerUrl) -> Config {
    let mut config = Config::new();
    if server.hosts.is_empty() {
        if Path::new(SOCKET_FOLDER).is_dir() {
            config.host_path(SOCKET_FOLDER);
        } else {
            config.host("localhost");
        }
    }
    for place in &server.hosts {
        match &place.host {
            Host::Tcp(name) => config.host(name),
            Host::Unix(folder) => config.host_path(folder),
        };
        config.port(place.port.unwrap_or(5432));
    }
    if let Some(user) = &server.user {
        config.user(user);
    }
    if let Some(password) = &server.password {
        config.password(password.expose());
    }
    if let Some(database) = &server.database {
        config.dbname(database);
    }
    if let Some(options) = &server.options {
        config.options(options);
    }
    config.application_name(server.application_name.as_deref().unwrap_or("manage"));
    config.connect_timeout(server.connect_timeout.unwrap_or(CONNECT_TIMEOUT));
    config.ssl_mode(match server.tls.mode {
        TlsMode::Disable => SslMode::Disable,
        TlsMode::Prefer => SslMode::Prefer,
        TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
    });
    if let Some(attributes) = server.target_session_attrs {
        use tokio_postgres::config::TargetSessionAttrs as Theirs;
        config.target_session_attrs(match attributes {
            TargetSessionAttrs::Any | TargetSessionAttrs::PreferStandby => Theirs::Any,
            TargetSessionAttrs::ReadWrite | TargetSessionAttrs::Primary => Theirs::ReadWrite,
            TargetSessionAttrs::ReadOnly | TargetSessionAttrs::Standby => Theirs::ReadOnly,
        });
    }
    config
}

fn describe(error: &tokio_postgres::Error, server: &ServerUrl) -> (ConnectReason, String) {
    if let Some(error) = error.as_db_error() {
        let reason = match *error.code() {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                ConnectReason::Authentication
            }
            SqlState::INVALID_CATALOG_NAME => ConnectReason::NoDatabase {
                name: server
                    .database
                    .clone()
                    .or_else(|| server.user.clone())
                    .unwrap_or_default(),
            },
            SqlState::CANNOT_CONNECT_NOW => ConnectReason::Starting,
            SqlState::TOO_MANY_CONNECTIONS => ConnectReason::TooMany,
            SqlState::INSUFFICIENT_PRIVILEGE => ConnectReason::NotAllowed,
            _ => ConnectReason::Other,
        };
        return (reason, error.message().to_owned());
    }
    let message = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    // Before all that comes from the system: the driver reports it as a denied permission.
    if message.contains("database is not read only")
        || message.contains("database does not allow writes")
    {
        let words = error.source().map_or(message, ToString::to_string);
        return (ConnectReason::SessionAttributes, words);
    }
    let host = server.hosts.iter().find_map(|place| match &place.host {
        Host::Tcp(name) => Some(name.as_str()),
        Host::Unix(_) => None,
    });
    if let Some(found) = tls::reason(error, host.unwrap_or("localhost")) {
        return found;
    }
    let reason = if message.contains("server does not support TLS") {
        ConnectReason::TlsNotOffered
    } else if message.contains("timed out") {
        ConnectReason::TimedOut
    } else if message.contains("password") {
        ConnectReason::Authentication
    } else if message.contains("connection closed") {
        ConnectReason::Starting
    } else {
        ConnectReason::Other
    };
    (reason, message)
}

/// Connects to the same server's `postgres` database, where databases are created and dropped from,
/// or to `template1` where that is gone.
pub(super) fn administer(url: &DatabaseUrl) -> Result<Box<dyn Database>, ConnectError> {
    let mut last = None;
    for maintenance in ["postgres", "template1"] {
        let url = url.with_database(maintenance);
        let DatabaseUrl::Postgres(server) = &url else {
            continue;
        };
        match connect(server, &url.to_string()) {
            Err(error) if matches!(error.reason, ConnectReason::NoDatabase { .. }) => {
                last = Some(error);
            }
            settled => return settled,
        }
    }
    Err(last.unwrap_or_else(|| ConnectError {
        place: url.to_string(),
        reason: ConnectReason::Other,
        message: "no database to administer from".to_owned(),
        waited: None,
    }))
}

/// What creating and dropping a database takes.
pub(super) fn admin_sql(name: &str) -> AdminSql {
    let literal = name.replace('\\', "\\\\").replace('\'', "''");
    AdminSql {
        exists: format!(
            "SELECT datname::text AS a, '' AS b FROM pg_catalog.pg_database WHERE datname = E'{literal}'"
        ),
        create: format!("CREATE DATABASE {}", quote(name)),
        drop: format!("DROP DATABASE {}", quote(name)),
    }
}

fn quote(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
