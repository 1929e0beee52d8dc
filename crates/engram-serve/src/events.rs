//! `/events`: what changed in the registry, as server-sent events.
//!
//! ```text
//!   event: all        every series, to begin with and after `lagged`
//!   event: changed    those that changed since the event before
//!   event: lagged     so many events, or findings, were missed
//!   event: …          what the application has to tell: see `Findings`
//!   data: {"time":1700000000.123,"series":{"cache.lookups{outcome=\"hit\"}":3}}
//! ```
//! One task looks at the registry for all clients, and only while there are any. Each client may be
//! [`KEPT`] events behind; then it is told that it lagged, and gets everything again. An event is at most
//! 1 MiB: series that have no place in it are counted under `left_out`.

mod state;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use engram_metrics_core::Registry;
use hyper::body::Bytes;
use hyper::{Response, StatusCode};
use tokio::sync::broadcast;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::{self, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::answer::{Answer, Piece, answer, say};
use crate::findings::Findings;
use crate::metrics::{METRICS, Rejected};
use state::State;

/// Events that a client may be behind.
const KEPT: usize = 8;

/// Everybody who listens to one registry.
#[derive(Debug)]
pub(crate) struct Events {
    registry: &'static Registry,
    findings: Findings,
    state: Mutex<State>,
    sender: broadcast::Sender<Bytes>,
    places: Arc<Semaphore>,
}

impl Events {
    pub(crate) fn new(
        registry: &'static Registry,
        findings: Findings,
        clients: usize,
    ) -> Arc<Self> {
        let (sender, _) = broadcast::channel(KEPT);
        let places = Arc::new(Semaphore::new(clients));
        Arc::new(Self { registry, findings, state: Mutex::default(), sender, places })
    }

    /// Looks at the registry once an interval, for as long as the endpoint runs.
    pub(crate) async fn watch(self: Arc<Self>, interval: Duration) {
        let mut ticks = tokio::time::interval(interval);
        loop {
            ticks.tick().await;
            if self.sender.receiver_count() > 0 {
                let events = self.clone();
                // Off the thread that answers: a large registry takes milliseconds.
                let _ = tokio::task::spawn_blocking(move || events.look()).await;
            }
        }
    }

    /// Sends what changed, if something did.
    fn look(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = state.changed(self.registry, SystemTime::now()) {
            // An error means that the last client has gone.
            let _ = self.sender.send(event.into());
        }
    }

    /// Everything, as it was when it was looked at last.
    fn all(&self) -> Bytes {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.all(SystemTime::now()).into()
    }
}

/// Answers a client that wants to hear of changes.
pub(crate) fn subscribe(events: &Arc<Events>, is_head: bool) -> Response<Answer> {
    const KIND: &str = "text/event-stream";
    if is_head {
        return answer(StatusCode::OK, KIND, Answer::unsaid());
    }
    let Ok(place) = events.places.clone().try_acquire_owned() else {
        METRICS.rejected.at(Rejected::Busy).increment();
        return say(StatusCode::SERVICE_UNAVAILABLE, "as many listen as may\n");
    };
    let (sender, pieces) = mpsc::channel(1);
    // Before the answer, so that no finding behind it is missed.
    let findings = events.findings.listen();
    tokio::spawn(pass_on(events.clone(), findings, sender, place));
    answer(StatusCode::OK, KIND, Answer::pieces(pieces))
}

/// Passes events on until the client has gone.
async fn pass_on(
    events: Arc<Events>,
    mut findings: Receiver<Bytes>,
    sender: Sender<Piece>,
    place: OwnedSemaphorePermit,
) {
    let first = events.clone();
    // The registry is looked at first: nobody may have listened for a long time.
    let _ = tokio::task::spawn_blocking(move || first.look()).await;
    let mut changes = events.sender.subscribe();
    let mut next = events.all();
    loop {
        let is_gone = tokio::select! {
            () = sender.closed() => true,
            sent = sender.send(Piece::Bytes(next)) => sent.is_err(),
        };
        if is_gone {
            break;
        }
        let received = tokio::select! {
            // Findings do not wait for what merely changed.
            biased;
            () = sender.closed() => break,
            finding = findings.recv() => finding.or_else(|error| missed(error, "findings")),
            change = changes.recv() => {
                let told = |lagged: Bytes| [lagged, events.all()].concat().into();
                change.or_else(|error| missed(error, "missed").map(told))
            }
        };
        let Ok(event) = received else { break };
        next = event;
    }
    drop(place);
}

/// What a client is told that was too slow; an error when there will be no more events.
fn missed(error: RecvError, what: &str) -> Result<Bytes, RecvError> {
    let RecvError::Lagged(missed) = error else { return Err(error) };
    METRICS.lagged.add(missed);
    Ok(format!("event: lagged\ndata: {{\"{what}\":{missed}}}\n\n").into())
}
