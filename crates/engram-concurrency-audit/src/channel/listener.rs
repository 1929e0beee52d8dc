//! Functions that are told of events, each on a thread of its own.
//!
//! A listener that blocks holds up nobody but itself: its events wait in a queue with a bound, and what finds
//! no room is lost and counted. A listener that panics is told of the next event as if nothing had been.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::Builder;

use super::event::Event;
use super::metrics::CHANNEL;
use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};
use crate::reentry;

/// A listener, as the monitor sees it.
#[derive(Debug)]
pub(super) struct Listener {
    events: SyncSender<Event>,
    site: Site,
}

impl Listener {
    /// Starts the thread of a listener; `None` when the system has none left.
    pub(super) fn start(act: impl FnMut(&Event) + Send + 'static, site: Site) -> Option<Self> {
        let (events, inbox) = sync_channel(ROOM);
        let builder = Builder::new().name("engram-listener".to_owned());
        builder.spawn(move || listen(&inbox, act, site)).ok()?;
        Some(Self { events, site })
    }

    /// Tells it; never waits.
    pub(super) fn tell(&self, event: &Event) {
        if let Err(TrySendError::Full(_)) = self.events.try_send(event.clone()) {
            CHANNEL.lost_events.increment();
            fail("blocks: its events find no room", self.site);
        }
    }
}

fn listen(inbox: &Receiver<Event>, mut act: impl FnMut(&Event), site: Site) {
    reentry::unaudited(|| {
        for event in inbox {
            // What the listener broke is its own: nothing of ours is borrowed meanwhile.
            if catch_unwind(AssertUnwindSafe(|| act(&event))).is_err() {
                fail("panicked", site);
            }
        }
    });
}

fn fail(what: &str, site: Site) {
    let message = format!("a listener {what}");
    AUDITOR.report_from_watcher(
        Finding::new(ErrorCode::ListenerFailed, "listener", message).at("was registered", site),
    );
}

/// Events that wait for a listener.
const ROOM: usize = 64;
