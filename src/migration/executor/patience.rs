//! Trying again what waited for a lock in vain.

use std::{thread, time::Duration};

use crate::backend::cancel;

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

    /// The next attempt: which, of how many, and how long to pause before: 1 s, 2 s, 4 s ...
    pub(super) fn next(&mut self) -> (u32, u32, Duration) {
        let pause = 1_u64.checked_shl(self.done).unwrap_or(u64::MAX);
        self.done += 1;
        let pause = Duration::from_secs(pause).min(LONGEST);
        (self.done, self.retries, pause)
    }
}

/// Waits; `false` where somebody asked to stop.
pub(super) fn pause(length: Duration) -> bool {
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
                let (attempt, of, pause) = patience.next();
                assert_eq!(of, 70);
                (attempt, pause.as_secs())
            })
        });
        let pauses: Vec<(u32, u64)> = pauses.collect();
        assert_eq!(
            pauses[..8],
            [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60)]
        );
        assert_eq!((pauses.len(), pauses[69]), (70, (70, 60)));
    }

    #[test]
    fn none_is_over_at_once() {
        assert!(Patience::new(0).is_over());
    }
}
