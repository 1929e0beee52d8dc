//! The endpoint as clients see it that we did not write, or that mean no good.

mod access;
mod attacks;
mod events;
mod pages;
mod starting;
#[cfg(feature = "tls")]
mod tls;

engram_metrics_core::when_enabled! { mod storms; }

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engram_metrics_core::{Counter, Registry, Unit, metric_set};
use engram_serve::{Builder, Endpoint};

metric_set! {
    struct Example {
        /// Things done.
        things: Counter = "example.things", Unit::Count("{thing}");
    }
}

fn any_port() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// A registry of its own, with a counter at 42.
fn registry() -> (&'static Registry, &'static Example) {
    let example: &'static Example = Box::leak(Box::default());
    let registry: &'static Registry = Box::leak(Box::default());
    registry.register(example).expect("registers once");
    example.things.add(42);
    (registry, example)
}

fn builder() -> Builder {
    Endpoint::builder(registry().0).listen(any_port())
}

/// An agent that hands over every answer, whatever its status.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

type Answer = ureq::http::Response<ureq::Body>;

fn get(endpoint: &Endpoint, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = agent().get(format!("http://{}{path}", endpoint.address()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.call().expect("answers")
}

fn status(endpoint: &Endpoint, path: &str, headers: &[(&str, &str)]) -> u16 {
    get(endpoint, path, headers).status().as_u16()
}

fn text(mut answer: Answer) -> String {
    answer.body_mut().read_to_string().expect("UTF-8")
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

/// A connection that gives up after a while rather than hang the test.
fn connect(endpoint: &Endpoint) -> TcpStream {
    let stream = TcpStream::connect(endpoint.address()).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    stream.set_write_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    stream
}

/// Sends what no client of ours would, and reads until the connection ends.
fn raw(endpoint: &Endpoint, request: &[u8]) -> String {
    let mut stream = connect(endpoint);
    // The endpoint may hang up before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// One at a time: what takes much memory, and who measures how much is taken.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes of memory that this process has.
#[cfg(target_os = "linux")]
fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("there on Linux");
    let pages: usize = statm.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a number");
    pages * 4096
}
