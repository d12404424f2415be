//! Stopping a statement as libpq does: whoever asks stays on the line until the other side hangs up.
//!
//! The driver's own way hangs up at once. A server does not mind; a pooler takes that for a change of
//! mind and forgets the request, and PgBouncer before 1.19 may even end because of it.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
};
use tokio_postgres::{
    CancelToken, Config, Socket,
    config::Host,
    tls::{MakeTlsConnect, TlsConnect},
};

use crate::backend::{cancel::Canceller, runtime::attempt};

/// PostgreSQL's port where none is named.
const PORT: u16 = 5432;

/// A way to stop what a connection runs that was made with `config`.
pub(super) fn canceller<T>(config: &Config, token: CancelToken, tls: T) -> Canceller
where
    T: MakeTlsConnect<Socket> + MakeTlsConnect<Line<TcpStream>> + MakeTlsConnect<Line<UnixStream>>,
    T: Clone + Send + Sync + 'static,
{
    // Of several hosts only the driver knows which one it is connected to.
    let only = match (config.get_hosts(), config.get_ports()) {
        ([host], ports) => Some((host.clone(), ports.first().copied().unwrap_or(PORT))),
        _ => None,
    };
    Arc::new(move || {
        // Whether it took effect shows in how the statement ends.
        attempt(async {
            match &only {
                Some((Host::Tcp(name), port)) => {
                    let stream = TcpStream::connect((name.as_str(), *port)).await;
                    ask(&token, stream, name, tls.clone()).await;
                }
                Some((Host::Unix(folder), port)) => {
                    let socket = folder.join(format!(".s.PGSQL.{port}"));
                    ask(&token, UnixStream::connect(socket).await, "", tls.clone()).await;
                }
                None => drop(token.cancel_query(tls.clone()).await),
            }
        });
    })
}

async fn ask<S, T>(token: &CancelToken, stream: io::Result<S>, host: &str, mut tls: T)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: MakeTlsConnect<Line<S>>,
    T::TlsConnect: TlsConnect<Line<S>>,
{
    if let Ok(stream) = stream
        && let Ok(tls) = tls.make_tls_connect(host)
    {
        drop(token.cancel_query_raw(Line(stream), tls).await);
    }
}

/// A stream whose end waits for the other side's.
pub(super) struct Line<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut bytes = [0; 64];
            let mut buffer = ReadBuf::new(&mut bytes);
            match ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                // It hung up, one way or another.
                Ok(()) | Err(_) => break,
            }
        }
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
