//! Clients that mean no good: the endpoint goes on answering, and its memory does not grow.

use super::*;

#[test]
fn a_head_of_ten_megabytes_is_refused_without_being_kept() {
    let _turn = turn();
    let endpoint = builder().start().expect("starts");
    let mut request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nx: ".to_vec();
    request.resize(10 * 1024 * 1024, b'a');
    let before = resident_bytes();
    let answer = raw(&endpoint, &request);
    let grown = resident_bytes().saturating_sub(before);
    // Hanging up while bytes arrive may reset the connection before the client has read why.
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert!(grown < 8 * 1024 * 1024, "{grown} bytes more");
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(100));
    assert!(raw(&endpoint, many.as_bytes()).starts_with("HTTP/1.1 431"));
    assert_eq!(status(&endpoint, "/metrics", &[]), 200);
}

#[test]
fn a_body_is_refused_without_being_read() {
    let endpoint = builder().start().expect("starts");
    let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\nabc";
    let answer = raw(&endpoint, request);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn a_client_that_never_finishes_its_request_is_let_go() {
    let endpoint = builder().request_timeout(Duration::from_millis(200)).start().expect("starts");
    let mut slow = connect(&endpoint);
    slow.write_all(b"GET /metrics HTTP/1.1\r\nhost:").expect("half a request");
    let mut rest = Vec::new();
    // Ends at all: the client's own time-out is a hundred times as long.
    slow.read_to_end(&mut rest).expect("the endpoint closes the connection");
    assert_eq!(status(&endpoint, "/metrics", &[]), 200);
}

#[test]
fn a_thousand_connections_that_wait_keep_nobody_out() {
    let _turn = turn();
    let endpoint = builder().max_connections(64).start().expect("starts");
    let before = resident_bytes();
    let mut open = Vec::new();
    for at in 0..1_000 {
        let mut stream = connect(&endpoint);
        // Half of them drip a request, the others say nothing.
        if at % 2 == 0 {
            let _ = stream.write_all(b"GET /metrics HTTP/1.1\r\nx: ");
        }
        open.push(stream);
        if at % 100 == 99 {
            assert_eq!(status(&endpoint, "/metrics", &[]), 200, "behind {at} others");
        }
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 16 * 1024 * 1024, "{grown} bytes more");
    assert_eq!(status(&endpoint, "/livez", &[]), 200);
}
