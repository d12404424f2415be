#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Properties of URLs. The forms themselves are tabled in `tests/settings.rs`.

use std::{path::PathBuf, time::Duration};

use proptest::{option, prelude::*};

use super::*;

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9@:/?#%&=+ é\\[\\]'\"\\\\,]{1,12}"
}

fn hosts(engine: Engine) -> impl Strategy<Value = Vec<HostPort>> {
    let tcp = prop_oneof![
        "[a-z][a-z0-9-]{0,8}(\\.[a-z]{2,4})?",
        Just("127.0.0.1".to_owned()),
        Just("::1".to_owned()),
        Just("fe80::1%eth0".to_owned()),
    ]
    .prop_map(Host::Tcp);
    let unix = "/[a-z/% ]{1,12}".prop_map(|path| Host::Unix(PathBuf::from(path)));
    let place = (prop_oneof![4 => tcp, 1 => unix], option::of(1..=u16::MAX)).prop_map(
        move |(host, port)| {
            let socket = matches!(host, Host::Unix(_)) && engine == Engine::Mysql;
            HostPort {
                host,
                port: port.filter(|_| !socket),
            }
        },
    );
    // libpq reads one port as everybody's, so two hosts with one port have no URL of their own.
    prop::collection::vec(place, 0..3)
}

fn tls() -> impl Strategy<Value = Tls> {
    let mode = prop_oneof![
        Just(TlsMode::Disable),
        Just(TlsMode::Prefer),
        Just(TlsMode::Require),
        Just(TlsMode::VerifyCa),
        Just(TlsMode::VerifyFull),
    ];
    let file = || option::of("[a-z/ %&]{1,8}\\.pem".prop_map(PathBuf::from));
    (mode, file(), file(), file()).prop_map(|(mode, root_cert, client_cert, client_key)| Tls {
        mode,
        root_cert,
        client_cert,
        client_key,
    })
}

fn server(engine: Engine) -> impl Strategy<Value = ServerUrl> {
    let wanted = option::of(prop::sample::select(
        TargetSessionAttrs::WORDS.map(|(_, value)| value).to_vec(),
    ));
    let session = (text(), option::of(text()), wanted, option::of(1..9999u64));
    let login = (option::of(text()), option::of(text()), option::of(text()));
    (hosts(engine), login, tls(), session).prop_map(
        move |(hosts, (user, password, database), tls, (name, options, wanted, timeout))| {
            let postgres = engine == Engine::Postgres;
            ServerUrl {
                hosts,
                database: database.or_else(|| user.clone().filter(|_| postgres)),
                user,
                password: password.map(Secret::new),
                tls,
                connect_timeout: timeout.map(Duration::from_secs),
                application_name: Some(name).filter(|_| postgres),
                options: options.filter(|_| postgres),
                target_session_attrs: wanted.filter(|_| postgres),
            }
        },
    )
}

fn url() -> impl Strategy<Value = DatabaseUrl> {
    prop_oneof![
        Just(DatabaseUrl::Sqlite(SqliteLocation::Memory)),
        "(/|\\./|\\.\\./|/\\.\\./)?[a-z%?#@: é]{1,8}(/[a-z ]{1,4})?\\.db"
            .prop_map(|path| DatabaseUrl::Sqlite(SqliteLocation::File(path.into()))),
        server(Engine::Postgres).prop_map(DatabaseUrl::Postgres),
        server(Engine::Mysql).prop_map(DatabaseUrl::Mysql),
    ]
}

proptest! {
    #[test]
    fn a_url_survives_being_written_and_read(url in url()) {
        let written = url.exposed();
        prop_assert_eq!(DatabaseUrl::parse(written.expose()), Ok(url), "{}", written.expose());
    }

    #[test]
    fn a_shown_url_reads_as_the_same_but_for_the_password(url in url()) {
        let shown = DatabaseUrl::parse(&url.to_string()).unwrap();
        prop_assert_eq!(shown.to_string(), url.to_string());
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        let _ = DatabaseUrl::parse(&text);
    }

    #[test]
    fn no_url_like_text_makes_the_parser_panic(
        text in "(sqlite|postgres|mysql\\+x):/{0,4}[a-z@:/?#%&=\\[\\],é0-9 ]{0,30}",
    ) {
        let _ = DatabaseUrl::parse(&text);
    }

    #[test]
    fn a_raw_password_is_understood_or_refused_and_never_shown(
        password in "Qx7[@:/?#%&=+!]{0,6}Zw9",
    ) {
        for scheme in ["postgres", "mysql"] {
            match DatabaseUrl::parse(&format!("{scheme}://app:{password}@db.example/shop")) {
                Ok(url) => {
                    let server = url.server().unwrap();
                    let read = server.password.as_ref().map(Secret::expose);
                    prop_assert_eq!(read, Some(password.as_str()));
                    prop_assert_eq!(authority(server), "db.example/shop");
                    let shown = format!("{url} {url:?}");
                    prop_assert!(!shown.contains(&password), "{}", shown);
                }
                Err(error) => {
                    let said = format!("{error} {error:?} {:?}", error.hint());
                    prop_assert!(!said.contains("Qx7") && !said.contains("Zw9"), "{}", said);
                }
            }
        }
    }
}

fn authority(server: &ServerUrl) -> String {
    let hosts: Vec<_> = server
        .hosts
        .iter()
        .map(|place| format!("{:?}", place.host))
        .collect();
    let hosts = hosts.join(",").replace("Tcp(\"", "").replace("\")", "");
    format!("{hosts}/{}", server.database.as_deref().unwrap_or_default())
}
