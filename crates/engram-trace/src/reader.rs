//! Taking events out of the rings.

use std::fmt;
use std::sync::Arc;

use engram_metrics_core::Stamp;

use crate::event::{Event, Record};
use crate::gate::Live;
use crate::item::{Gap, Item, Traced};
use crate::lane::Found;
use crate::lanes::Lanes;

/// Takes events out of a tracer; there is one at a time. See [`Tracer::reader`](crate::Tracer::reader).
pub struct Reader<E: Event>(Live<Consumer<E>>);

struct Consumer<E: Event> {
    lanes: Arc<Lanes<Record<E>>>,
    /// Where the next round begins, so that no ring waits for ever behind another one.
    next: usize,
}

impl<E: Event> Reader<E> {
    /// The consumer of these lanes, unless there is one.
    pub(crate) fn of(lanes: Live<&Arc<Lanes<Record<E>>>>) -> Option<Self> {
        let is_taken = lanes.with(|lanes| !lanes.consume());
        let consumer =
            |lanes: &&Arc<Lanes<Record<E>>>| Consumer { lanes: Arc::clone(lanes), next: 0 };
        (!is_taken).then(|| Self(lanes.map(consumer)))
    }

    /// Appends at most `most` events to `items`, and the gaps between them; how many events. Events of one
    /// ring are in order, rings one after the other. Copies, allocates only where `items` has no room.
    pub fn drain(&mut self, most: usize, items: &mut Vec<Item<E>>) -> usize {
        let Some(consumer) = self.0.get_mut() else { return 0 };
        consumer.drain(most, items)
    }
}

impl<E: Event> Consumer<E> {
    fn drain(&mut self, most: usize, items: &mut Vec<Item<E>>) -> usize {
        let (mut count, rings) = (0, self.lanes.iter().count());
        let now = Stamp::now();
        for step in 0..rings {
            let ring = (self.next + step) % rings;
            count += self.drain_ring(ring, most - count, (now, items));
            if count == most {
                self.next = (ring + 1) % rings;
                break;
            }
        }
        count
    }

    fn drain_ring(
        &self,
        ring: usize,
        most: usize,
        (now, items): (Stamp, &mut Vec<Item<E>>),
    ) -> usize {
        let lane = self.lanes.lane(ring);
        let mut sequence = lane.sequence();
        let ring = ring as u32;
        let take = |found: Found<Record<E>>| match found {
            Found::Gap(lost) => {
                items.push(Item::Gap(Gap { lost, stamp: now, ring, sequence }));
                sequence = sequence.wrapping_add(lost);
            }
            Found::Value(record) => {
                items.push(Item::Event(traced(&record, ring, sequence)));
                sequence = sequence.wrapping_add(1);
            }
        };
        // SAFETY: `Lanes::consume` made this the one consumer, until it is dropped.
        unsafe { lane.drain(most, |record| record.refused, take) }
    }
}

fn traced<E: Event>(record: &Record<E>, ring: u32, sequence: u64) -> Traced<E> {
    Traced {
        event: record.event,
        stamp: Stamp::from_ticks(record.ticks),
        weight: record.weight.into(),
        ring,
        sequence,
    }
}

impl<E: Event> Drop for Consumer<E> {
    fn drop(&mut self) {
        self.lanes.leave();
    }
}

impl<E: Event> fmt::Debug for Reader<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Reader").finish_non_exhaustive()
    }
}
