//! A database URL as text: canonical, percent-encoded, the password as `***` unless asked for.

use std::{
    fmt::{self, Write},
    path::{Path, PathBuf},
};

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    DatabaseUrl, Engine, Host, HostPort, ServerUrl, SqliteLocation, TlsMode,
    parameters::APPLICATION_NAME,
};

/// Everything but RFC 3986's unreserved characters.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// What may stand in a query value without ending it; more readable for paths and host lists.
const VALUE: &AsciiSet = &COMPONENT
    .remove(b'/')
    .remove(b':')
    .remove(b',')
    .remove(b'=');
/// What would end a SQLite file's name, or not survive trimming.
const FILE: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#');

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self, Passwords::Masked))
    }
}

/// The URL with its password.
pub(super) fn exposed(url: &DatabaseUrl) -> String {
    written(url, Passwords::Shown)
}

#[derive(Clone, Copy)]
enum Passwords {
    Masked,
    Shown,
}

fn written(url: &DatabaseUrl, passwords: Passwords) -> String {
    match url {
        DatabaseUrl::Sqlite(SqliteLocation::Memory) => "sqlite::memory:".to_owned(),
        DatabaseUrl::Sqlite(SqliteLocation::File(path)) => sqlite(path),
        DatabaseUrl::Postgres(server) => written_server(Engine::Postgres, server, passwords),
        DatabaseUrl::Mysql(server) => written_server(Engine::Mysql, server, passwords),
    }
}

fn sqlite(path: &Path) -> String {
    let path: PathBuf = path.components().collect();
    let text = path.to_string_lossy();
    // After three slashes these would be read as relative, so they get a fourth.
    let guard = if text.starts_with("/../") || text == "/:memory:" {
        "/"
    } else {
        ""
    };
    format!("sqlite://{guard}{}", utf8_percent_encode(&text, FILE))
}

fn written_server(engine: Engine, server: &ServerUrl, passwords: Passwords) -> String {
    let mut text = format!("{}://", engine.scheme());
    text.push_str(&credentials(server, passwords));
    let sockets = server
        .hosts
        .iter()
        .any(|place| matches!(place.host, Host::Unix(_)));
    if !sockets {
        text.push_str(&authority(&server.hosts));
    }
    if let Some(database) = &server.database {
        let _ = write!(text, "/{}", utf8_percent_encode(database, COMPONENT));
    }
    let mut parameters = Vec::new();
    if sockets {
        socket_parameters(engine, &server.hosts, &mut parameters);
    }
    tls_parameters(engine, server, &mut parameters);
    session_parameters(server, &mut parameters);
    for (index, (name, value)) in parameters.iter().enumerate() {
        let separator = if index == 0 { '?' } else { '&' };
        let value = utf8_percent_encode(value, VALUE);
        let _ = write!(text, "{separator}{name}={value}");
    }
    text
}

fn credentials(server: &ServerUrl, passwords: Passwords) -> String {
    let user = server.user.as_deref().unwrap_or_default();
    let user = utf8_percent_encode(user, COMPONENT);
    match (&server.user, &server.password, passwords) {
        (None, None, _) => String::new(),
        (Some(_), None, _) => format!("{user}@"),
        (_, Some(_), Passwords::Masked) => format!("{user}:***@"),
        (_, Some(password), Passwords::Shown) => {
            let password = utf8_percent_encode(password.expose(), COMPONENT);
            format!("{user}:{password}@")
        }
    }
}

fn authority(hosts: &[HostPort]) -> String {
    let places: Vec<String> = hosts
        .iter()
        .map(|place| {
            let host = host_text(&place.host);
            let host = if host.contains(':') {
                format!("[{}]", host.replace('%', "%25"))
            } else {
                host
            };
            match place.port {
                Some(port) => format!("{host}:{port}"),
                None => host,
            }
        })
        .collect();
    places.join(",")
}

fn host_text(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.to_string_lossy().into_owned(),
    }
}

type Parameters = Vec<(&'static str, String)>;

/// libpq's list form, where a path is more readable than percent-encoded before the first slash.
fn socket_parameters(engine: Engine, hosts: &[HostPort], parameters: &mut Parameters) {
    if let (Engine::Mysql, [only]) = (engine, hosts) {
        parameters.push(("socket", host_text(&only.host)));
        return;
    }
    let names: Vec<String> = hosts.iter().map(|place| host_text(&place.host)).collect();
    parameters.push(("host", names.join(",")));
    if hosts.iter().any(|place| place.port.is_some()) {
        let ports: Vec<String> = hosts
            .iter()
            .map(|place| place.port.map(|port| port.to_string()).unwrap_or_default())
            .collect();
        parameters.push(("port", ports.join(",")));
    }
}

fn tls_parameters(engine: Engine, server: &ServerUrl, parameters: &mut Parameters) {
    let (mode, root, certificate, key) = match engine {
        Engine::Mysql => ("ssl-mode", "ssl-ca", "ssl-cert", "ssl-key"),
        Engine::Postgres | Engine::Sqlite => ("sslmode", "sslrootcert", "sslcert", "sslkey"),
    };
    let word = (server.tls.mode != TlsMode::default()).then(|| server.tls.mode.word(engine));
    parameters.extend(word.map(|word| (mode, word.to_owned())));
    let files = [
        (root, &server.tls.root_cert),
        (certificate, &server.tls.client_cert),
        (key, &server.tls.client_key),
    ];
    for (name, file) in files {
        let file = file
            .as_ref()
            .map(|file| file.to_string_lossy().into_owned());
        parameters.extend(file.map(|file| (name, file)));
    }
}

fn session_parameters(server: &ServerUrl, parameters: &mut Parameters) {
    if let Some(timeout) = server.connect_timeout {
        parameters.push(("connect_timeout", timeout.as_secs().to_string()));
    }
    if let Some(name) = &server.application_name
        && name != APPLICATION_NAME
    {
        parameters.push(("application_name", name.clone()));
    }
    if let Some(options) = &server.options {
        parameters.push(("options", options.clone()));
    }
    if let Some(wanted) = server.target_session_attrs {
        parameters.push(("target_session_attrs", wanted.word().to_owned()));
    }
}
