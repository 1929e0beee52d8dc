//! A server that answers each request as its script says, and keeps what it was sent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// What a server does with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    /// Answers with this status and header line.
    Status(u16, &'static str),
    /// Hangs up before it has answered.
    HangUp,
    /// Hangs up in the middle of the head of its answer.
    Half,
    /// Answers nothing for as long as the client waits.
    Silence,
}

pub(crate) const OK: Reply = Reply::Status(200, "");

#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    /// Method and path.
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// A running server; its script is over when it has answered so often.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Receiver<Request>,
}

impl Server {
    pub(crate) fn start(script: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let (sender, requests) = mpsc::channel();
        let script = script.to_vec();
        thread::spawn(move || {
            for reply in script {
                let (stream, request) = next(&listener);
                let _ = sender.send(request);
                answer(stream, reply);
            }
        });
        Self { url, requests }
    }

    /// What arrived, in its order.
    pub(crate) fn requests(self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }
}

/// The next request that is one: on a busy machine a client may give up before it has sent it all.
fn next(listener: &TcpListener) -> (TcpStream, Request) {
    loop {
        let (stream, _) = listener.accept().expect("a client");
        if let Ok(request) = read(&stream) {
            return (stream, request);
        }
    }
}

fn read(stream: &TcpStream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let first = line(&mut reader)?;
    let mut headers = BTreeMap::new();
    while let Some((name, value)) = line(&mut reader)?.split_once(": ") {
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let len = headers.get("content-length").map_or(0, |it| it.parse().expect("a length"));
    let mut body = vec![0; len];
    reader.read_exact(&mut body)?;
    Ok(Request { line: first.trim_end_matches(" HTTP/1.1").to_owned(), headers, body })
}

/// A line of a head, which has an end.
fn line(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let line = line.strip_suffix("\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    Ok(line.to_owned())
}

fn answer(mut stream: TcpStream, reply: Reply) {
    match reply {
        Reply::Status(status, header) => {
            let said = format!("answer {status}\n");
            let len = said.len();
            let head =
                format!("HTTP/1.1 {status} x\r\n{header}content-length: {len}\r\n\r\n{said}");
            let _ = stream.write_all(head.as_bytes());
        }
        Reply::Half => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-le");
        }
        Reply::Silence => {
            // Returns when the client hangs up.
            let _ = stream.read(&mut [0]);
        }
        Reply::HangUp => {}
    }
}
