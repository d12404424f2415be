//! What stands in front of the servers, or beside them: a pooler, a standby, a cluster.

use std::{
    env, thread,
    time::{Duration, Instant},
};

use super::services::{Server, TestDatabase, refuse_if_required, run, say_skipped};

/// How long a change may need to arrive elsewhere, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// Another way to the same databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// PgBouncer in front of [`Server::Postgres`]: it pools transactions, has 20 sessions per user and
    /// database, and speaks no TLS. `manage` may log in to its own database, `pgbouncer`.
    Pgbouncer,
    /// A hot standby of [`Server::Postgres`].
    Standby,
    /// The first node of a cluster.
    Galera,
    /// The second node.
    Galera2,
    /// The third node.
    Galera3,
}

impl Beside {
    fn name(self) -> &'static str {
        match self {
            Self::Pgbouncer => "pgbouncer",
            Self::Standby => "standby",
            Self::Galera => "galera",
            Self::Galera2 => "galera2",
            Self::Galera3 => "galera3",
        }
    }

    /// The name in `MANAGE_TEST_REQUIRE`.
    fn service(self) -> &'static str {
        match self {
            Self::Galera2 | Self::Galera3 => "galera",
            other => other.name(),
        }
    }

    /// The engine behind it.
    pub fn engine(self) -> Server {
        match self {
            Self::Pgbouncer | Self::Standby => Server::Postgres,
            Self::Galera | Self::Galera2 | Self::Galera3 => Server::Mariadb,
        }
    }

    /// Whether `tests/services` has started it; if not, that is said.
    ///
    /// # Panics
    /// When `MANAGE_TEST_REQUIRE` names it, and it is not there.
    pub fn is_there(self) -> bool {
        let there = self.listens().is_some();
        if !there {
            refuse_if_required(self.service());
            say_skipped(self.service());
        }
        there
    }

    fn listens(self) -> Option<u16> {
        let key = format!("MANAGE_TEST_{}_PORT", self.name().to_uppercase());
        env::var(key).ok()?.parse().ok()
    }

    /// The TCP port; the host is `127.0.0.1`.
    ///
    /// # Panics
    /// When it is not there.
    pub fn port(self) -> u16 {
        self.listens()
            .unwrap_or_else(|| panic!("{} is not there", self.name()))
    }

    /// Creates an empty database that can be reached here: on the server behind a pooler, on the primary
    /// of a standby, on this node of a cluster.
    pub fn database(self) -> TestDatabase {
        match self {
            Self::Pgbouncer | Self::Standby => TestDatabase::create(Server::Postgres),
            Self::Galera | Self::Galera2 | Self::Galera3 => {
                TestDatabase::create_on(Server::Mariadb, self.port())
            }
        }
    }

    /// The URL of a database here, without parameters. All that was done to it before has arrived.
    pub fn url_of(self, database: &TestDatabase) -> String {
        let url = database.url_through(self.port());
        match self {
            Self::Pgbouncer => {}
            Self::Standby => {
                let written = database.value("SELECT pg_current_wal_insert_lsn()");
                let has_it = format!("SELECT pg_last_wal_replay_lsn() >= '{written}'");
                self.await_answer(&self.engine().base_url(self.port()), &has_it, "t");
            }
            Self::Galera | Self::Galera2 | Self::Galera3 => {
                let has_it = "SET SESSION wsrep_sync_wait = 15; SELECT 1";
                self.await_answer(&self.engine().base_url(self.port()), has_it, "1");
            }
        }
        url
    }

    fn await_answer(self, url: &str, sql: &str, answer: &str) {
        let start = Instant::now();
        loop {
            let rows = run(self.engine(), url, sql);
            if rows == Ok(vec![vec![answer.to_owned()]]) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{} does not follow: {rows:?}",
                self.name()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}
