//! How an endpoint starts and ends.

use std::net::TcpListener;
use std::os::unix::net::UnixStream;

use super::*;

#[test]
fn a_port_in_use_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind(any_port()).expect("a free port");
    let address = taken.local_addr().expect("bound");
    let error = builder().listen(address).start().expect_err("the port is taken");
    assert!(error.to_string().contains("in use; choose another"), "{error}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[test]
fn a_setting_that_cannot_be_is_an_error_at_start() {
    for (builder, expected) in [
        (builder().bearer_token(""), "the bearer token cannot be used: it is empty"),
        (builder().bearer_token("a\nb"), "the bearer token cannot be used: it has a space"),
        (builder().basic_auth("a:b", "c"), "the user cannot be used: a colon"),
        (builder().basic_auth("a", ""), "the password cannot be used"),
        (builder().allow("10.0.0/33"), "\"10.0.0/33\" is not like 10.0.0.0/8"),
        (builder().max_connections(0), "the number of connections cannot be used: it is 0"),
        (builder().max_scrapes(0), "the number of scrapes"),
        (builder().request_timeout(Duration::ZERO), "the time for a request"),
        (builder().answer_timeout(Duration::ZERO), "the time for an answer"),
        (builder().event_interval(Duration::from_millis(1)), "shorter than 100 ms"),
        (builder().allow("x").max_scrapes(0), "the network"),
    ] {
        let error = builder.start().expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn dropping_ends_it_even_while_a_client_stays_connected() {
    let endpoint = builder().start().expect("starts");
    let address = endpoint.address();
    let mut idle = connect(&endpoint);
    idle.write_all(b"GET /metrics HTTP/1.1\r\n").expect("half a request");
    drop(endpoint);
    TcpListener::bind(address).expect("the port is free again");
}

#[test]
fn a_unix_socket_answers_is_replaced_when_left_over_and_goes_with_the_endpoint() {
    let path = std::env::temp_dir().join(format!("engram-serve-{}.sock", std::process::id()));
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket that is left over"));
    let endpoint = builder().unix(&path).start().expect("replaces it");
    let taken = builder().unix(&path).start().expect_err("somebody listens");
    assert!(taken.to_string().contains("in use"), "{taken}");
    let mut stream = UnixStream::connect(&path).expect("connects");
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("asks");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    drop(endpoint);
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_no_socket_is_not_replaced() {
    let path = std::env::temp_dir().join(format!("engram-serve-{}.txt", std::process::id()));
    std::fs::write(&path, "precious").expect("a file");
    let error = builder().unix(&path).start().expect_err("a file is there");
    assert!(error.to_string().contains("in use"), "{error}");
    assert_eq!(std::fs::read(&path).expect("still there"), b"precious");
    std::fs::remove_file(&path).expect("removes it");
}
