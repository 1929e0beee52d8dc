//! Rows of channels.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier as Plain};
use std::time::{Duration, Instant};

use engram_concurrency_audit::channel::{
    Action, CHANNELS, ChannelPolicy, Open, QosClass, RawReceiver, RawSender, Receiver, RecvError,
    RecvTimeoutError, SendError, Sizing, State, Thresholds, Transport, TryRecvError, TrySendError,
    bounded, unbounded,
};
use engram_concurrency_audit::{AUDITOR, ErrorCode, Mutex, spawn};

use super::Expected::{Cycle, Quiet, Report, Warning};
use super::Row;
use super::stage::{expect_deadlock, keep, mark, until};

rows! {
    h01_sends_when_nobody_receives, Warning("E0201");
    h02_the_receiver_leaves_messages_behind, Warning("E0202");
    h03_the_consumer_holds_a_sender, Report("E0203", "ERROR");
    h03_the_producer_forgot_its_sender, Warning("E0204");
    h04_both_send_first, Cycle("E0104", "ERROR-ACTUAL", 2);
    h05_a_slow_consumer, Warning("E0205");
    h05_a_consumer_that_stopped, Warning("E0206");
    h06_idle_producers, Quiet;
    h07_a_burst, Quiet;
    h09_matched_pairs, Quiet;
    h10_only_grows, Warning("E0208");
    h11_what_goes_in_comes_out, Quiet;
    h11_a_channel_that_loses_messages, Report("E0209", "ERROR");
    h12_waits_with_a_timeout, Quiet;
    h13_a_lock_and_a_full_channel, Report("E0104", "ERROR-ACTUAL");
    h13_a_lock_and_an_empty_channel, Report("E0104", "ERROR-ACTUAL");
    h14_an_arm_that_is_never_served, Warning("E0207");
    h15_drops_the_oldest, Warning("E0206");
    h16_a_listener_that_panics, Warning("E0211");
    h16_a_listener_that_blocks, Warning("E0211");
    h17_a_capacity_above_the_class, Warning("E0210");
    w07_the_receiver_wants_the_lock_first, Report("E0104", "ERROR-ACTUAL");
}

/// Everything ten times sooner than in programs at work, looked at when the row says so, at the time that it says.
fn soon() -> ChannelPolicy {
    CHANNELS.look_every(None);
    ChannelPolicy::default().thresholds(Thresholds::production().sooner(10))
}

fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

/// The time of the audit, which passes as the row wants.
pub(super) struct Time(Instant);

impl Time {
    pub(super) fn begin() -> Self {
        Self(Instant::now())
    }

    /// So many milliseconds pass, in steps of five.
    pub(super) fn pass(&mut self, millis: u64) {
        for _ in 0..millis.div_ceil(5) {
            self.0 += Duration::from_millis(5);
            CHANNELS.tick(self.0);
        }
    }

    /// Time passes until something is so, while the other threads go on; if it never is, the verdict says so.
    pub(super) fn pass_until(&mut self, is_so: impl Fn() -> bool) {
        until(|| {
            self.pass(5);
            is_so()
        });
    }

    fn pass_until_found(&mut self, code: ErrorCode) {
        self.pass_until(|| is_found(code));
    }
}

fn is_found(code: ErrorCode) -> bool {
    AUDITOR.findings().iter().any(|finding| finding.code == code)
}

fn h01_sends_when_nobody_receives() {
    let (sender, receiver) = bounded(4);
    drop(receiver);
    for _ in 0..3 {
        mark();
        let _ = sender.send(1);
    }
    let report = CHANNELS.report();
    assert_eq!(report[0].totals.closed_sends, 3);
    assert_eq!(AUDITOR.findings().len(), 1);
    let sites = &AUDITOR.findings()[0].sites;
    assert!(sites.iter().all(|place| place.site.file().ends_with("channels.rs")));
    assert_eq!(sites.len(), 2);
}

fn h02_the_receiver_leaves_messages_behind() {
    let (sender, receiver) = bounded(4);
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    receiver.recv().unwrap();
    drop(receiver);
    let report = CHANNELS.report();
    assert_eq!((report[0].totals.lost, report[0].closures[0].undelivered), (1, 1));
}

fn h03_the_consumer_holds_a_sender() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).unbounded();
    let again = sender.clone();
    std::thread::spawn(move || {
        for job in receiver {
            if job == 1 {
                again.send(2).unwrap();
            }
        }
    });
    sender.send(1).unwrap();
    drop(sender);
    Time::begin().pass_until_found(ErrorCode::SelfHeldSender);
}

fn h03_the_producer_forgot_its_sender() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).unbounded();
    std::thread::spawn(move || {
        sender.send(1).unwrap();
        std::mem::forget(sender);
    })
    .join()
    .unwrap();
    std::thread::spawn(move || for _ in receiver {});
    Time::begin().pass_until_found(ErrorCode::LeakedSender);
}

fn h04_both_send_first() {
    let ((to_a, of_a), (to_b, of_b)) = (bounded(1), bounded(1));
    let met = Arc::new(Plain::new(2));
    for (sender, receiver) in [(to_a, of_b), (to_b, of_a)] {
        let met = Arc::clone(&met);
        spawn(move || {
            sender.send(0).unwrap();
            met.wait();
            receiver.recv().unwrap();
            met.wait();
            sender.send(1).unwrap();
            met.wait();
            let _blocks = (mark(), sender.send(2).unwrap());
            receiver.recv().unwrap();
        });
    }
    expect_deadlock();
}

fn h05_a_slow_consumer() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).bounded(10);
    let mut time = Time::begin();
    for _ in 0..300 {
        while sender.try_send(1).is_ok() {}
        time.pass(5);
        receiver.recv().unwrap();
    }
    assert!(is_found(ErrorCode::Backpressure) && !is_found(ErrorCode::Stalled));
    std::mem::forget(receiver);
}

fn h05_a_consumer_that_stopped() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).bounded(10);
    (0..5).for_each(|job| sender.send(job).unwrap());
    receiver.recv().unwrap();
    Time::begin().pass(300);
    (0..4).for_each(|_| _ = receiver.recv().unwrap());
}

fn h06_idle_producers() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).bounded::<u8>(10);
    let other = sender.clone();
    let (idle, is_over) = std::sync::mpsc::channel::<()>();
    let idles = spawn(move || {
        let _ = is_over.recv();
        drop(other);
    });
    let consumer = spawn(move || receiver.iter().count());
    sender.send(1).unwrap();
    until(|| CHANNELS.report()[0].totals.received == 1);
    Time::begin().pass(1000);
    drop((sender, idle));
    idles.join().unwrap();
    consumer.join().unwrap();
}

fn h07_a_burst() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).bounded(100);
    let mut time = Time::begin();
    (0..100).for_each(|job| sender.send(job).unwrap());
    // Full, but not for long.
    time.pass(50);
    (0..100).for_each(|_| _ = receiver.recv().unwrap());
    time.pass(300);
}

fn h09_matched_pairs() {
    let (sender, receiver) = Open::named("hand-over").policy(soon()).bounded(0);
    let consumer = spawn(move || receiver.iter().count());
    let mut time = Time::begin();
    for number in 0..200 {
        sender.send(number).unwrap();
        if number % 50 == 0 {
            time.pass(60);
        }
    }
    drop(sender);
    assert_eq!(consumer.join().unwrap(), 200);
}

fn h10_only_grows() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).unbounded();
    let mut time = Time::begin();
    for _ in 0..1000 {
        (0..20).for_each(|job| sender.send(job).unwrap());
        receiver.recv().unwrap();
        time.pass(5);
    }
    while receiver.try_recv().is_ok() {}
}

/// Four send to two: for as long as that takes the channel is full, on a busy machine for a while.
fn h11_what_goes_in_comes_out() {
    let minute = Duration::from_secs(60);
    let patient = Thresholds { patience: minute, stall: minute, ..Thresholds::production() };
    let policy = ChannelPolicy::default().thresholds(patient);
    let (sender, receiver) = Open::named("jobs").policy(policy).bounded(16);
    let producers: Vec<_> = (0..4)
        .map(|_| {
            let sender = sender.clone();
            spawn(move || (0..5000).for_each(|job| sender.send(job).unwrap()))
        })
        .collect();
    drop(sender);
    let other = receiver.clone();
    let consumer = spawn(move || other.iter().count());
    let count = receiver.iter().count();
    producers.into_iter().for_each(|producer| producer.join().unwrap());
    assert_eq!(count + consumer.join().unwrap(), 20_000);
    let totals = receiver.totals();
    assert_eq!((totals.sent, totals.received, totals.depth()), (20_000, 20_000, 0));
}

/// A channel that loses every tenth message.
struct Leaky;

struct LeakySender<T>(crossbeam_channel::Sender<T>, Arc<AtomicUsize>);

impl<T> Clone for LeakySender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), Arc::clone(&self.1))
    }
}

struct LeakyReceiver<T>(crossbeam_channel::Receiver<T>);

impl Transport for Leaky {
    type Sender<T: Send + 'static> = LeakySender<T>;
    type Receiver<T: Send + 'static> = LeakyReceiver<T>;

    fn open<T: Send + 'static>(_: Option<usize>) -> (Self::Sender<T>, Self::Receiver<T>) {
        let (sender, receiver) = crossbeam_channel::unbounded();
        (LeakySender(sender, Arc::default()), LeakyReceiver(receiver))
    }
}

impl<T: Send> RawSender<T> for LeakySender<T> {
    fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        self.send(message).map_err(|error| TrySendError::Closed(error.0))
    }

    fn send(&self, message: T) -> Result<(), SendError<T>> {
        match self.1.fetch_add(1, Ordering::Relaxed) % 10 {
            9 => Ok(()),
            _ => self.0.send(message).map_err(|error| SendError(error.0)),
        }
    }

    fn depth(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

impl<T: Send> RawReceiver<T> for LeakyReceiver<T> {
    fn try_recv(&self) -> Result<T, TryRecvError> {
        self.0.try_recv().map_err(|error| match error {
            crossbeam_channel::TryRecvError::Empty => TryRecvError::Empty,
            crossbeam_channel::TryRecvError::Disconnected => TryRecvError::Closed,
        })
    }

    fn recv(&self) -> Result<T, RecvError> {
        RawReceiver::recv(&self.0)
    }

    fn recv_within(&self, patience: Duration) -> Result<T, RecvTimeoutError> {
        RawReceiver::recv_within(&self.0, patience)
    }

    fn depth(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn another(&self) -> Option<Self> {
        None
    }
}

fn h11_a_channel_that_loses_messages() {
    let (sender, receiver) = Open::named("leaky").over::<Leaky>().unbounded();
    (0..100).for_each(|number| sender.send(number).unwrap());
    drop(sender);
    assert_eq!(receiver.iter().count(), 90);
    drop(receiver);
}

fn h12_waits_with_a_timeout() {
    let (sender, receiver) = Open::named("jobs").policy(soon()).bounded::<u8>(4);
    for _ in 0..60 {
        assert!(receiver.recv_timeout(Duration::from_millis(10)).is_err());
    }
    drop(sender);
}

fn h13_a_lock_and_a_full_channel() {
    let lock = keep(Mutex::new(()));
    let (sender, receiver) = bounded(1);
    let met = Arc::new(Plain::new(2));
    let other = Arc::clone(&met);
    spawn(move || {
        sender.send(0).unwrap();
        met.wait();
        let _held = lock.lock();
        sender.send(1).unwrap();
        met.wait();
        sender.send(2).unwrap();
    });
    spawn(move || {
        receiver.recv().unwrap();
        other.wait();
        other.wait();
        let _held = lock.lock();
        receiver.recv().unwrap();
    });
    expect_deadlock();
}

fn h13_a_lock_and_an_empty_channel() {
    let lock = keep(Mutex::new(()));
    let (sender, receiver) = bounded(1);
    let met = Arc::new(Plain::new(2));
    let other = Arc::clone(&met);
    spawn(move || {
        sender.send(0).unwrap();
        met.wait();
        drop(lock.lock());
        sender.send(1).unwrap();
    });
    spawn(move || {
        receiver.recv().unwrap();
        let _held = lock.lock();
        other.wait();
        receiver.recv().unwrap();
    });
    expect_deadlock();
}

fn w07_the_receiver_wants_the_lock_first() {
    let lock = keep(Mutex::new(()));
    let (sender, receiver) = bounded(1);
    let met = Arc::new(Plain::new(2));
    let other = Arc::clone(&met);
    spawn(move || {
        let _held = lock.lock();
        sender.send(0).unwrap();
        met.wait();
        sender.send(1).unwrap();
    });
    spawn(move || {
        other.wait();
        let _held = lock.lock();
        receiver.recv().unwrap();
    });
    expect_deadlock();
}

fn h14_an_arm_that_is_never_served() {
    let (sender, busy) = Open::named("busy").policy(soon()).bounded(4);
    let (other, starved) = Open::named("starved").policy(soon()).bounded(4);
    other.send(1).unwrap();
    let mut time = Time::begin();
    for _ in 0..100 {
        while sender.try_send(1).is_ok() {}
        let _ = Receiver::select(&[&busy, &starved], None);
        busy.recv().unwrap();
        time.pass(5);
    }
    std::mem::forget((busy, starved));
}

fn h15_drops_the_oldest() {
    let policy = soon().on(State::Stalled, Action::DropOldest(6));
    let (sender, receiver) = Open::named("jobs").policy(policy).bounded(8);
    receiver.try_recv().unwrap_err();
    let producer = spawn(move || {
        (0..14).for_each(|job| sender.send(job).unwrap());
        sender
    });
    until(|| receiver.depth() == Some(8));
    let mut time = Time::begin();
    time.pass(300);
    // The consumer does not come; the producer goes on all the same.
    let sender = producer.join().unwrap();
    time.pass(300);
    let report = CHANNELS.report().into_iter().next().unwrap();
    assert_eq!(report.recoveries.len(), 1, "the handler runs once: {report:?}");
    drop(sender);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), (6..14).collect::<Vec<_>>());
    let totals = receiver.totals();
    assert_eq!((totals.sent, totals.received, totals.dropped, totals.depth()), (14, 8, 6, 0));
}

fn stall(name: &str) {
    let (sender, receiver) = Open::named(name).policy(soon()).bounded(4);
    sender.send(1).unwrap();
    let is_stalled = || {
        CHANNELS.report().iter().any(|report| report.name == name && report.state == State::Stalled)
    };
    Time::begin().pass(300);
    assert!(is_stalled());
    receiver.recv().unwrap();
}

fn h16_a_listener_that_panics() {
    std::panic::set_hook(Box::new(|_| {}));
    let heard = keep(AtomicUsize::new(0));
    CHANNELS.listen(|_| panic!("of the listener"));
    CHANNELS.listen(|_| _ = heard.fetch_add(1, Ordering::Relaxed));
    stall("first");
    stall("second");
    Time::begin().pass_until_found(ErrorCode::ListenerFailed);
    until(|| heard.load(Ordering::Relaxed) >= 2);
    assert!(heard.load(Ordering::Relaxed) >= 2);
}

fn h16_a_listener_that_blocks() {
    let heard = keep(AtomicUsize::new(0));
    CHANNELS.listen(|_| pause(60_000));
    CHANNELS.listen(|_| _ = heard.fetch_add(1, Ordering::Relaxed));
    for _ in 0..70 {
        let (sender, receiver) = Open::named("dies").policy(soon()).bounded::<u8>(4);
        drop(receiver);
        let before = heard.load(Ordering::Relaxed);
        Time::begin().pass(5);
        until(|| heard.load(Ordering::Relaxed) > before);
        drop(sender);
    }
    Time::begin().pass_until_found(ErrorCode::ListenerFailed);
    stall("still looked at");
}

fn h17_a_capacity_above_the_class() {
    let realtime = ChannelPolicy::of(QosClass::Realtime);
    let _wide = Open::named("wide").policy(realtime.clone()).bounded::<u8>(1000);
    let _endless = Open::named("endless").policy(realtime.clone()).unbounded::<u8>();
    let _right = Open::named("right").policy(realtime).bounded::<u8>(8);
    let _sized = Open::here().policy(soon().sized(Sizing::between(1, 4))).bounded::<u8>(1);
    let _any = unbounded::<u8>();
    assert_eq!(AUDITOR.findings().len(), 2);
}
