//! Ctrl-C and SIGTERM: puts away what would be left behind, then ends the program.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crate::{
    backend::{backup, scratch},
    error::ExitStatus,
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on, an interruption removes the scratch databases and what is unfinished of a backup, and exits with
/// [`ExitStatus::Interrupted`].
pub(crate) fn clean_up() {
    // A second call, or a system without signals, changes nothing.
    let _ = ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        backup::abandon();
        scratch::remove_all();
        #[allow(clippy::exit)] // the main thread waits for a server that will not answer
        std::process::exit(ExitStatus::Interrupted.code().into());
    });
}

/// Where an interruption is being dealt with, waits for its end, which is the program's: whatever
/// failed meanwhile failed because of it.
pub(crate) fn wait_for_end() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(20));
    }
}
