//! Every kind of channels keeps the same promises: what goes in comes out in order, and is counted; who has no
//! room, no message or nobody at the other end is told.

#![cfg(feature = "channels")]
#![expect(clippy::unwrap_used, reason = "a channel that breaks its promise fails the test")]

use std::time::Duration;

use engram_concurrency_audit::ENABLED;
use engram_concurrency_audit::channel::{
    Crossbeam, Open, Plain, RecvTimeoutError, SendError, Totals, Transport, TryRecvError,
    TrySendError,
};

const SHORT: Duration = Duration::from_millis(2);

/// Sends from four threads into a channel of any room, and receives everything.
fn conserves<B: Transport>(capacity: Option<usize>)
where
    B::Sender<(u64, u64)>: 'static,
{
    let open = Open::named("numbers").over::<B>();
    let (sender, receiver) = match capacity {
        Some(capacity) => open.bounded(capacity),
        None => open.unbounded(),
    };
    let producers: Vec<_> = (0..4)
        .map(|producer| {
            let sender = sender.clone();
            let send = move || (0..500).for_each(|number| sender.send((producer, number)).unwrap());
            std::thread::spawn(send)
        })
        .collect();
    drop(sender);
    let mut next = [0; 4];
    for (producer, number) in &receiver {
        assert_eq!(number, next[producer as usize], "in the order of their producer");
        next[producer as usize] += 1;
    }
    producers.into_iter().for_each(|producer| producer.join().unwrap());
    assert_eq!(next, [500; 4]);
    let Totals { sent, received, dropped, lost, .. } = receiver.totals();
    let counted = if ENABLED { (2000, 2000, 0, 0) } else { (0, 0, 0, 0) };
    assert_eq!((sent, received, dropped, lost), counted);
}

fn says_what_is_wrong<B: Transport>() {
    let (sender, receiver) = Open::named("one").over::<B>().bounded(1);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(receiver.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
    sender.try_send(1).unwrap();
    assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(receiver.recv(), Ok(1));
    sender.send(3).unwrap();
    drop(sender);
    assert_eq!(receiver.recv_timeout(SHORT), Ok(3));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(receiver.recv_timeout(SHORT), Err(RecvTimeoutError::Closed));
    assert!(receiver.recv().is_err());

    for capacity in [Some(1), None] {
        let open = Open::named("nobody").over::<B>();
        let (sender, receiver) = match capacity {
            Some(capacity) => open.bounded(capacity),
            None => open.unbounded(),
        };
        drop(receiver);
        assert_eq!(sender.send(7), Err(SendError(7)));
        assert_eq!(sender.try_send(8), Err(TrySendError::Closed(8)));
    }
}

/// A producer that has to wait for room gets it.
fn waits_for_room<B: Transport>()
where
    B::Sender<u64>: 'static,
{
    let (sender, receiver) = Open::named("narrow").over::<B>().bounded(1);
    let producer = std::thread::spawn(move || (0..20).for_each(|it| sender.send(it).unwrap()));
    for number in 0..20 {
        // Longer than the producer looks for room before it blocks.
        std::thread::sleep(SHORT);
        assert_eq!(receiver.recv(), Ok(number));
    }
    producer.join().unwrap();
    assert_eq!(receiver.totals().sent, if ENABLED { 20 } else { 0 });
}

fn knows_its_depth<B: Transport>(knows: bool) {
    let (sender, receiver) = Open::named("deep").over::<B>().bounded(4);
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    assert_eq!(receiver.depth(), knows.then_some(2));
}

macro_rules! keeps_its_promises {
    ($(#[$on:meta])* $name:ident, $kind:ty, $knows_its_depth:literal) => {
        $(#[$on])*
        #[test]
        fn $name() {
            for capacity in [Some(1), Some(64), None] {
                conserves::<$kind>(capacity);
            }
            says_what_is_wrong::<$kind>();
            waits_for_room::<$kind>();
            knows_its_depth::<$kind>($knows_its_depth);
        }
    };
}

keeps_its_promises!(channels_of_crossbeam_keep_their_promises, Crossbeam, true);
keeps_its_promises!(channels_of_the_standard_library_keep_their_promises, Plain, false);
keeps_its_promises!(
    #[cfg(feature = "flume")]
    channels_of_flume_keep_their_promises,
    engram_concurrency_audit::channel::Flume,
    true
);
keeps_its_promises!(
    #[cfg(feature = "tokio")]
    channels_of_tokio_keep_their_promises,
    engram_concurrency_audit::channel::Tokio,
    true
);

/// Polls a future until it is ready, on this thread.
#[cfg(feature = "tokio")]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::park();
    }
}

#[cfg(feature = "tokio")]
#[test]
fn tasks_wait_for_room_and_for_messages_and_are_counted() {
    use engram_concurrency_audit::channel::Tokio;

    for capacity in [Some(1), None] {
        let open = Open::named("tasks").over::<Tokio>();
        let (mut sender, mut receiver) = match capacity {
            Some(capacity) => open.bounded(capacity),
            None => open.unbounded(),
        };
        let producer = std::thread::spawn(move || {
            block_on(async {
                for number in 0..200 {
                    sender.send_async(number).await.unwrap();
                }
            });
        });
        let received = block_on(async {
            let mut received = Vec::new();
            while let Ok(number) = receiver.recv_async().await {
                received.push(number);
            }
            received
        });
        producer.join().unwrap();
        assert_eq!(received, (0..200).collect::<Vec<_>>());
        let totals = receiver.totals();
        let counted = if ENABLED { (200, 200) } else { (0, 0) };
        assert_eq!((totals.sent, totals.received), counted);
    }
}
