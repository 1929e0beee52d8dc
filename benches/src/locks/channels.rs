//! Messages through a channel with room for a thousand: in one thread, and from one to another.

use std::time::Instant;

use engram_concurrency_audit::channel;

use crate::harness::{self, Contender, Outcome, contender};
use crate::peers::ENGRAM;

/// What ours wrap.
pub(super) const WRAPPED: &str = "crossbeam-channel";

/// One thread sends, another one receives: time per message.
pub(super) const BETWEEN: &str = "channel_1p1c";

const CAPACITY: usize = 1024;

/// Of each contender, and messages in one.
const ROUNDS: usize = 31;
const MESSAGES: u64 = 50_000;

/// A message, sent and received by one thread.
pub(super) fn pairs(operation: &'static str) -> Vec<Contender> {
    let (sender, receiver) = channel::bounded::<u64>(CAPACITY);
    // A handle belongs to one thread at a time, and so does a contender of one thread.
    let ours = std::sync::Mutex::new((sender, receiver));
    let run = move |times: u32| {
        let Ok(handles) = ours.lock() else { return };
        let (sender, receiver) = &*handles;
        for at in 0..times {
            let sent = sender.send(u64::from(at)).is_ok();
            let received = receiver.recv().is_ok();
            assert!(sent && received, "both ends are there");
            harness::fence();
        }
    };
    let (sender, receiver) = crossbeam_channel::bounded::<u64>(CAPACITY);
    vec![
        Contender { name: ENGRAM, operation, threads: 1, run: Box::new(run) },
        contender!(WRAPPED, operation, |at| {
            let sent = sender.send(u64::from(at)).is_ok();
            let received = receiver.recv().is_ok();
            assert!(sent && received, "both ends are there");
        })
        .alone(),
    ]
}

/// From one thread to another.
pub(super) fn measure_between() -> Vec<Outcome> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for is_ours in [round % 2 == 0, round % 2 == 1] {
            if is_ours {
                let (sender, receiver) = channel::bounded::<u64>(CAPACITY);
                let send = move |number| sender.send(number).is_ok();
                ours.push(between(send, || receiver.recv().ok()));
            } else {
                let (sender, receiver) = crossbeam_channel::bounded::<u64>(CAPACITY);
                let send = move |number| sender.send(number).is_ok();
                theirs.push(between(send, || receiver.recv().ok()));
            }
        }
    }
    vec![outcome(ENGRAM, ours), outcome(WRAPPED, theirs)]
}

/// Nanoseconds per message.
fn between(send: impl Fn(u64) -> bool + Send, receive: impl Fn() -> Option<u64>) -> f64 {
    std::thread::scope(|scope| {
        let started = Instant::now();
        scope.spawn(move || {
            let all_sent = (0..MESSAGES).all(send);
            assert!(all_sent, "the receiver is there until all is sent");
        });
        let sum: u64 = std::iter::from_fn(receive).sum();
        assert_eq!(sum, MESSAGES * (MESSAGES - 1) / 2, "each message arrives once");
        started.elapsed().as_nanos() as f64 / MESSAGES as f64
    })
}

fn outcome(name: &'static str, mut rounds: Vec<f64>) -> Outcome {
    rounds.sort_by(f64::total_cmp);
    Outcome {
        name,
        operation: BETWEEN,
        threads: 1,
        median_ns: rounds[rounds.len() / 2],
        p99_ns: None,
        allocations: None,
        peak_bytes: 0,
    }
}
