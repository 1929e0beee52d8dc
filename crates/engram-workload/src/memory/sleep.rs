//! Sleep: the fast store teaches the slow one.

use engram_cognitive::event::Happening;
use engram_cognitive::metrics::{Pressure, State, Transition};

use super::{BACKLOG_LOW, Changes, DAY, Memory, Step};
use crate::events::{Context, EVENTS, MemoryEvent};
use crate::telemetry::{METRICS, Operation};

/// The probability that a memory is replayed in a night.
const REPLAYED: f64 = 0.8;

/// What a night did. What became remote is an event each.
#[derive(Clone, Copy, Debug)]
pub struct Slept<'m> {
    /// What changed.
    pub changes: &'m Changes,
}

impl Memory<'_> {
    /// Sleeps until the next morning: what was replayed goes on its way to the slow store.
    ///
    /// Takes some microseconds, and allocates nothing once the memory has seen as much.
    pub fn sleep(&mut self) -> Slept<'_> {
        self.begin(DAY - self.now % DAY);
        let dreams = if self.is_stalled { 0 } else { self.episodes.len() };
        for place in 0..dreams {
            self.dream(place);
        }
        if self.is_pressed && self.backlog() <= BACKLOG_LOW {
            self.press(Pressure::Off);
        }
        let slept = Slept { changes: &self.changes };
        slept.record();
        slept
    }

    fn dream(&mut self, place: usize) {
        let episode = &mut self.episodes[place];
        episode.fade(self.now);
        if self.rng.f64() < REPLAYED {
            episode.stores.replay();
            self.changes.scheduled += 1;
        }
        match (episode.state, episode.stores.next(episode.state)) {
            (State::Recent, State::Consolidating) => self.go(place, Transition::Started),
            (State::Consolidating, State::Remote) => self.go(place, Transition::Completed),
            _ => {}
        }
    }
}

impl Slept<'_> {
    fn record(&self) {
        METRICS.operations.at(Operation::Sleep).increment();
        self.changes.record();
        let context = Context::next();
        let remote = self.changes.steps.iter().filter(|it| it.step == Transition::Completed);
        for Step { step, seconds } in remote {
            let happening = Happening::Transition(*step, *seconds as f32);
            EVENTS.record(MemoryEvent::new((happening, f32::INFINITY), context, 0));
        }
    }
}
