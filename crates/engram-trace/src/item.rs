//! What comes out of a tracer.

use engram_metrics_core::{Label, Stamp};

use crate::event::Event;

/// One thing that a sink is handed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item<E> {
    /// Something that was recorded.
    Event(Traced<E>),
    /// Something that was not.
    Gap(Gap),
}

/// An event, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traced<E> {
    /// As it was recorded.
    pub event: E,
    /// When.
    pub stamp: Stamp,
    /// How many events it stands for: 1 without sampling. A sum over weights is, on average, the sum over
    /// everything that was offered.
    pub weight: f64,
    /// The ring that it went through. One thread at a time uses a ring, and events of a ring are in order.
    pub ring: u32,
    /// Its number in that ring, refused ones counted.
    pub sequence: u64,
}

/// Events that a full ring refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// How many.
    pub lost: u64,
    /// When the gap was found.
    pub stamp: Stamp,
    /// The ring.
    pub ring: u32,
    /// The number of the first of them.
    pub sequence: u64,
}

impl<E> Item<E> {
    /// The event; `None` for a gap.
    pub const fn event(&self) -> Option<&Traced<E>> {
        match self {
            Self::Event(event) => Some(event),
            Self::Gap(_) => None,
        }
    }
}

impl<E: Event> Traced<E> {
    /// The name of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        let kind = self.event.kind().index();
        <E::Kind as Label>::VALUES.get(kind).copied().unwrap_or_default()
    }
}

/// How many events are among items.
pub(crate) fn events<E>(items: &[Item<E>]) -> u64 {
    items.iter().filter(|item| item.event().is_some()).count() as u64
}
