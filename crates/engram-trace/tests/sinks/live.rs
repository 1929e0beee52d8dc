//! Live streams.

use std::sync::{Arc, Mutex};

use engram_trace::{LIVE_BYTES, Live, Sink};
use serde_json::Value;

use super::*;

/// A live sink, and what it pushed.
fn live() -> (impl Sink<Thing>, Arc<Mutex<Vec<Value>>>) {
    let pushed: Arc<Mutex<Vec<Value>>> = Arc::default();
    let messages = pushed.clone();
    let push = move |message: &str| {
        let message = serde_json::from_str(message).expect("JSON");
        messages.lock().expect("no panic").push(message);
    };
    (Live::every(Duration::from_secs(1), push), pushed)
}

/// The batch of so many seconds after the clock began.
fn after(seconds: u64) -> (SystemTime, Stamp) {
    (now().0, Stamp::from_ticks(seconds << 30))
}

#[test]
fn there_is_a_message_at_once_and_then_one_an_interval() {
    let (mut sink, pushed) = live();
    let count = || pushed.lock().expect("no panic").len();
    let items = [traced(1), gap(2)];
    sink.deliver(&Batch::new(&items, after(10))).expect("it takes all");
    assert_eq!(count(), 1);
    sink.deliver(&Batch::new(&items, after(10))).expect("it takes all");
    sink.round(after(10)).expect("nothing is due");
    assert_eq!(count(), 1, "within the interval");
    sink.round(after(11)).expect("it takes all");
    assert_eq!(count(), 2, "also when nothing more came");
    sink.round(after(20)).expect("it takes all");
    assert_eq!(count(), 2, "nothing is no message");
    sink.deliver(&Batch::new(&items, after(11))).expect("it takes all");
    sink.flush().expect("it takes all");
    assert_eq!(count(), 3, "the rest at the end");
    let first = &pushed.lock().expect("no panic")[0];
    assert_eq!(
        (&first["events"][0]["kind"], &first["events"][1]["gap"]),
        (&"recall".into(), &2.into())
    );
}

#[test]
fn a_message_is_bounded_and_says_how_many_events_it_left_out() {
    let (mut sink, pushed) = live();
    sink.deliver(&batch(&[])).expect("nothing");
    let items: Vec<_> = (0..1000).map(traced).collect();
    sink.deliver(&batch(&items)).expect("it takes all");
    let message = &pushed.lock().expect("no panic")[0];
    assert!(message.to_string().len() < LIVE_BYTES + 1024, "{}", message.to_string().len());
    let shown = message["events"].as_array().expect("a list").len() as u64;
    assert_eq!(shown + message["left_out"].as_u64().expect("a number"), 1000);
    assert!((100..1000).contains(&shown), "{shown}");
}
