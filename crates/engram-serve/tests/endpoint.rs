//! The endpoint as a client that we did not write sees it.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};

use engram_metrics_core::{Counter, ENABLED, Registry, Unit, metric_set};
use engram_serve::Endpoint;

metric_set! {
    struct Example {
        /// Things done.
        things: Counter = "example.things", Unit::Count("{thing}");
    }
}

static EXAMPLE: Example = Example::new();
static REGISTRY: Registry = Registry::new();

fn any_port() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// An agent that hands over every answer, whatever its status.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn url(endpoint: &Endpoint, path: &str) -> String {
    format!("http://{}{path}", endpoint.address())
}

#[test]
fn a_scrape_shows_what_was_recorded() {
    REGISTRY.register(&EXAMPLE).expect("registers once");
    let endpoint = Endpoint::start(any_port(), &REGISTRY).expect("starts");
    EXAMPLE.things.add(41);
    EXAMPLE.things.increment();
    let mut answer = agent().get(url(&endpoint, "/metrics")).call().expect("answers");
    let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
    let page = answer.body_mut().read_to_string().expect("UTF-8");
    assert_eq!(answer.status(), 200);
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    if ENABLED {
        assert!(page.contains("\nexample_things_total 42\n"), "{page}");
    } else {
        assert_eq!(page, "# telemetry is compiled out of this binary\n");
    }
}

#[test]
fn health_is_json_and_other_paths_and_methods_are_refused() {
    let endpoint = Endpoint::start(any_port(), &REGISTRY).expect("starts");
    let mut health = agent().get(url(&endpoint, "/health")).call().expect("answers");
    let body = health.body_mut().read_to_string().expect("UTF-8");
    assert!(body.starts_with("{\"status\":\"pass\""), "{body}");
    let head = agent().head(url(&endpoint, "/metrics")).call().expect("answers");
    assert_eq!(head.status(), 200);
    let missing = agent().get(url(&endpoint, "/nothing")).call().expect("answers");
    assert_eq!(missing.status(), 404);
    let post = agent().post(url(&endpoint, "/metrics")).send_empty().expect("answers");
    assert_eq!(post.status(), 405);
}

#[test]
fn a_port_in_use_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind(any_port()).expect("a free port");
    let address = taken.local_addr().expect("bound");
    let error = Endpoint::start(address, &REGISTRY).expect_err("the port is taken");
    assert!(error.to_string().contains("in use; choose another"), "{error}");
}

#[test]
fn dropping_ends_it_even_while_a_client_stays_connected() {
    let endpoint = Endpoint::start(any_port(), &REGISTRY).expect("starts");
    let address = endpoint.address();
    let mut idle = TcpStream::connect(address).expect("connects");
    idle.write_all(b"GET /metrics HTTP/1.1\r\n").expect("half a request");
    drop(endpoint);
    TcpListener::bind(address).expect("the port is free again");
}
