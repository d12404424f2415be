//! A line to a server that can be cut.

use std::{
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A port at which nobody listens.
pub fn dead_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The connections that go through a forwarded port.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<TcpStream>>>);

impl Lines {
    /// Cuts them all, as a network does that breaks.
    pub fn cut(&self) {
        for stream in self.0.lock().expect("no thread panics").drain(..) {
            // It may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Passes everything on to a port, in both directions, for as long as the test lives.
pub fn forward(listener: TcpListener, port: u16) -> Lines {
    let lines = Lines::default();
    let kept = lines.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(("127.0.0.1", port)).expect("the server");
            pump(&client, &server);
            let mut kept = kept.0.lock().expect("no thread panics");
            kept.push(client);
            kept.push(server);
        }
    });
    lines
}

/// Passes everything on between two streams.
pub fn pump(client: &TcpStream, server: &TcpStream) {
    for (from, to) in [(client, server), (server, client)] {
        let (mut from, mut to) = (
            from.try_clone().expect("a stream"),
            to.try_clone().expect("a stream"),
        );
        thread::spawn(move || {
            // The end of either side is the end of both.
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
}
