//! The two ends of the collector: what goes in is listened to, what comes out is kept.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use serde::de::DeserializeOwned;

/// What a request says, whatever it was written in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    Metrics(ExportMetricsServiceRequest),
    Logs(ExportLogsServiceRequest),
    Spans(ExportTraceServiceRequest),
}

/// Reads the next request of a connection; `None` at its end.
fn next(reader: &mut impl BufRead) -> io::Result<Option<Said>> {
    let (mut line, mut head) = (String::new(), Vec::new());
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        head.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let header = |name: &str| head.iter().find(|(it, _)| it == name).map(|(_, value)| &value[..]);
    let length = header("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = match header("content-encoding") {
        Some("gzip") => {
            let mut plain = Vec::new();
            GzDecoder::new(&body[..]).read_to_end(&mut plain)?;
            plain
        }
        Some("zstd") => zstd::stream::decode_all(&body[..])?,
        _ => body,
    };
    let is_json = header("content-type") == Some("application/json");
    Ok(Some(match path.as_str() {
        "/v1/metrics" => Said::Metrics(decoded(&body, is_json)),
        "/v1/logs" => Said::Logs(decoded(&body, is_json)),
        "/v1/traces" => Said::Spans(decoded(&body, is_json)),
        path => panic!("a request for {path}"),
    }))
}

fn decoded<T: Message + Default + DeserializeOwned>(body: &[u8], is_json: bool) -> T {
    match is_json {
        true => serde_json::from_slice(body).expect("it is JSON"),
        false => T::decode(body).expect("it is a message"),
    }
}

/// Where the collector sends to.
#[derive(Clone, Default)]
pub(super) struct Sink(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    said: Vec<Said>,
    /// So many of the next requests are not taken.
    refusals: usize,
}

impl Sink {
    /// Listens until the process ends.
    pub(super) fn start() -> (Self, SocketAddr) {
        let sink = Self::default();
        let address = serve({
            let sink = sink.clone();
            // Whatever ends a connection, the collector makes another one.
            move |stream| _ = sink.answer(stream)
        });
        (sink, address)
    }

    /// What was taken since the last look.
    pub(super) fn take(&self) -> Vec<Said> {
        std::mem::take(&mut self.lock().said)
    }

    pub(super) fn refuse(&self, refusals: usize) {
        self.lock().refusals = refusals;
    }

    fn answer(&self, stream: TcpStream) -> io::Result<()> {
        let mut writer = stream.try_clone()?;
        let mut reader = BufReader::new(stream);
        while let Some(said) = next(&mut reader)? {
            let mut kept = self.lock();
            let status = if kept.refusals > 0 {
                kept.refusals -= 1;
                "503 Service Unavailable"
            } else {
                kept.said.push(said);
                "200 OK"
            };
            drop(kept);
            let kind = "content-type: application/x-protobuf\r\ncontent-length: 0\r\n";
            write!(writer, "HTTP/1.1 {status}\r\n{kind}\r\n")?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stands in front of the collector, passes everything on, and keeps what our side says.
#[derive(Clone, Default)]
pub(super) struct Relay(Arc<Mutex<Vec<Vec<u8>>>>);

impl Relay {
    pub(super) fn start(collector: SocketAddr) -> (Self, SocketAddr) {
        let relay = Self::default();
        let address = serve({
            let relay = relay.clone();
            move |stream| relay.pass_on(stream, collector).expect("the collector listens")
        });
        (relay, address)
    }

    fn pass_on(&self, mut stream: TcpStream, collector: SocketAddr) -> io::Result<()> {
        let mut other = TcpStream::connect(collector)?;
        let (mut back, mut from) = (stream.try_clone()?, other.try_clone()?);
        let answers = thread::spawn(move || {
            // Either side may hang up first.
            let _ = io::copy(&mut from, &mut back);
            let _ = back.shutdown(Shutdown::Both);
        });
        let (mut kept, mut chunk) = (Vec::new(), [0; 4096]);
        while let Ok(read @ 1..) = stream.read(&mut chunk) {
            // Kept first: when the answer is there, so is the request.
            kept.extend_from_slice(&chunk[..read]);
            self.keep(&kept);
            other.write_all(&chunk[..read])?;
        }
        let _ = other.shutdown(Shutdown::Both);
        answers.join().expect("it does not panic");
        Ok(())
    }

    /// One connection at a time, as our exporters do it.
    fn keep(&self, connection: &[u8]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.last_mut() {
            Some(last) if connection.starts_with(last) => *last = connection.to_vec(),
            _ => all.push(connection.to_vec()),
        }
    }

    /// What was said over HTTP.
    pub(super) fn said(&self) -> Vec<Said> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let read = |bytes: &Vec<u8>| next(&mut Cursor::new(bytes)).expect("a whole request");
        all.iter().filter_map(read).collect()
    }
}

/// Serves each connection on a thread of its own, until the process ends.
fn serve(each: impl Fn(TcpStream) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let each = each.clone();
            thread::spawn(move || each(stream));
        }
    });
    address
}
