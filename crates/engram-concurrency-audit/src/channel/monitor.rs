//! Looks at all channels, again and again: the one place that knows of time.

mod report;
mod series;
mod watched;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::thread::Builder;
use std::time::{Duration, Instant};

use super::listener::Listener;
use super::record::{Channel, lock};
use super::sync::Setting;
use super::tally::Totals;
use crate::finding::Site;
use crate::gate::Live;
use crate::reentry;
use crate::sync::{Mutex, patiently};

pub use report::ChannelReport;

use watched::{Trouble, Watched};

/// The channels of the process. A source of metrics: register it to see what each of them does.
///
/// ```
/// use engram_concurrency_audit::channel::{CHANNELS, Open};
///
/// let (sender, _receiver) = Open::named("greetings").bounded(4);
/// sender.send("hello")?;
/// # engram_concurrency_audit::when_enabled! {
/// let report = CHANNELS.report().into_iter().find(|it| it.name == "greetings").unwrap();
/// assert_eq!((report.totals.sent, report.totals.depth()), (1, 1));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub static CHANNELS: ChannelValidator = ChannelValidator(Live::new(Monitor::new()));

/// Knows all channels, looks at them, and says how they do.
pub struct ChannelValidator(Live<Monitor>);

#[derive(Debug)]
struct Monitor {
    watched: Mutex<Vec<Watched>>,
    /// What the channels counted that are gone, by name.
    gone: Mutex<BTreeMap<String, Totals>>,
    listeners: Mutex<Vec<Listener>>,
    period_ms: Setting,
    thread: OnceLock<bool>,
}

impl ChannelValidator {
    /// Tells a function of each change of state, on a thread of its own. One that blocks or panics is a finding,
    /// and disturbs nobody else.
    #[track_caller]
    pub fn listen(&self, act: impl FnMut(&super::Event) + Send + 'static) {
        let site = Site::caller();
        self.0.with(|monitor| lock(&monitor.listeners).extend(Listener::start(act, site)));
    }

    /// Looks at the channels this often from now on, instead of every 100 ms; `None` for not at all.
    pub fn look_every(&self, period: Option<Duration>) {
        let millis = period.map_or(0, |period| (period.as_millis() as u64).max(1));
        self.0.with(|monitor| monitor.period_ms.store(millis));
    }

    /// Looks at all channels now, reports what is wrong, and does what their policies say. The thread that does
    /// that every 100 ms was started with the first channel.
    pub fn tick(&self, now: Instant) {
        self.0.with(|monitor| monitor.tick(now));
    }

    /// How all channels do, in the order in which they were made.
    #[must_use]
    pub fn report(&self) -> Vec<ChannelReport> {
        self.0.with(|monitor| lock(&monitor.watched).iter().map(Watched::report).collect())
    }

    /// Whether who waits for room there need not.
    pub(crate) fn has_room(&self, address: usize) -> bool {
        self.ask(address, Channel::has_room)
    }

    /// Whether who waits for a message there need not.
    pub(crate) fn has_message(&self, address: usize) -> bool {
        self.ask(address, Channel::has_message)
    }

    fn ask(&self, address: usize, is_so: fn(&Channel) -> bool) -> bool {
        let answer = self.0.with(|monitor| {
            let watched = patiently(&monitor.watched)?;
            let channel = watched.iter().find(|it| it.is_at(address))?.channel();
            Some(is_so(channel))
        });
        answer.unwrap_or_default()
    }

    pub(super) fn watch(&'static self, channel: &Arc<Channel>) {
        let Some(monitor) = self.0.get() else { return };
        lock(&monitor.watched).push(Watched::new(Arc::clone(channel)));
        monitor.thread.get_or_init(|| start(monitor));
    }
}

impl Monitor {
    const fn new() -> Self {
        Self {
            watched: Mutex::new(Vec::new()),
            gone: Mutex::new(BTreeMap::new()),
            listeners: Mutex::new(Vec::new()),
            period_ms: Setting::new(100),
            thread: OnceLock::new(),
        }
    }

    fn tick(&self, now: Instant) {
        let troubles = self.look(now);
        for trouble in troubles {
            let event = trouble.act(now);
            lock(&self.listeners).iter().for_each(|listener| {
                event.iter().for_each(|event| listener.tell(event));
            });
        }
    }

    /// What is new since the look before. Nothing is done while the list is locked.
    fn look(&self, now: Instant) -> Vec<Trouble> {
        let mut watched = lock(&self.watched);
        let mut troubles = Vec::new();
        let mut are_gone = false;
        for it in watched.iter_mut() {
            troubles.extend(it.look(now));
            are_gone |= it.is_gone();
        }
        if are_gone {
            self.bury(&mut watched);
        }
        watched::tell_starved(&mut troubles, &watched);
        troubles
    }

    /// Channels that nobody has any more leave their counts behind.
    fn bury(&self, watched: &mut Vec<Watched>) {
        let mut gone = lock(&self.gone);
        watched.retain(|it| {
            if it.is_gone() {
                let name = if gone.len() < NAMES { it.name() } else { OTHERS };
                let sum = gone.entry(name.to_owned()).or_default();
                *sum = sum.and(it.totals());
            }
            !it.is_gone()
        });
    }
}

fn start(monitor: &'static Monitor) -> bool {
    let watch = move || {
        reentry::unaudited(|| {
            loop {
                let period = monitor.period_ms.load();
                std::thread::sleep(Duration::from_millis(if period == 0 { 100 } else { period }));
                if period != 0 {
                    monitor.tick(Instant::now());
                }
            }
        });
    };
    let builder = Builder::new().name("engram-channels".to_owned());
    builder.spawn(watch).is_ok()
}

impl fmt::Debug for ChannelValidator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ChannelValidator").finish_non_exhaustive()
    }
}

/// Names of channels that are told apart in metrics; further ones share the last.
const NAMES: usize = 256;

/// What channels are called beyond [`NAMES`].
const OTHERS: &str = "other";

#[cfg(test)]
mod tests;
