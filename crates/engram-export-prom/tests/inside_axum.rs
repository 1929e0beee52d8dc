//! The example inside an axum application, asked over HTTP.

#[expect(dead_code, reason = "the example's own address is not used")]
#[path = "../examples/inside_axum.rs"]
mod example;

use std::io::{Read, Write};
use std::net::TcpStream;

/// Asks on another thread, because the application runs on this one.
fn ask(address: std::net::SocketAddr, path: &str, accept: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connects");
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: x\r\naccept: {accept}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("asks");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    answer
}

#[tokio::test]
async fn an_application_serves_the_page_beside_its_own_paths() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let client = std::thread::spawn(move || {
        let ordered = ask(address, "/order", "*/*");
        assert!(ordered.ends_with("thank you\n"), "{ordered}");
        let wish = "application/openmetrics-text;version=1.0.0";
        [
            ask(address, "/metrics", "*/*"),
            ask(address, "/metrics", wish),
            ask(address, "/metrics", "image/png"),
        ]
    });
    let application = example::application().expect("registers");
    let asked = tokio::task::spawn_blocking(move || client.join().expect("no panic"));
    let pages = tokio::select! {
        pages = asked => pages.expect("no panic"),
        ended = axum::serve(listener, application) => panic!("it ended: {ended:?}"),
    };
    let [text, open, refused] = pages;
    assert!(text.contains("text/plain; version=0.0.4; charset=utf-8\r\n"), "{text}");
    assert!(
        open.contains("application/openmetrics-text; version=1.0.0") && open.ends_with("# EOF\n"),
        "{open}"
    );
    assert!(refused.starts_with("HTTP/1.1 406"), "{refused}");
    if engram_metrics_core::ENABLED {
        assert!(text.ends_with("shop_orders_total 1\n"), "{text}");
    }
}
