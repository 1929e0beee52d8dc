//! `/metrics`: a page that is made while it is sent.
//!
//! ```text
//!   encoder ── 64 KiB ──► compress ── channel of 4 parts ──► hyper ──► client
//!   a thread that may wait                                   the endpoint's thread
//! ```
//! The encoder's 64 KiB stay its own from page to page. Of what is copied from there, in parts of 16 KiB, one is with
//! the encoder's thread, four are in the channel, and one with hyper behind a rest of the one before: a page that is not
//! compressed takes less than 128 KiB besides, however long it is. More parts would be fewer times that two threads
//! wait for each other. A slow client makes the encoder wait, so that a page is never in memory as a whole. What the
//! encoder visits waits with it: a source must not hold a lock of its own while it is collected.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use engram_export_prom::negotiate::{self, Coding};
use engram_export_prom::{Format, Names};
use engram_metrics_core::Registry;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
    VARY,
};
use hyper::{Method, Response, StatusCode, Uri};
use tokio::sync::mpsc::{self, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::answer::{Answer, Piece, answer, say};
use crate::compress::{CODINGS, Compress};
use crate::metrics::{METRICS, Rejected};
use crate::pool::Pool;

/// How long a Prometheus waits for a page.
const TIMEOUT: HeaderName = HeaderName::from_static("x-prometheus-scrape-timeout-seconds");

/// Bytes of a page that are copied at once.
const PART_BYTES: usize = 16 * 1024;

/// So many of them may wait to be sent.
const PARTS: usize = 4;

/// What scrapes share.
#[derive(Debug)]
pub(crate) struct Scrapes {
    pub(crate) registry: &'static Registry,
    pub(crate) pool: Pool,
    pub(crate) permits: Arc<Semaphore>,
}

/// What a client asked for.
struct Wish {
    format: Format,
    coding: Coding,
    names: Names,
}

impl Scrapes {
    pub(crate) fn new(registry: &'static Registry, most: usize) -> Self {
        Self { registry, pool: Pool::new(most), permits: Arc::new(Semaphore::new(most)) }
    }
}

/// Answers a scrape; `compress` says whether that is worth it for this client.
pub(crate) fn scrape(
    scrapes: &Arc<Scrapes>,
    (method, uri): (&Method, &Uri),
    headers: &HeaderMap,
    compress: bool,
) -> Response<Answer> {
    let Some(wish) = wish(uri, headers, compress) else { return not_acceptable() };
    let mut response = answer(StatusCode::OK, wish.format.content_type(), Answer::unsaid());
    let varies = HeaderValue::from_static("Accept, Accept-Encoding");
    response.headers_mut().insert(VARY, varies);
    if let Some(name) = wish.coding.name() {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    if *method == Method::HEAD {
        return response;
    }
    let Ok(permit) = scrapes.permits.clone().try_acquire_owned() else { return busy() };
    let (sender, pieces) = mpsc::channel(PARTS);
    let scrapes = scrapes.clone();
    tokio::task::spawn_blocking(move || page(&scrapes, wish, &sender, permit));
    response.map(|_| Answer::pieces(pieces))
}

fn wish(uri: &Uri, headers: &HeaderMap, compress: bool) -> Option<Wish> {
    let format = negotiate::format(list(headers, &ACCEPT).as_deref())?;
    // What is not offered may still be the only thing that a client takes.
    let accepted = list(headers, &ACCEPT_ENCODING);
    let offered = if compress { CODINGS } else { &[Coding::Identity] };
    let coding = negotiate::coding(accepted.as_deref(), offered)
        .or_else(|| negotiate::coding(accepted.as_deref(), CODINGS))?;
    let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
    let names = pairs.filter(|(key, _)| key == "name[]").map(|(_, name)| name.into_owned());
    Some(Wish { format, coding, names: Names::only(names) })
}

/// All lines of a header as one list.
fn list(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).iter().filter_map(|it| it.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// How long this client waits for an answer.
pub(crate) fn patience(headers: &HeaderMap, limit: Duration) -> Duration {
    let seconds = headers.get(TIMEOUT).and_then(|it| it.to_str().ok()?.parse().ok());
    let said = seconds.and_then(|it| Duration::try_from_secs_f64(it).ok());
    said.filter(|said| !said.is_zero()).map_or(limit, |said| said.min(limit))
}

fn not_acceptable() -> Response<Answer> {
    METRICS.rejected.at(Rejected::NotAcceptable).increment();
    let formats = Format::ALL.map(Format::content_type).join("\n");
    say(StatusCode::NOT_ACCEPTABLE, format!("{formats}\nas they are, or gzip, or zstd\n"))
}

fn busy() -> Response<Answer> {
    METRICS.rejected.at(Rejected::Busy).increment();
    let text = "as many scrapes as there may be are going on\n";
    let mut response = say(StatusCode::SERVICE_UNAVAILABLE, text);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// Makes a page. The permit is given back when all of it was taken, or the client is gone.
fn page(scrapes: &Scrapes, wish: Wish, sender: &Sender<Piece>, permit: OwnedSemaphorePermit) {
    let timer = METRICS.scrape_duration.start();
    let mut encoder = scrapes.pool.take(wish.format, wish.names);
    let mut compress = Compress::new(wish.coding);
    let mut bytes = 0;
    encoder.encode(scrapes.registry, |piece| {
        bytes += piece.len() as u64;
        for part in piece.chunks(PART_BYTES) {
            let pushed =
                compress.as_mut().map_err(|_| ()).and_then(|it| it.push(part).map_err(drop));
            let sent = pushed.and_then(|it| it.map_or(Ok(()), |it| send(sender, it)));
            if sent.is_err() {
                // The rest of the page is made for nobody, which is quick, because nothing waits any more.
                compress = Err(io::ErrorKind::BrokenPipe.into());
            }
        }
    });
    scrapes.pool.give_back(encoder);
    METRICS.page_bytes.add(bytes);
    // Without an end the client sees that it has not got everything.
    if let Ok(rest) = compress.and_then(Compress::finish)
        && send(sender, rest).is_ok()
    {
        let _ = sender.blocking_send(Piece::End);
    }
    timer.stop();
    drop(permit);
}

/// Waits until there is room. An error means that the client is gone.
fn send(sender: &Sender<Piece>, bytes: Vec<u8>) -> Result<(), ()> {
    let is_empty = bytes.is_empty();
    if is_empty { Ok(()) } else { sender.blocking_send(Piece::Bytes(bytes.into())).map_err(drop) }
}
