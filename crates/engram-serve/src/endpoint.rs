//! The threads that listen and answer: how they start, how they end.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use engram_metrics_core::Registry;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::builder::{Builder, Listen, StartError};
use crate::connection;
use crate::connections::Connections;
use crate::events::Events;
use crate::listener::{Listener, Socket};
use crate::route::Shared;
use crate::scrape::Scrapes;
use crate::tls::Tls;

/// The port that OpenTelemetry's Prometheus exporters use.
pub const DEFAULT_PORT: u16 = 9464;

/// A running endpoint; dropping it stops it.
///
/// Answers under way are finished first, for as long as [`Builder::grace`] says.
pub struct Endpoint {
    address: Option<SocketAddr>,
    /// Dropping it asks the server to finish.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Listens on `listen`, with the defaults of a [`builder`](Self::builder); port 0 takes any free port, see
    /// [`address`](Self::address).
    ///
    /// # Errors
    /// When the address cannot be listened on, for instance because it is in use.
    pub fn start(listen: SocketAddr, registry: &'static Registry) -> Result<Self, StartError> {
        Self::builder(registry).listen(listen).start()
    }

    /// An endpoint on the loopback address that answers everyone there.
    #[must_use]
    pub fn builder(registry: &'static Registry) -> Builder {
        Builder::new(registry)
    }

    /// Where it listens; port 0 of no address if that is a Unix socket.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address.unwrap_or_else(|| SocketAddr::from(([0; 4], 0)))
    }

    pub(crate) fn run(builder: Builder) -> Result<Self, StartError> {
        let tls = Tls::new(&builder)?;
        let socket = Socket::bind(&builder.listen)?;
        let address = socket.address();
        let name = match &builder.listen {
            Listen::Tcp(address) => address.to_string(),
            Listen::Unix(path) => path.display().to_string(),
        };
        let failed = |source| StartError::Listen { listen: name.clone(), source: Arc::new(source) };
        let runtime = runtime(builder.limits.scrapes).map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        let serve = move || serve(&runtime, (socket, tls), builder, stopped);
        let thread = thread::Builder::new().name("engram-serve".to_owned());
        let thread = thread.spawn(serve).map_err(failed)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
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

impl fmt::Debug for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Endpoint").field("address", &self.address).finish_non_exhaustive()
    }
}

/// One thread for all sockets, and one for each page that is being made; those end when they idle.
fn runtime(scrapes: usize) -> std::io::Result<Runtime> {
    runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        // One more looks for events.
        .max_blocking_threads(scrapes + 1)
        .thread_name("engram-scrape")
        .build()
}

/// Serves until `stopped`.
fn serve(
    runtime: &Runtime,
    (socket, tls): (Socket, Tls),
    builder: Builder,
    stopped: oneshot::Receiver<()>,
) {
    let limits = builder.limits;
    runtime.block_on(async {
        let Ok(listener) = socket.listener() else { return };
        let events = Events::new(builder.registry, builder.findings, limits.event_clients);
        let watch = tokio::spawn(events.clone().watch(limits.event_interval));
        let shared = Arc::new(Shared {
            access: builder.access,
            limits,
            compress: builder.compress,
            ready: builder.ready,
            scrapes: Arc::new(Scrapes::new(builder.registry, limits.scrapes)),
            events,
            tls,
            started: Instant::now(),
        });
        let connections = Connections::new(limits.connections);
        let mut served = JoinSet::new();
        tokio::select! {
            () = accept(&listener, &connections, &shared, &mut served) => {}
            _ = stopped => {}
        }
        drop(listener);
        watch.abort();
        finish(&connections, &mut served, limits.grace).await;
    });
}

/// Accepts connections for ever.
async fn accept(
    listener: &Listener,
    connections: &Arc<Connections>,
    shared: &Arc<Shared>,
    served: &mut JoinSet<()>,
) {
    /// Until descriptors, or whatever the system has too few of, may be there again.
    const PAUSE: Duration = Duration::from_millis(50);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Without a place the connection is closed at once.
                if let Some(ticket) = connections.admit() {
                    served.spawn(connection::serve(stream, peer, ticket, shared.clone()));
                }
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        while served.try_join_next().is_some() {}
    }
}

/// Lets answers under way come to their end, and closes each connection behind its answer.
async fn finish(connections: &Connections, served: &mut JoinSet<()>, grace: Duration) {
    let all = async {
        loop {
            connections.close_waiting();
            let pause = tokio::time::sleep(Duration::from_millis(10));
            tokio::select! {
                joined = served.join_next() => if joined.is_none() { return },
                () = pause => {}
            }
        }
    };
    // Those that need longer are dropped with the runtime: a scraper must not keep the process.
    let _ = tokio::time::timeout(grace, all).await;
}
