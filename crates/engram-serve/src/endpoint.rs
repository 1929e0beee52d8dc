//! The thread that listens: how it starts, how it ends.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use engram_metrics_core::Registry;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::routes;

/// The port that OpenTelemetry's Prometheus exporters use.
pub const DEFAULT_PORT: u16 = 9464;

/// A running endpoint; dropping it stops it.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    /// Dropping it asks the server to finish.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Listens on `listen`; port 0 takes any free port, see [`address`](Self::address).
    ///
    /// # Errors
    /// When the address cannot be listened on, for instance because it is in use.
    pub fn start(listen: SocketAddr, registry: &'static Registry) -> Result<Self, StartError> {
        let failed = |source| StartError { listen, source };
        let listener = TcpListener::bind(listen).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let runtime = Builder::new_current_thread().enable_io().build().map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        let serve = move || serve(&runtime, listener, registry, stopped);
        let name = "engram-serve".to_owned();
        let thread = thread::Builder::new().name(name).spawn(serve).map_err(failed)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the endpoint was printed when it happened; it must not become ours.
            let _ = thread.join();
        }
    }
}

/// Serves until `stopped`. Connections that are open then are dropped with the runtime: a scraper
/// that keeps one alive must not keep the process.
fn serve(
    runtime: &Runtime,
    listener: TcpListener,
    registry: &'static Registry,
    stopped: oneshot::Receiver<()>,
) {
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        let serve = axum::serve(listener, routes::routes(registry)).into_future();
        tokio::select! {
            _ = serve => {}
            _ = stopped => {}
        }
    });
}

/// Why an endpoint did not start.
#[derive(Debug)]
#[non_exhaustive]
pub struct StartError {
    /// Where it was to listen.
    pub listen: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "cannot listen on {}", self.listen)?;
        match self.source.kind() {
            io::ErrorKind::AddrInUse => {
                write!(out, ": the port is in use; choose another, or 0 for any free one")
            }
            io::ErrorKind::PermissionDenied => {
                write!(out, ": not permitted; ports below 1024 need privileges")
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
