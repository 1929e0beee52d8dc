//! A page over HTTP on the loopback address, one connection that is kept: what a scrape waits for.
//!
//! The rivals are served by axum, which is what their examples do; ours by `engram-serve`. Timed by the wall.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::routing::get;
use engram_serve::Endpoint;

use super::mix::Mix;
use super::{rivals, samples};
use crate::allocations;
use crate::harness::Outcome;
use crate::peers::ENGRAM;
use crate::peers::scrapes::{encode_fastmetrics, gather, otel};

/// Pages that each server is asked for.
const ROUNDS: usize = 200;

/// Both operations, where they are chosen.
pub(super) fn measure(is_chosen: &dyn Fn(&str) -> bool) -> Vec<Outcome> {
    let sizes = [("http_10k", Mix::SMALL, ROUNDS), ("http_100k", Mix::LARGE, ROUNDS / 4)];
    let chosen = sizes.into_iter().filter(|(name, ..)| is_chosen(name));
    chosen.flat_map(|(operation, mix, rounds)| compare(operation, mix, rounds)).collect()
}

fn compare(operation: &'static str, mix: Mix, rounds: usize) -> Vec<Outcome> {
    let mut clients: Vec<_> =
        servers(mix).into_iter().map(|(name, address)| Client::new(name, address)).collect();
    for client in &mut clients {
        client.scrape();
        samples::check(client.name, samples::lines(&client.page), mix.lines());
    }
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..rounds {
        random.shuffle(&mut clients);
        clients.iter_mut().for_each(Client::timed);
    }
    clients.into_iter().map(|client| client.outcome(operation)).collect()
}

fn servers(mix: Mix) -> Vec<(&'static str, SocketAddr)> {
    let ours = Endpoint::builder(rivals::engram(mix)).listen(([127, 0, 0, 1], 0).into()).start();
    let ours = ours.expect("a free port");
    let address = ours.address();
    // It serves until the program ends.
    std::mem::forget(ours);
    let (fast, client) = (rivals::fastmetrics(mix), rivals::prometheus_client(mix));
    let (prometheus, handle) = (rivals::prometheus(mix), rivals::metrics(mix));
    let (provider, registry) = otel();
    rivals::opentelemetry(mix, &provider);
    vec![
        (ENGRAM, address),
        ("fastmetrics", serve(move || written(|page| encode_fastmetrics(&fast, page)))),
        (
            "prometheus-client",
            serve(move || {
                written(|page| {
                    let done = prometheus_client::encoding::text::encode(page, &client);
                    done.expect("a string takes everything");
                })
            }),
        ),
        ("prometheus", serve(move || written(|page| gather(&prometheus, page)))),
        ("metrics", serve(move || handle.render())),
        (
            "opentelemetry",
            serve(move || {
                let _keep_alive = &provider;
                written(|page| gather(&registry, page))
            }),
        ),
    ]
}

fn written(write: impl FnOnce(&mut String)) -> String {
    let mut page = String::new();
    write(&mut page);
    page
}

/// Serves pages from a thread with a runtime of its own; returns where.
fn serve(page: impl Fn() -> String + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    listener.set_nonblocking(true).expect("sockets can do that");
    let page = Arc::new(page);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        runtime.expect("a runtime needs no more than memory").block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("in a runtime");
            let router = Router::new().route("/metrics", get(move || async move { page() }));
            axum::serve(listener, router).await.expect("it does not end");
        });
    });
    address
}

/// One connection to one server.
struct Client {
    name: &'static str,
    stream: BufReader<TcpStream>,
    page: Vec<u8>,
    took: Vec<f64>,
}

impl Client {
    fn new(name: &'static str, address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("sockets can do that");
        Self {
            name,
            stream: BufReader::with_capacity(1 << 16, stream),
            page: Vec::new(),
            took: Vec::new(),
        }
    }

    fn timed(&mut self) {
        let started = Instant::now();
        self.scrape();
        self.took.push(started.elapsed().as_nanos() as f64);
    }

    /// Asks for a page and reads it to its end, of known length or in chunks.
    fn scrape(&mut self) {
        let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
        self.stream.get_mut().write_all(request).expect("the server is alive");
        let mut length = None;
        assert!(self.line().contains("200"), "{} refuses", self.name);
        loop {
            let line = self.line().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            let value = line.strip_prefix("content-length:");
            length = length.or_else(|| value.and_then(|it| it.trim().parse().ok()));
        }
        self.page.clear();
        match length {
            Some(length) => self.read(length),
            None => self.chunks(),
        }
    }

    fn chunks(&mut self) {
        loop {
            let length = usize::from_str_radix(&self.line(), 16).expect("a chunk has a length");
            self.read(length);
            self.line();
            if length == 0 {
                return;
            }
        }
    }

    fn read(&mut self, length: usize) {
        let before = self.page.len();
        self.page.resize(before + length, 0);
        self.stream.read_exact(&mut self.page[before..]).expect("the server is alive");
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("the server is alive");
        line.trim_end().to_owned()
    }

    fn outcome(mut self, operation: &'static str) -> Outcome {
        let peak_bytes = allocations::peak(|| self.scrape());
        self.took.sort_by(f64::total_cmp);
        let at = |share: f64| self.took[((self.took.len() - 1) as f64 * share).round() as usize];
        Outcome {
            name: self.name,
            operation,
            threads: 1,
            median_ns: at(0.5),
            p99_ns: Some(at(0.99)),
            allocations: None,
            peak_bytes,
        }
    }
}
