//! Signs of life of whoever holds the row, on a connection and a thread of their own; at the end the row
//! is removed there.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::row;
use crate::backend::{
    Access, Database, connect,
    failure::{ConnectError, ConnectReason, DatabaseError},
    url::DatabaseUrl,
};

/// How often there is one.
pub(super) const BEAT: Duration = Duration::from_secs(2);

/// How often the row is tried to be removed.
const FAREWELLS: usize = 3;

pub(super) struct Heartbeat {
    begin: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    lost: Arc<AtomicBool>,
}

impl Heartbeat {
    /// Connects; the beats come once [`Heartbeat::begin`] is called.
    pub(super) fn of(url: &DatabaseUrl, token: &str) -> Result<Self, ConnectError> {
        let (begin, orders) = mpsc::channel();
        let (connected, connection) = mpsc::channel();
        let lost = Arc::new(AtomicBool::new(false));
        let (address, token, flag) = (url.clone(), token.to_owned(), Arc::clone(&lost));
        let thread = thread::Builder::new().spawn(move || {
            let mut heart = Heart {
                url: address,
                token,
                database: None,
                lost: flag,
            };
            let result = heart.connect();
            if connected.send(result).is_ok() {
                heart.beat_until_the_end(&orders);
            }
        });
        let failed = |message: String| ConnectError {
            place: url.to_string(),
            reason: ConnectReason::Other,
            message,
            waited: None,
        };
        let thread = thread.map_err(|error| failed(error.to_string()))?;
        connection
            .recv()
            .map_err(|error| failed(error.to_string()))??;
        Ok(Self {
            begin: Some(begin),
            thread: Some(thread),
            lost,
        })
    }

    /// From now on there is a row to be kept.
    pub(super) fn begin(&self) {
        if let Some(begin) = &self.begin {
            // A thread that has ended has nothing to begin.
            let _ = begin.send(());
        }
    }

    /// Whether the row was seen to be another's, or gone.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        drop(self.begin.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Heart {
    url: DatabaseUrl,
    token: String,
    database: Option<Box<dyn Database>>,
    lost: Arc<AtomicBool>,
}

impl Heart {
    fn connect(&mut self) -> Result<(), ConnectError> {
        if self.database.is_none() {
            let mut database = connect(&self.url, Access::Change)?;
            // What cannot be set is told by the connection that works.
            let _ = row::read_causally(&mut *database);
            self.database = Some(database);
        }
        Ok(())
    }

    fn beat_until_the_end(mut self, orders: &Receiver<()>) {
        if orders.recv().is_ok() {
            while orders.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                if self.with(row::beat) == Some(false) {
                    self.lost.store(true, Ordering::SeqCst);
                    return;
                }
            }
        }
        for _ in 0..FAREWELLS {
            if self.with(row::remove).is_some() {
                return;
            }
        }
    }

    /// Does something over the connection, or over a new one the next time; `None` where it failed.
    fn with<T>(
        &mut self,
        act: fn(&mut dyn Database, &str) -> Result<T, DatabaseError>,
    ) -> Option<T> {
        self.connect().ok()?;
        let done = act(&mut **self.database.as_mut()?, &self.token);
        if let Err(error) = &done
            && !error.trouble.is_lock()
        {
            self.database = None;
        }
        done.ok()
    }
}
