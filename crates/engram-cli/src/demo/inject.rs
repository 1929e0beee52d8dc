//! `engram demo --inject`: a mistake on purpose, found while the engine runs, and over when it is found.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::ValueEnum;
use engram_concurrency_audit::atomic::{ATOMICS, Ordering, WatchedU64, Watching};
use engram_concurrency_audit::channel::{
    Action as Remedy, CHANNEL, CHANNELS, ChannelPolicy, Open, State, Thresholds,
};
use engram_concurrency_audit::{
    AUDIT, AUDITOR, Action, ENABLED, ErrorCode, LOCKS, Mutex, Policy, spawn,
};
use engram_metrics_core::Registry;

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Fault {
    /// Two threads wait for each other; one is let go.
    Deadlock,
    /// Two threads take two locks in both orders, one after the other.
    Inversion,
    /// A consumer stops; the oldest messages are dropped until it comes back.
    Stall,
    /// Two threads load, compute and store; one result is lost.
    LostUpdate,
}

/// Shows on the page what the auditors count.
pub(super) fn register(registry: &'static Registry) -> Result<()> {
    registry.register(&AUDIT)?;
    registry.register(&LOCKS)?;
    registry.register(&CHANNEL)?;
    registry.register(&CHANNELS)?;
    Ok(())
}

impl Fault {
    /// Makes the mistake, which writes its finding to the standard error stream.
    ///
    /// # Errors
    /// When the finding is not made.
    pub(super) fn make(self) -> Result<()> {
        AUDITOR.set_policy(Policy::production().with_action(Action::Break));
        if !ENABLED {
            eprintln!("inject: the audit is compiled out, nothing is found");
            return Ok(());
        }
        let code = match self {
            Self::Deadlock => deadlock(),
            Self::Inversion => inversion(),
            Self::Stall => stall(),
            Self::LostUpdate => lost_update(),
        };
        let is_found = AUDITOR.findings().iter().any(|finding| finding.code == code);
        ensure!(is_found, "the injected fault was not found: {code} {} is missing", code.title());
        eprintln!("inject: {code} {} was found, and is over", code.title());
        Ok(())
    }
}

fn deadlock() -> ErrorCode {
    let (accounts, ledger) = (Mutex::new(()), Mutex::new(()));
    let met = Barrier::new(2);
    thread::scope(|scope| {
        for (outer, inner) in [(&accounts, &ledger), (&ledger, &accounts)] {
            scope.spawn(|| {
                let _outer = outer.lock();
                met.wait();
                // Whoever is told that it deadlocks gives up, and lets the other one go on.
                let _inner = inner.lock_or_break();
            });
        }
    });
    ErrorCode::Deadlock
}

fn inversion() -> ErrorCode {
    static ACCOUNTS: Mutex<()> = Mutex::new(());
    static LEDGER: Mutex<()> = Mutex::new(());
    for (outer, inner) in [(&ACCOUNTS, &LEDGER), (&LEDGER, &ACCOUNTS)] {
        let nest = move || {
            let _outer = outer.lock();
            let _inner = inner.lock();
        };
        // The second order is only ever taken when the first is over: nothing blocks.
        let _ = spawn(nest).join();
    }
    ErrorCode::OrderInversion
}

fn stall() -> ErrorCode {
    let policy = ChannelPolicy::default()
        .thresholds(Thresholds::production().sooner(10))
        .on(State::Stalled, Remedy::DropOldest(8));
    let (sender, receiver) = Open::named("injected").policy(policy).bounded(8);
    let producer = spawn(move || (0..16).all(|message| sender.send(message).is_ok()));
    let started = Instant::now();
    while receiver.totals().dropped == 0 && started.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(10));
    }
    let received = receiver.iter().count() as u64;
    let _ = producer.join();
    let totals = receiver.totals();
    eprintln!(
        "inject: {} sent = {received} received + {} dropped, {} inside",
        totals.sent,
        totals.dropped,
        totals.depth()
    );
    ErrorCode::Stalled
}

fn lost_update() -> ErrorCode {
    let mean = WatchedU64::new(100);
    let met = Barrier::new(2);
    ATOMICS.watch(Watching::All);
    thread::scope(|scope| {
        for sample in [10, 20] {
            let (mean, met) = (&mean, &met);
            scope.spawn(move || {
                // Relaxed: the mistake is not the ordering.
                let before = mean.load(Ordering::Relaxed);
                met.wait();
                // Relaxed: as above.
                mean.store((before * 9 + sample) / 10, Ordering::Relaxed);
            });
        }
    });
    ATOMICS.watch(Watching::Ledger);
    ErrorCode::LostUpdate
}

/// How long the channel may take to be found stalled.
const PATIENCE: Duration = Duration::from_secs(10);
