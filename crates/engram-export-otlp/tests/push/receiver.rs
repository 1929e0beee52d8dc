//! A receiver of OTLP over HTTP: strict about what it is sent, and as unreliable as its script says.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, number_data_point};
use prost::Message;
use serde::de::DeserializeOwned;

use super::faults::Fault;

/// A number for each series; of a histogram, for its count and its sum.
pub(crate) type Totals = HashMap<String, u64>;

/// A receiver that listens until the process ends.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// What came, and what is to happen.
#[derive(Default)]
pub(crate) struct State {
    /// What happens to the next requests; when it is empty, all is well.
    pub(crate) script: VecDeque<Fault>,
    /// What the answer of a refusal says besides.
    pub(crate) retry_after: Option<String>,
    /// What was taken.
    pub(crate) received: Totals,
    /// What was in requests whose fate the sender cannot know.
    pub(crate) in_doubt: Totals,
    /// The headers of each request.
    pub(crate) headers: Vec<HashMap<String, String>>,
    /// What was not as it should be.
    pub(crate) errors: Vec<String>,
    /// Connections that never get an answer.
    hung: Vec<TcpStream>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || {
                    // Whoever breaks off is tested, not the receiver.
                    let _ = serve(stream, &shared);
                });
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1/metrics", self.address)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads one request and does what the script says.
fn serve(stream: TcpStream, shared: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (headers, body) = read(&mut reader)?;
    let mut stream = reader.into_inner();
    let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let fault = state.script.pop_front().unwrap_or(Fault::Ok);
    let is_json = headers.get("content-type").is_some_and(|it| it == "application/json");
    let rejected = state.take(headers, &body, fault);
    let retry_after = state.retry_after.clone();
    if matches!(fault, Fault::HangTaken | Fault::HangLost) {
        state.hung.push(stream);
        return Ok(());
    }
    drop(state);
    if fault == Fault::Slow {
        thread::sleep(Duration::from_millis(5));
    }
    stream.write_all(&answer((fault, rejected), retry_after, is_json))
}

impl State {
    /// Takes what it may; how many points it does not want.
    fn take(&mut self, headers: HashMap<String, String>, body: &[u8], fault: Fault) -> i64 {
        let mut rejected = if fault == Fault::Warn { 3 } else { 0 };
        let read = unpacked(&headers, body).and_then(|body| content(&headers, &body));
        match read {
            Ok((mut content, is_delta)) => {
                if fault == Fault::Part {
                    let before = content.len();
                    content.retain(|series, _| series != UNWANTED);
                    rejected = (before - content.len()) as i64;
                }
                if fault.takes() {
                    add(&mut self.received, &content, is_delta);
                }
                if fault.is_in_doubt() {
                    add(&mut self.in_doubt, &content, true);
                }
            }
            Err(error) => self.errors.push(error),
        }
        self.headers.push(headers);
        rejected
    }
}

/// The series that a receiver leaves out that takes only a part.
pub(crate) const UNWANTED: &str = "unwanted";

fn read(reader: &mut impl BufRead) -> std::io::Result<(HashMap<String, String>, Vec<u8>)> {
    let mut headers = HashMap::new();
    headers.insert("request".to_owned(), line(reader)?);
    while let Some((name, value)) = line(reader)?.split_once(": ") {
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok((headers, body))
}

/// A line of a head. One without its end is no request: the sender has given up in the middle of it.
fn line(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let line = line.strip_suffix("\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    Ok(line.to_owned())
}

fn answer((fault, rejected): (Fault, i64), retry_after: Option<String>, is_json: bool) -> Vec<u8> {
    let message = |status: &str, extra: &str, body: &[u8]| {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{extra}\r\n");
        [head.as_bytes(), body].concat()
    };
    let warning = ExportMetricsServiceResponse {
        partial_success: Some(ExportMetricsPartialSuccess {
            rejected_data_points: rejected,
            error_message: "too old".to_owned(),
        }),
    };
    let retry_after = retry_after.map_or(String::new(), |it| format!("retry-after: {it}\r\n"));
    match fault {
        Fault::Ok | Fault::Slow => message("200 OK", "", &[]),
        Fault::Warn | Fault::Part if is_json => {
            message("200 OK", "", &serde_json::to_vec(&warning).expect("it is JSON"))
        }
        Fault::Warn | Fault::Part => message("200 OK", "", &warning.encode_to_vec()),
        Fault::Refuse => message("503 Service Unavailable", &retry_after, b"later"),
        Fault::Reject => message("400 Bad Request", "", b"never"),
        Fault::Truncate => b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_vec(),
        Fault::HangTaken | Fault::HangLost | Fault::Restart => Vec::new(),
    }
}

fn unpacked(headers: &HashMap<String, String>, body: &[u8]) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    match headers.get("content-encoding").map(String::as_str) {
        None => return Ok(body.to_vec()),
        Some("gzip") => flate2::read::GzDecoder::new(body).read_to_end(&mut unpacked),
        Some("zstd") => {
            zstd::stream::copy_decode(body, &mut unpacked).map_err(|it| it.to_string())?;
            Ok(0)
        }
        Some(other) => return Err(format!("content-encoding {other}")),
    }
    .map_err(|error| error.to_string())?;
    Ok(unpacked)
}

/// What is in a request that is as the specification asks, and whether that is to be added up.
fn content(headers: &HashMap<String, String>, body: &[u8]) -> Result<(Totals, bool), String> {
    if body.len() > 4 << 20 {
        return Err(format!("{} bytes", body.len()));
    }
    let is_json = match headers.get("content-type").map(String::as_str) {
        Some("application/json") => true,
        Some("application/x-protobuf") => false,
        other => return Err(format!("content-type {other:?}")),
    };
    match headers["request"].as_str() {
        "POST /v1/metrics HTTP/1.1" => {
            let request: ExportMetricsServiceRequest = decoded(body, is_json)?;
            if request.resource_metrics.iter().any(|it| it.resource.is_none()) {
                return Err("no resource".to_owned());
            }
            let body = request.encode_to_vec();
            Ok((totals(&body), is_delta(&body)))
        }
        "POST /v1/logs HTTP/1.1" => {
            let request: ExportLogsServiceRequest = decoded(body, is_json)?;
            let scopes = request.resource_logs.into_iter().flat_map(|it| it.scope_logs);
            let count = scopes.map(|it| it.log_records.len() as u64).sum();
            Ok((Totals::from([("log records".to_owned(), count)]), true))
        }
        "POST /v1/traces HTTP/1.1" => {
            let request: ExportTraceServiceRequest = decoded(body, is_json)?;
            let scopes = request.resource_spans.into_iter().flat_map(|it| it.scope_spans);
            let count = scopes.map(|it| it.spans.len() as u64).sum();
            Ok((Totals::from([("spans".to_owned(), count)]), true))
        }
        other => Err(other.to_owned()),
    }
}

fn decoded<T: Message + Default + DeserializeOwned>(body: &[u8], is_json: bool) -> Result<T, String> {
    if is_json {
        serde_json::from_slice(body).map_err(|error| error.to_string())
    } else {
        T::decode(body).map_err(|error| error.to_string())
    }
}

pub(crate) fn is_delta(body: &[u8]) -> bool {
    let delta = AggregationTemporality::Delta as i32;
    data(body).iter().any(|(_, data)| match data {
        Data::Sum(it) => it.aggregation_temporality == delta,
        Data::ExponentialHistogram(it) => it.aggregation_temporality == delta,
        _ => false,
    })
}

fn data(body: &[u8]) -> Vec<(String, Data)> {
    let request = ExportMetricsServiceRequest::decode(body).expect("a request");
    let scopes = request.resource_metrics.into_iter().flat_map(|it| it.scope_metrics);
    scopes.flat_map(|it| it.metrics).filter_map(|it| Some((it.name, it.data?))).collect()
}

/// The number of each series of a request.
pub(crate) fn totals(body: &[u8]) -> Totals {
    let mut totals = Totals::new();
    for (name, data) in data(body) {
        match data {
            Data::Sum(sum) => {
                for point in sum.data_points {
                    let Some(number_data_point::Value::AsInt(value)) = point.value else {
                        panic!("{point:?} is no integer")
                    };
                    let series = format!("{name}{}", labels(&point.attributes));
                    assert!(totals.insert(series, value as u64).is_none(), "a series twice");
                }
            }
            Data::ExponentialHistogram(histogram) => {
                for point in histogram.data_points {
                    let name = format!("{name}{}", labels(&point.attributes));
                    let buckets = point.positive.map_or(0, |it| it.bucket_counts.iter().sum());
                    assert_eq!(buckets + point.zero_count, point.count);
                    totals.insert(format!("{name} count"), point.count);
                    totals.insert(format!("{name} sum"), point.sum.expect("a sum") as u64);
                }
            }
            _ => {}
        }
    }
    totals
}

fn labels(attributes: &[KeyValue]) -> String {
    let text = |it: &KeyValue| match it.value.as_ref().and_then(|it| it.value.as_ref()) {
        Some(Value::StringValue(text)) => format!(" {text}"),
        other => panic!("{other:?} is no text"),
    };
    attributes.iter().map(text).collect()
}

/// Adds what was taken: a delta to what is there, a total in the place of one that is smaller. A request that its
/// sender has given up may be read after the next one; a store goes by the time of its points then.
pub(crate) fn add(received: &mut Totals, content: &Totals, is_delta: bool) {
    for (series, value) in content {
        let place = received.entry(series.clone()).or_default();
        *place = if is_delta { *place + value } else { (*place).max(*value) };
    }
}
