//! What happens now, for people who watch.
//!
//! ```text
//!   {"v":1,"events":[{"v":1,"time":…,"kind":"search",…},…],"left_out":1234}
//! ```

use std::time::{Duration, SystemTime};

use engram_metrics_core::{Stamp, seconds_to_ticks};

use super::{Batch, SCHEMA, Sink, SinkError, json_line};
use crate::event::Event;
use crate::item::events;

/// Bytes of a message, apart from its end: what `engram-serve` takes as a finding.
pub const LIVE_BYTES: usize = 48 * 1024;

/// Hands a message to a function at intervals: the first events of each, and how many are left out.
///
/// A message is made once, however many listen; what they do with it is the function's business, which should not
/// wait. For `/events`, push it as a finding:
///
/// ```ignore
/// let live = Live::every(Duration::from_secs(1), move |message| drop(findings.push("trace", message)));
/// ```
pub struct Live<F> {
    push: F,
    interval_ticks: u64,
    /// The message so far, without its end.
    text: String,
    left_out: u64,
    sent: Option<Stamp>,
}

impl<F: FnMut(&str) + Send> Live<F> {
    /// Calls `push` with a message at most once an `interval`.
    pub fn every(interval: Duration, push: F) -> Self {
        let interval_ticks = seconds_to_ticks(interval);
        Self { push, interval_ticks, text: String::new(), left_out: 0, sent: None }
    }

    fn append<E: Event>(&mut self, batch: &Batch<'_, E>) {
        for (at, item) in batch.items().iter().enumerate() {
            if self.text.len() > LIVE_BYTES {
                self.left_out += events(&batch.items()[at..]);
                return;
            }
            let begin = format!(r#"{{"v":{SCHEMA},"events":["#);
            self.text.push_str(if self.text.is_empty() { &begin } else { "," });
            json_line(batch, item, &mut self.text);
        }
    }

    fn send(&mut self, now: Stamp) {
        if self.text.is_empty() {
            return;
        }
        self.text.push_str(&format!(r#"],"left_out":{}}}"#, self.left_out));
        // A panic in there must not make the next message begin with this one.
        let text = std::mem::take(&mut self.text);
        (self.left_out, self.sent) = (0, Some(now));
        (self.push)(&text);
        self.text = text;
        self.text.clear();
    }

    fn send_if_due(&mut self, now: Stamp) {
        let since = |sent: Stamp| now.ticks().saturating_sub(sent.ticks());
        if self.sent.is_none_or(|sent| since(sent) >= self.interval_ticks) {
            self.send(now);
        }
    }
}

impl<E: Event, F: FnMut(&str) + Send> Sink<E> for Live<F> {
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError> {
        self.append(batch);
        self.send_if_due(batch.now().1);
        Ok(())
    }

    fn round(&mut self, now: (SystemTime, Stamp)) -> Result<(), SinkError> {
        self.send_if_due(now.1);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        self.send(Stamp::now());
        Ok(())
    }
}

impl<F> std::fmt::Debug for Live<F> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Live").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}
