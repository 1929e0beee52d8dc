//! Rows of recoveries: the consumer has stalled and the producer waits for room; each action is done once, is on
//! record, lets the producer go on, and every message is accounted for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use engram_concurrency_audit::channel::{
    Action, CHANNELS, ChannelPolicy, ChannelReport, Crossbeam, Open, Outcome, Receiver, Sender,
    Sizing, State, Thresholds, Totals, Transport,
};
use engram_concurrency_audit::spawn;

use super::Expected::Warning;
use super::Row;
use super::channels::Time;
use super::stage::until;

rows! {
    h15_drops_the_oldest_and_the_producer_goes_on, Warning("E0206");
    h15_drains_and_the_producer_goes_on, Warning("E0206");
    h15_grows_and_the_producer_goes_on, Warning("E0206");
    h15_restarts_the_consumer_and_the_producer_goes_on, Warning("E0206");
    h15_calls_and_the_producer_goes_on, Warning("E0206");
    h15_what_cannot_be_done_is_refused_and_said, Warning("E0212");
}

/// Messages of the producer, and the room that there is for them.
const MESSAGES: u64 = 14;
const ROOM: usize = 8;

fn policy(action: Action) -> ChannelPolicy {
    CHANNELS.look_every(None);
    let soon = Thresholds::production().sooner(10);
    ChannelPolicy::default().thresholds(soon).on(State::Stalled, action)
}

fn report() -> ChannelReport {
    CHANNELS.report().into_iter().next().expect("there is a channel")
}

/// A producer of more messages than there is room for; it ends although nobody receives.
fn produce<B: Transport>(sender: Sender<u64, B>)
where
    B::Sender<u64>: 'static,
{
    let producer = spawn(move || (0..MESSAGES).for_each(|message| sender.send(message).unwrap()));
    until(|| report().totals.sent == ROOM as u64);
    Time::begin().pass(300);
    producer.join().unwrap();
}

/// The one recovery that is on record, what it came to, and the totals when everything has been received.
fn finish<B: Transport>(receiver: &Receiver<u64, B>) -> (Vec<Outcome>, Vec<u64>, Totals) {
    let records = report().recoveries;
    assert!(records.iter().all(|record| record.state == State::Stalled), "{records:?}");
    let outcomes = records.iter().map(|record| record.outcome).collect();
    let received = receiver.iter().collect();
    let totals = receiver.totals();
    assert_eq!(totals.sent, totals.received + totals.dropped + totals.depth(), "{totals:?}");
    assert_eq!((totals.sent, totals.depth()), (MESSAGES, 0));
    (outcomes, received, totals)
}

fn drops_the_oldest<B: Transport>() {
    let open = Open::named("jobs").over::<B>().policy(policy(Action::DropOldest(6)));
    let (sender, receiver) = open.bounded(ROOM);
    produce(sender);
    let (outcomes, received, totals) = finish(&receiver);
    assert_eq!(outcomes, [Outcome::Dropped(6)]);
    assert_eq!((received, totals.dropped), ((6..MESSAGES).collect(), 6));
}

fn h15_drops_the_oldest_and_the_producer_goes_on() {
    drops_the_oldest::<Crossbeam>();
}

fn h15_drains_and_the_producer_goes_on() {
    let (sender, receiver) = Open::named("jobs").policy(policy(Action::Drain)).bounded(ROOM);
    produce(sender);
    let (outcomes, received, totals) = finish(&receiver);
    // What the producer sends meanwhile is drained or not, as it comes.
    assert!(matches!(outcomes[..], [Outcome::Dropped(dropped)] if dropped == totals.dropped));
    assert!(totals.dropped >= ROOM as u64, "{totals:?}");
    assert_eq!(received, (totals.dropped..MESSAGES).collect::<Vec<_>>());
}

fn h15_grows_and_the_producer_goes_on() {
    // Else backpressure comes first, and the channel is sized without a recovery.
    let soon = Thresholds::production().sooner(10);
    let patient = Thresholds { patience: Duration::from_secs(10), ..soon };
    let policy = policy(Action::Grow).thresholds(patient);
    let policy = policy.sized(Sizing::between(ROOM as u64, 64));
    let (sender, receiver) = Open::named("jobs").policy(policy).bounded(ROOM);
    produce(sender);
    let (outcomes, received, totals) = finish(&receiver);
    assert_eq!(outcomes, [Outcome::Grown(16)]);
    assert_eq!((received, totals.dropped), ((0..MESSAGES).collect(), 0));
}

fn h15_restarts_the_consumer_and_the_producer_goes_on() {
    let consumed = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&consumed);
    let restart = move |receiver: Receiver<u64>| {
        let counter = Arc::clone(&counter);
        spawn(move || receiver.iter().for_each(|_| _ = counter.fetch_add(1, Ordering::Relaxed)));
    };
    let open = Open::named("jobs").policy(policy(Action::Restart));
    let (sender, receiver) = open.restart(ROOM, restart);
    produce(sender);
    let (outcomes, received, totals) = finish(&receiver);
    assert_eq!(outcomes, [Outcome::Started]);
    let all = || consumed.load(Ordering::Relaxed) + received.len() == MESSAGES as usize;
    until(all);
    assert!(all());
    assert_eq!(totals.dropped, 0);
}

fn h15_calls_and_the_producer_goes_on() {
    // What is called makes room itself: by a receiver that was kept for it.
    let kept = Arc::new(std::sync::Mutex::new(None::<Receiver<u64>>));
    let spare = Arc::clone(&kept);
    let call = Action::call(move |event| {
        assert_eq!((event.channel.as_str(), event.to), ("jobs", State::Stalled));
        if let Some(receiver) = spare.lock().unwrap().take() {
            spawn(move || receiver.iter().count());
        }
    });
    let (sender, receiver) = Open::named("jobs").policy(policy(call)).bounded(ROOM);
    *kept.lock().unwrap() = Some(receiver.clone());
    produce(sender);
    let (outcomes, received, totals) = finish(&receiver);
    assert_eq!(outcomes, [Outcome::Started]);
    assert!(totals.received >= received.len() as u64);
    assert_eq!(totals.dropped, 0);
}

fn h15_what_cannot_be_done_is_refused_and_said() {
    // Nobody said between which bounds it may grow.
    let (sender, receiver) = Open::named("jobs").policy(policy(Action::Grow)).bounded(ROOM);
    sender.send(1).unwrap();
    Time::begin().pass(300);
    assert!(matches!(report().recoveries[0].outcome, Outcome::Refused(_)));
    assert_eq!(receiver.recv(), Ok(1));
    let totals = receiver.totals();
    assert_eq!((totals.sent, totals.received, totals.dropped), (1, 1, 0));
}
