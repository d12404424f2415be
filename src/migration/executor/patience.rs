//! Trying again what waited for a lock in vain.

use std::{thread, time::Duration};

use super::{Event, Lock, Options, Wait};
use crate::backend::{cancel, failure::DatabaseError};

/// How many times a run may still wait, and how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    retries: u32,
    done: u32,
}

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);

/// How often a pause looks whether somebody asked to stop.
const LOOK: Duration = Duration::from_millis(50);

impl Patience {
    /// So many times.
    pub(super) fn new(retries: u32) -> Self {
        Self { retries, done: 0 }
    }

    /// Whether this was the last attempt.
    pub(super) fn is_over(self) -> bool {
        self.done >= self.retries
    }

    /// Says that a lock was waited for in vain, and waits for the next attempt; `false` where somebody asks
    /// to stop.
    pub(super) fn pause(
        &mut self,
        lock: &Lock,
        options: &Options<'_>,
        all: bool,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> bool {
        let pause = self.next();
        on_event(Event::Waiting(Wait {
            error: &lock.error,
            blockers: &lock.blockers,
            limit: options.limits.lock.filter(|limit| !limit.is_zero()),
            pause,
            attempt: self.done,
            attempts: self.retries,
            all,
        }));
        wait(pause)
    }

    /// How long to pause before the next attempt: 1 s, 2 s, 4 s ...
    fn next(&mut self) -> Duration {
        let pause = 1_u64.checked_shl(self.done).unwrap_or(u64::MAX);
        self.done += 1;
        Duration::from_secs(pause).min(LONGEST)
    }
}

/// Does something that nothing is left of where it fails; again, where it waits for a lock in vain.
pub(super) fn insist(
    options: &Options<'_>,
    on_event: &mut dyn FnMut(Event<'_>),
    attempt: &mut dyn FnMut() -> Result<(), DatabaseError>,
) -> Result<(), DatabaseError> {
    let mut patience = Patience::new(options.retries);
    loop {
        match attempt() {
            Err(error) if error.trouble.is_lock() && !patience.is_over() => {
                if !patience.pause(&Lock::of(error), options, false, on_event) {
                    return Err(DatabaseError::interrupted());
                }
            }
            settled => return settled,
        }
    }
}

fn wait(length: Duration) -> bool {
    let mut left = length;
    while !left.is_zero() && !cancel::requested() {
        let now = left.min(LOOK);
        thread::sleep(now);
        left -= now;
    }
    !cancel::requested()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let mut patience = Patience::new(70);
        let pauses = std::iter::from_fn(|| {
            (!patience.is_over()).then(|| {
                let pause = patience.next();
                (patience.done, pause.as_secs())
            })
        });
        let pauses: Vec<(u32, u64)> = pauses.collect();
        assert_eq!(
            pauses[..8],
            [
                (1, 1),
                (2, 2),
                (3, 4),
                (4, 8),
                (5, 16),
                (6, 32),
                (7, 60),
                (8, 60)
            ]
        );
        assert_eq!((pauses.len(), pauses[69]), (70, (70, 60)));
    }

    #[test]
    fn none_is_over_at_once() {
        assert!(Patience::new(0).is_over());
    }
}
