//! The runtime that the asynchronous drivers run on.
//!
//! diesel-async's own has no timer, which `connect_timeout` needs. Ours is one per process, on the
//! calling thread; it must not be used from inside another runtime's task, which is why the
//! asynchronous doors of the library go through `spawn_blocking`.

use std::{future::Future, sync::OnceLock, time::Duration};

use diesel_async::async_connection_wrapper::BlockOn;
use tokio::runtime::{Builder, Runtime};

/// How long a server may take to be told something.
const ATTEMPT: Duration = Duration::from_secs(5);

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    #[allow(clippy::expect_used)] // without threads or an event queue nothing can be connected to
    RUNTIME.get_or_init(|| {
        Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("the operating system gives an event queue")
    })
}

/// Waits for a future.
pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    runtime().block_on(future)
}

/// Waits for a future that nobody needs, and not for long: one that tells a server to stop something.
pub(super) fn attempt<F: Future>(future: F) {
    // The timer needs the runtime around it from the first poll on.
    block_on(async { drop(tokio::time::timeout(ATTEMPT, future).await) });
}

/// Lets what a dropped connection left behind (its farewell to the server) run.
pub(super) fn settle<T>(value: T) {
    let _inside = runtime().enter();
    drop(value);
    runtime().block_on(async {
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
    });
}

/// The runtime as diesel-async's wrapper wants it.
pub(crate) struct Timers;

impl BlockOn for Timers {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        block_on(future)
    }

    fn get_runtime() -> Self {
        Self
    }
}
