//! A sink for tests: what was delivered, to be looked at.

use std::sync::Arc;

use super::{Batch, Sink, SinkError};
use crate::event::Event;
use crate::item::Item;
use crate::sync::{Mutex, lock};

/// Keeps what it is delivered, up to a limit; beyond it, it fails.
#[derive(Debug)]
pub struct Memory<E>(Recorded<E>);

/// What a [`Memory`] was delivered.
#[derive(Debug)]
pub struct Recorded<E> {
    items: Arc<Mutex<Vec<Item<E>>>>,
    most: usize,
}

impl<E: Event> Memory<E> {
    /// A sink for at most so many items, and the view of it that a test keeps.
    #[must_use]
    pub fn keeping(most: usize) -> (Self, Recorded<E>) {
        let recorded = Recorded { items: Arc::default(), most };
        (Self(recorded.clone()), recorded)
    }
}

impl<E: Event> Recorded<E> {
    /// Takes everything that was delivered so far.
    #[must_use]
    pub fn take(&self) -> Vec<Item<E>> {
        std::mem::take(&mut *lock(&self.items))
    }

    /// How many items are there.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.items).len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<E> Clone for Recorded<E> {
    fn clone(&self) -> Self {
        Self { items: self.items.clone(), most: self.most }
    }
}

impl<E: Event> Sink<E> for Memory<E> {
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError> {
        let mut items = lock(&self.0.items);
        let room = self.0.most.saturating_sub(items.len());
        let (taken, rest) = batch.items().split_at(room.min(batch.items().len()));
        items.extend_from_slice(taken);
        if rest.is_empty() {
            return Ok(());
        }
        Err(SinkError::after(crate::item::events(taken), "the memory is full"))
    }
}
