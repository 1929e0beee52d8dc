//! How an endpoint is to be, and what is wrong with that.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engram_metrics_core::Registry;

use crate::access::Access;
use crate::endpoint::{DEFAULT_PORT, Endpoint};
use crate::findings::Findings;

/// Says whether the application is ready, or why not.
pub(crate) type Ready = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// An endpoint to be. Whatever is wrong with it, [`start`](Self::start) says.
#[derive(Clone)]
pub struct Builder {
    pub(crate) registry: &'static Registry,
    pub(crate) listen: Listen,
    pub(crate) access: Access,
    pub(crate) limits: Limits,
    pub(crate) compress: Option<bool>,
    pub(crate) ready: Option<Ready>,
    pub(crate) findings: Findings,
    /// The files of the certificate and of its key.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    /// The first thing that was wrong.
    wrong: Option<StartError>,
}

/// Where an endpoint listens.
#[derive(Clone, Debug)]
pub(crate) enum Listen {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// What an endpoint takes upon itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) connections: usize,
    pub(crate) scrapes: usize,
    pub(crate) event_clients: usize,
    pub(crate) event_interval: Duration,
    /// For a request to arrive.
    pub(crate) request: Duration,
    /// For an answer to be taken.
    pub(crate) answer: Duration,
    /// For answers under way when the endpoint ends.
    pub(crate) grace: Duration,
}

/// The shortest time between two events: more often, looking would cost more than what it shows.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

impl Builder {
    pub(crate) fn new(registry: &'static Registry) -> Self {
        Self {
            registry,
            listen: Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT))),
            access: Access::default(),
            limits: Limits {
                connections: 256,
                scrapes: 4,
                event_clients: 16,
                event_interval: Duration::from_secs(1),
                request: Duration::from_secs(20),
                answer: Duration::from_secs(10),
                grace: Duration::from_secs(2),
            },
            compress: None,
            ready: None,
            findings: Findings::new(),
            #[cfg(feature = "tls")]
            tls: None,
            wrong: None,
        }
    }

    /// Listens on an address; port 0 takes any free port. The default is port [`DEFAULT_PORT`] of the
    /// loopback address.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Listen::Tcp(address);
        self
    }

    /// Listens on a Unix socket. Who may connect is who may write to the file; a socket that is left over
    /// from a process that ended is replaced.
    #[must_use]
    pub fn unix(mut self, path: impl Into<PathBuf>) -> Self {
        self.listen = Listen::Unix(path.into());
        self
    }

    /// Wants this token from clients: `Authorization: Bearer …`. `/livez` and `/readyz` answer without.
    #[must_use]
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        let token = token.into();
        if let Err(why) = check_secret(&token) {
            return self.wrong("the bearer token", why);
        }
        self.access.bearer(token);
        self
    }

    /// Wants this user and password from clients: `Authorization: Basic …`. `/livez` and `/readyz` answer
    /// without.
    #[must_use]
    pub fn basic_auth(mut self, user: &str, password: &str) -> Self {
        if user.contains(':') {
            return self.wrong("the user", "a colon ends it");
        }
        if password.is_empty() {
            return self.wrong("the password", "it is empty");
        }
        self.access.basic(user, password);
        self
    }

    /// Answers clients of this network, such as `10.0.0.0/8`, or of one address; and of all others that are
    /// allowed. Without any, all networks may ask.
    #[must_use]
    pub fn allow(mut self, network: &str) -> Self {
        let address = || network.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
        match network.parse().or_else(|_| address()) {
            Ok(network) => self.access.allow(network),
            Err(_) => {
                return self.wrong("the network", format!("{network:?} is not like 10.0.0.0/8"));
            }
        }
        self
    }

    /// Connections at one time, 256 by default.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.limits.connections = connections;
        self.at_least_one(connections, "the number of connections")
    }

    /// Scrapes at one time, 4 by default; each takes up to 256 KiB, whatever the size of the page.
    #[must_use]
    pub fn max_scrapes(mut self, scrapes: usize) -> Self {
        self.limits.scrapes = scrapes;
        self.at_least_one(scrapes, "the number of scrapes")
    }

    /// Listeners of `/events` at one time, 16 by default; each takes some kilobytes, and has to have a place among
    /// the connections.
    #[must_use]
    pub fn max_listeners(mut self, listeners: usize) -> Self {
        self.limits.event_clients = listeners;
        self.at_least_one(listeners, "the number of listeners")
    }

    /// How long a client may take to send a request, 20 s by default; a connection that is kept open ends
    /// after the same time without one.
    #[must_use]
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.limits.request = limit;
        self.not_zero(limit, "the time for a request")
    }

    /// How long a client may take to receive an answer, 10 s by default. One that says by
    /// `X-Prometheus-Scrape-Timeout-Seconds` that it waits for less gets less.
    #[must_use]
    pub fn answer_timeout(mut self, limit: Duration) -> Self {
        self.limits.answer = limit;
        self.not_zero(limit, "the time for an answer")
    }

    /// How long dropping the endpoint waits for answers under way, 2 s by default.
    #[must_use]
    pub fn grace(mut self, limit: Duration) -> Self {
        self.limits.grace = limit;
        self
    }

    /// How often `/events` tells what changed: every second by default, at most ten times a second.
    #[must_use]
    pub fn event_interval(mut self, interval: Duration) -> Self {
        if interval < SHORTEST_INTERVAL {
            return self.wrong("the interval of events", "it is shorter than 100 ms");
        }
        self.limits.event_interval = interval;
        self
    }

    /// Compresses pages for clients that ask for it, or never. By default it is done for clients on other
    /// machines: on the loopback address it costs more than what it saves.
    #[must_use]
    pub fn compress(mut self, always: bool) -> Self {
        self.compress = Some(always);
        self
    }

    /// What `/readyz` and `/health` ask. It is called for each request, so it reads and does not measure.
    #[must_use]
    pub fn ready(mut self, ready: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.ready = Some(Arc::new(ready));
        self
    }

    /// Answers over TLS alone, with the certificates of one PEM file, that of the endpoint first, and the key of
    /// another. They are read once, when the endpoint starts: start another one when they were renewed.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some((certificate.into(), key.into()));
        self
    }

    /// Passes on at `/events` what is pushed to `findings`.
    #[must_use]
    pub fn findings(mut self, findings: &Findings) -> Self {
        self.findings = findings.clone();
        self
    }

    /// Starts the endpoint.
    ///
    /// # Errors
    /// When something that was said here cannot be, or the address cannot be listened on.
    pub fn start(self) -> Result<Endpoint, StartError> {
        match self.wrong {
            Some(wrong) => Err(wrong),
            None => Endpoint::run(self),
        }
    }

    fn at_least_one(self, number: usize, what: &'static str) -> Self {
        if number == 0 { self.wrong(what, "it is 0") } else { self }
    }

    fn not_zero(self, limit: Duration, what: &'static str) -> Self {
        if limit.is_zero() { self.wrong(what, "it is 0") } else { self }
    }

    fn wrong(mut self, what: &'static str, why: impl Into<String>) -> Self {
        self.wrong.get_or_insert(StartError::Setting { what, why: why.into() });
        self
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("access", &self.access)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A secret has to fit into a header.
fn check_secret(secret: &str) -> Result<(), &'static str> {
    match secret {
        "" => Err("it is empty"),
        _ if !secret.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err("it has a space, a line feed or something else that no header can carry")
        }
        _ => Ok(()),
    }
}

/// Why an endpoint did not start.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[non_exhaustive]
    Listen {
        /// Where it was to listen.
        listen: String,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// A setting that cannot be.
    #[non_exhaustive]
    Setting {
        /// Which one.
        what: &'static str,
        /// Why not.
        why: String,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { listen, source } => {
                write!(out, "cannot listen on {listen}")?;
                match source.kind() {
                    io::ErrorKind::AddrInUse => {
                        write!(out, ": it is in use; choose another port, or 0 for any free one")
                    }
                    io::ErrorKind::PermissionDenied => {
                        write!(out, ": not permitted; ports below 1024 need privileges")
                    }
                    _ => Ok(()),
                }
            }
            Self::Setting { what, why } => write!(out, "{what} cannot be used: {why}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(&**source),
            Self::Setting { .. } => None,
        }
    }
}
