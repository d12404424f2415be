//! Stopping what runs: a flag that everything which waits or goes on looks at, and a way to stop the
//! statement that a server is busy with.
//!
//! The flag is the process's own. Nothing in the library sets it: the program does, when it is told to
//! stop, and applications may.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

/// Stops the statement that one connection runs. It is called from another thread.
pub type Canceller = Arc<dyn Fn() + Send + Sync>;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// What runs at this moment.
static RUNNING: Mutex<Option<Canceller>> = Mutex::new(None);

fn running() -> MutexGuard<'static, Option<Canceller>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks everything to stop, the statement that runs at this moment included. It takes effect as soon as
/// that has ended; a statement that had not reached the server yet needs a second call. Whether there
/// was a way to stop what runs.
pub fn request() -> bool {
    REQUESTED.store(true, Ordering::SeqCst);
    let running = running();
    running.as_ref().map(|canceller| canceller()).is_some()
}

/// Whether somebody asked to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Says, as long as it lives, how what runs is stopped. While somebody stops it, its end waits.
pub(super) struct Running(());

impl Running {
    /// From now on.
    pub(super) fn with(canceller: Option<Canceller>) -> Self {
        *running() = canceller;
        Self(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        *running() = None;
    }
}
