//! A receiver of OTLP that keeps what it is sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Path and body of each request.
type Requests = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Answers every request with success, and keeps path and body.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Requests,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = Requests::default();
        let kept = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = kept.clone();
                thread::spawn(move || while answer(&stream, &kept).is_some() {});
            }
        });
        Self { address, requests }
    }

    /// The bodies of all requests for a path, one behind the other.
    pub(crate) fn body(&self, path: &str) -> Vec<u8> {
        let requests = self.requests.lock().expect("no panic");
        let bodies = requests.iter().filter(|(asked, _)| asked == path);
        bodies.flat_map(|(_, body)| body.iter().copied()).collect()
    }
}

/// Reads one request; `None` when there is none.
fn answer(stream: &TcpStream, kept: &Mutex<Vec<(String, Vec<u8>)>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        (reader.read_line(&mut head).ok()? > 0).then_some(())?;
    }
    let path = head.split(' ').nth(1)?.to_owned();
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.trim().parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    kept.lock().expect("no panic").push((path, body));
    let answer =
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
    (&mut &*stream).write_all(answer.as_bytes()).ok()
}
