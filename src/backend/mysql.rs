//! MySQL and MariaDB, through mysql_async and diesel-async.

pub(super) mod dialect;
pub(super) mod introspect;
pub(super) mod lock;
pub(super) mod objects;

use std::{sync::Arc, time::Duration};

use diesel::{QueryResult, RunQueryDsl};
use diesel_async::{AsyncMysqlConnection, async_connection_wrapper::AsyncConnectionWrapper};
use mysql_async::{ClientIdentity, Conn, DriverError, Error, OptsBuilder, SslOpts};

use super::{
    AdminSql, Database,
    cancel::Canceller,
    failure::{ConnectError, ConnectReason},
    runtime::{Timers, attempt, block_on, settle},
    session::{Link, Pair, Session},
    tls,
    url::{DatabaseUrl, Engine, Host, HostPort, ServerUrl, Tls, TlsMode},
};

/// How long one attempt to connect may take where the settings do not say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

type Connection = AsyncConnectionWrapper<AsyncMysqlConnection, Timers>;

impl Link for Connection {
    const ENGINE: Engine = Engine::Mysql;
    const BOOKS: &'static str = "SELECT table_name AS a, '' AS b FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('__diesel_schema_migrations', '__diesel_manage_log')";
    const LEDGER_ROWS: &'static str = "SELECT version AS a, DATE_FORMAT('1970-01-01' + INTERVAL UNIX_TIMESTAMP(run_on) SECOND, '%Y-%m-%d %H:%i:%s') AS b FROM __diesel_schema_migrations ORDER BY BINARY version";
    const SERVER: &'static str = "SELECT CONCAT(IF(VERSION() LIKE '%MariaDB%', 'MariaDB ', 'MySQL '), VERSION()) AS a, '' AS b";

    fn pairs(&mut self, sql: &str) -> QueryResult<Vec<Pair>> {
        diesel::sql_query(sql).load(self)
    }

    fn limits_statements(server: &str) -> bool {
        dialect::Mysql::named(server).limits_statements()
    }
}

/// Connects.
pub(super) fn connect(server: &ServerUrl, place: &str) -> Result<Box<dyn Database>, ConnectError> {
    let fail = |reason, message| ConnectError {
        place: place.to_owned(),
        reason,
        message,
        waited: None,
    };
    if server.database.is_none() {
        return Err(fail(ConnectReason::DatabaseUnnamed, String::new()));
    }
    session(server).map_err(|(reason, message)| fail(reason, message))
}

fn session(server: &ServerUrl) -> Result<Box<dyn Database>, (ConnectReason, String)> {
    let connection = block_on(establish(server))?;
    let token = connection.cancel_token();
    // Whether it took effect shows in how the statement ends.
    let cancel: Canceller = Arc::new(move || attempt(token.cancel_query()));
    let session = Session::new(Connection::from(connection), settle);
    Ok(Box::new(session.cancelled_by(cancel)))
}

async fn establish(server: &ServerUrl) -> Result<AsyncMysqlConnection, (ConnectReason, String)> {
    let default = [HostPort {
        host: Host::Tcp("localhost".to_owned()),
        port: None,
    }];
    let places = if server.hosts.is_empty() {
        &default[..]
    } else {
        &server.hosts
    };
    let mut last = (ConnectReason::Other, "no host to connect to".to_owned());
    for place in places {
        match reach(server, place).await {
            Ok(connection) => {
                return AsyncMysqlConnection::try_from(connection)
                    .await
                    .map_err(|error| (ConnectReason::Other, error.to_string()));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// One host, with TLS as the settings ask; `prefer` goes on without where the server offers none.
async fn reach(server: &ServerUrl, place: &HostPort) -> Result<Conn, (ConnectReason, String)> {
    let encrypted = matches!(place.host, Host::Tcp(_)) && server.tls.mode != TlsMode::Disable;
    if !encrypted {
        return dial(server, place, None)
            .await
            .map_err(|error| error.describe(server, place));
    }
    let ssl = ssl(&server.tls).map_err(|message| (ConnectReason::TlsFile, message))?;
    let described = |error: Trouble| error.describe(server, place);
    match dial(server, place, Some(ssl.clone())).await {
        Err(Trouble::Driver(Error::Driver(DriverError::NoClientSslFlagFromServer)))
            if server.tls.mode == TlsMode::Prefer =>
        {
            dial(server, place, None).await.map_err(described)
        }
        // What the driver has against checking the host name lets no certificate of rustls' present
        // releases pass, so the name is given that the certificate, made by the authority, is for.
        Err(Trouble::Driver(error)) if server.tls.effective_mode() == TlsMode::VerifyCa => {
            let Some(name) = tls::presented_name(&error) else {
                return Err(described(Trouble::Driver(error)));
            };
            let ssl = ssl.with_danger_tls_hostname_override(Some(name));
            dial(server, place, Some(ssl)).await.map_err(described)
        }
        settled => settled.map_err(described),
    }
}

/// Why a host could not be reached.
enum Trouble {
    Driver(Error),
    TimedOut(Duration),
}

impl Trouble {
    fn describe(self, server: &ServerUrl, place: &HostPort) -> (ConnectReason, String) {
        match self {
            Self::Driver(error) => describe(&error, server, name_of(place)),
            Self::TimedOut(limit) => (
                ConnectReason::TimedOut,
                format!("no answer within {} s", limit.as_secs()),
            ),
        }
    }
}

fn name_of(place: &HostPort) -> &str {
    match &place.host {
        Host::Tcp(name) => name,
        Host::Unix(_) => "localhost",
    }
}

async fn dial(server: &ServerUrl, place: &HostPort, ssl: Option<SslOpts>) -> Result<Conn, Trouble> {
    let options = OptsBuilder::default()
        .user(server.user.clone())
        .pass(
            server
                .password
                .as_ref()
                .map(|password| password.expose().to_owned()),
        )
        .db_name(server.database.clone())
        .prefer_socket(false)
        .stmt_cache_size(0)
        .client_found_rows(true)
        .ssl_opts(ssl);
    let options = match &place.host {
        Host::Tcp(name) => options
            .ip_or_hostname(name)
            .tcp_port(place.port.unwrap_or(3306)),
        Host::Unix(socket) => options.socket(Some(socket.to_string_lossy())),
    };
    let limit = server.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
    match tokio::time::timeout(limit, Conn::new(options)).await {
        Ok(connection) => connection.map_err(Trouble::Driver),
        Err(_) => Err(Trouble::TimedOut(limit)),
    }
}

fn ssl(tls: &Tls) -> Result<SslOpts, String> {
    let mut options = SslOpts::default();
    match tls.effective_mode() {
        TlsMode::Disable | TlsMode::Prefer | TlsMode::Require => {
            options = options
                .with_danger_accept_invalid_certs(true)
                .with_danger_skip_domain_validation(true);
        }
        mode @ (TlsMode::VerifyCa | TlsMode::VerifyFull) => {
            let roots = tls::authorities(tls)?
                .into_iter()
                .map(|root| root.to_vec().into())
                .collect();
            options = options
                .with_disable_built_in_roots(true)
                .with_root_certs(roots)
                .with_danger_skip_domain_validation(mode == TlsMode::VerifyCa);
        }
    }
    match (&tls.client_cert, &tls.client_key) {
        (Some(cert), Some(key)) => Ok(options.with_client_identity(Some(ClientIdentity::new(
            cert.clone().into(),
            tls::rsa_key(key)?.into(),
        )))),
        (None, None) => Ok(options),
        _ => Err("a client certificate and its key go together".to_owned()),
    }
}

fn describe(error: &Error, server: &ServerUrl, host: &str) -> (ConnectReason, String) {
    match error {
        // https://mariadb.com/kb/en/mariadb-error-code-reference/
        Error::Server(error) => {
            let reason = match error.code {
                1045 | 1698 => ConnectReason::Authentication,
                1049 => ConnectReason::NoDatabase {
                    name: server.database.clone().unwrap_or_default(),
                },
                1044 | 1130 | 1142 => ConnectReason::NotAllowed,
                1040 | 1203 | 1226 => ConnectReason::TooMany,
                1053 => ConnectReason::Starting,
                _ => ConnectReason::Other,
            };
            (reason, error.message.clone())
        }
        Error::Driver(DriverError::NoClientSslFlagFromServer) => (
            ConnectReason::TlsNotOffered,
            "the server offers no TLS".to_owned(),
        ),
        Error::Driver(DriverError::ConnectionClosed) => {
            (ConnectReason::Starting, error.to_string())
        }
        error => {
            tls::reason(error, host).unwrap_or_else(|| (ConnectReason::Other, error.to_string()))
        }
    }
}

/// Connects to the server without choosing a database.
pub(super) fn administer(url: &DatabaseUrl) -> Result<Box<dyn Database>, ConnectError> {
    let fail = |reason, message| ConnectError {
        place: url.to_string(),
        reason,
        message,
        waited: None,
    };
    let DatabaseUrl::Mysql(server) = url else {
        return Err(fail(ConnectReason::Other, "not a MySQL URL".to_owned()));
    };
    let server = ServerUrl {
        database: None,
        ..server.clone()
    };
    session(&server).map_err(|(reason, message)| fail(reason, message))
}

/// What creating and dropping a database takes.
pub(super) fn admin_sql(name: &str) -> AdminSql {
    let literal = name.replace('\\', "\\\\").replace('\'', "''");
    AdminSql {
        exists: format!(
            "SELECT schema_name AS a, '' AS b FROM information_schema.schemata WHERE schema_name = '{literal}'"
        ),
        create: format!("CREATE DATABASE {} CHARACTER SET utf8mb4", quote(name)),
        drop: format!("DROP DATABASE {}", quote(name)),
    }
}

fn quote(identifier: &str) -> String {
    format!("`{}`", identifier.replace('`', "``"))
}
