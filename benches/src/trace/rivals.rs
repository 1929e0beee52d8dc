//! The same events, told in other ways.
//!
//! `rtrb` is the bare ring: its first row has neither clock nor filter nor a thread's ring to find. The others
//! say when, as we do. A channel has no clock: it gets that of the standard library, as it would without us, and in
//! rows of their own ours, or a time that is known. `tracing` and `fastrace` read the clock themselves and take text:
//! the same content.

mod facades;

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::Mutex;
use std::time::Instant;

use crossbeam_channel::{Sender, bounded};
use engram_metrics_core::Stamp;

use super::BARE_RING;
use super::event::Activation;
use super::timing::{Contender, ROOM, take_all};
use crate::harness::fence;

/// What goes through other people's queues: a cache line, as ours.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line<T> {
    event: Activation,
    time: T,
}

const _: () = assert!(size_of::<Line<u64>>() == 64 && size_of::<Line<Instant>>() == 64);

impl<T> Line<T> {
    #[inline(always)]
    fn numbered(number: u32, time: T) -> Self {
        Self { event: Activation::numbered(number), time }
    }
}

pub(super) fn recorded(operation: &'static str) -> Vec<Contender> {
    vec![
        bare_ring(operation),
        ring_of_thread(operation),
        channel(("crossbeam-channel", operation), Instant::now),
        channel(("crossbeam-channel, our clock", operation), our_clock),
        channel(("crossbeam-channel, time known", operation), || 7_u64),
        facades::appender(("tracing + non-blocking appender", operation), true),
        facades::fastrace(operation),
    ]
}

pub(super) fn filtered_out(operation: &'static str) -> Vec<Contender> {
    vec![facades::appender(("tracing, level off", operation), false)]
}

pub(super) fn ring_full(operation: &'static str) -> Vec<Contender> {
    let (sender, receiver) = bounded(16);
    let send = move |times| {
        let _open = &receiver;
        send_all(&sender, times, our_clock);
    };
    vec![
        Contender::alone((BARE_RING, operation), push_all).after(|| push_all(ROOM as u32)),
        Contender::alone(("crossbeam-channel", operation), send),
    ]
}

pub(super) fn delivered(operation: &'static str) -> Vec<Contender> {
    let (producer, consumer) = rtrb::RingBuffer::<Line<u64>>::new(ROOM);
    let (producer, consumer) = (Mutex::new(producer), Mutex::new(consumer));
    let push = move |times| {
        let mut producer = producer.lock().expect("no panic");
        for at in 0..times {
            let _ = producer.push(Line::numbered(at, our_clock()));
            fence();
        }
    };
    let pop = move |times| {
        let mut consumer = consumer.lock().expect("no panic");
        take_all(times, || consumer.pop().map(black_box).is_ok().into());
    };
    vec![
        Contender::alone(("rtrb", operation), push).until(pop),
        channel_across(("crossbeam-channel", operation), Instant::now),
        channel_across(("crossbeam-channel, our clock", operation), our_clock),
        facades::appended(operation),
        facades::reported(operation),
    ]
}

fn our_clock() -> u64 {
    Stamp::now().ticks()
}

/// Sends so many, each with the time that `time` says.
#[inline(always)]
fn send_all<T>(sender: &Sender<Line<T>>, times: u32, time: impl Fn() -> T) {
    for at in 0..times {
        let _ = sender.try_send(Line::numbered(at, time()));
        fence();
    }
}

/// A channel that is emptied before each batch.
fn channel<T: Send + 'static>(
    name: (&'static str, &'static str),
    time: impl Fn() -> T + Sync + 'static,
) -> Contender {
    let (sender, receiver) = bounded(ROOM);
    Contender::shared(name, move |times| send_all(&sender, times, &time))
        .after(move || while receiver.try_recv().is_ok() {})
}

/// A channel to another thread.
fn channel_across<T: Send + 'static>(
    name: (&'static str, &'static str),
    time: impl Fn() -> T + Sync + 'static,
) -> Contender {
    let (sender, receiver) = bounded(ROOM);
    let send = move |times| send_all(&sender, times, &time);
    let receive =
        move |times| take_all(times, || receiver.try_recv().map(black_box).is_ok().into());
    Contender::alone(name, send).until(receive)
}

type Ring = (rtrb::Producer<Line<u64>>, rtrb::Consumer<Line<u64>>);

thread_local! {
    static RING: RefCell<Ring> = RefCell::new(rtrb::RingBuffer::new(ROOM));
}

/// Empties the ring of this thread without looking at it.
fn empty_ring() {
    RING.with_borrow_mut(|(_, consumer)| {
        let slots = consumer.slots();
        consumer.read_chunk(slots).expect("so many are there").commit_all();
    });
}

/// A push each, and nothing else: the ring is found once a batch.
fn push_all(times: u32) {
    RING.with_borrow_mut(|(producer, _)| {
        for at in 0..times {
            let _ = producer.push(Line::numbered(at, 0));
            fence();
        }
    });
}

fn bare_ring(operation: &'static str) -> Contender {
    Contender::alone((BARE_RING, operation), push_all).after(empty_ring)
}

/// The ring is found each time, and the clock is read.
fn ring_of_thread(operation: &'static str) -> Contender {
    let run = |times| {
        for at in 0..times {
            let line = Line::numbered(at, our_clock());
            RING.with_borrow_mut(|(producer, _)| _ = producer.push(line));
            fence();
        }
    };
    Contender::alone(("rtrb per thread", operation), run).after(empty_ring)
}
