//! Ctrl-C, SIGTERM and the end of the terminal: what runs is stopped and taken back, what would be left
//! behind is put away, and the program ends with [`ExitStatus::Interrupted`].

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    backend::{backup, cancel, scratch},
    error::ExitStatus,
    ui,
};

/// How long a statement that is told to stop may take until the program ends without it. The server
/// takes back what is unfinished as soon as it notices.
const PATIENCE: Duration = Duration::from_secs(20);

/// The same where nothing can be told to stop: between statements, and in SQLite, which works inside
/// this program and takes back what is unfinished when the file is opened next.
const SHORT_PATIENCE: Duration = Duration::from_secs(2);

/// How often a statement is told to stop: the first call may come before it has reached the server.
const AGAIN: Duration = Duration::from_millis(250);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How many migrations are being run: what runs must end by itself, and say what stands.
static WORKING: AtomicUsize = AtomicUsize::new(0);

/// From now on, an interruption ends the program in order. Only Unix has signals; elsewhere the system
/// ends the program, and servers take back what it leaves.
pub(crate) fn listen() {
    #[cfg(unix)]
    signals::listen();
}

#[cfg(unix)]
mod signals {
    use std::{fs, sync::atomic::Ordering, thread};

    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };

    use super::{WORKING, end, stop_work};
    use crate::backend::cancel;

    pub(super) fn listen() {
        let hangup = (!is_ignored(SIGHUP)).then_some(SIGHUP);
        // A system that takes no handlers ends the program as it does any other.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM].into_iter().chain(hangup)) else {
            return;
        };
        thread::spawn(move || {
            for _ in signals.forever() {
                let working = WORKING.load(Ordering::SeqCst) > 0;
                if working && !cancel::requested() {
                    // This thread stays free for a second signal, which does not wait.
                    thread::spawn(stop_work);
                } else {
                    end(working);
                }
            }
        });
    }

    /// Whether the program was started to outlive its terminal, as `nohup` does; only Linux says so.
    fn is_ignored(signal: i32) -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    }
}

#[cfg_attr(not(unix), allow(dead_code))]
fn stop_work() {
    let mut since = Instant::now();
    let mut could_stop = None;
    loop {
        let can_stop = cancel::request();
        if could_stop != Some(can_stop) {
            // What has stopped is still to be written down.
            since = Instant::now();
            could_stop = Some(can_stop);
        }
        let patience = if can_stop { PATIENCE } else { SHORT_PATIENCE };
        if since.elapsed() >= patience {
            end(true);
        }
        thread::sleep(AGAIN);
    }
}

#[cfg_attr(not(unix), allow(dead_code))]
fn end(working: bool) -> ! {
    INTERRUPTED.store(true, Ordering::SeqCst);
    backup::abandon();
    scratch::remove_all();
    ui::farewell(working);
    #[allow(clippy::exit)] // the main thread waits for a server that will not answer
    std::process::exit(ExitStatus::Interrupted.code().into());
}

/// As long as it lives, an interruption stops the statement that runs, and leaves it to whoever runs it
/// to end the program.
pub(crate) struct Working(());

/// Migrations run from now on, or wait for the lock to.
pub(crate) fn working() -> Working {
    WORKING.fetch_add(1, Ordering::SeqCst);
    Working(())
}

impl Drop for Working {
    fn drop(&mut self) {
        WORKING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Where an interruption is being dealt with, waits for its end, which is the program's: whatever
/// failed meanwhile failed because of it.
pub(crate) fn wait_for_end() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(20));
    }
}
