//! A bounded queue between one thread that pushes and one that pops.
//!
//! ```text
//!            head                tail            positions only grow; slot = position & mask
//!   ┌───┬───┬─▼─┬───┬───┬───┬───┬─▼─┬───┐
//!   │   │   │ a │ b │ c │ d │ e │   │   │        the slots from head up to tail are the consumer's,
//!   └───┴───┴───┴───┴───┴───┴───┴───┴───┘        the others the producer's
//! ```
//!
//! | who         | writes               | reads of the other                                      |
//! |-------------|----------------------|---------------------------------------------------------|
//! | producer    | slots, `tail`        | `head`, only when the room that it knows of is used up   |
//! | consumer    | `head`               | `tail`, once a batch                                     |
//!
//! A push is a comparison, the copy of a value and a store. The two sides are two lines apart, so that neither
//! slows down the other while it works. A ring that is full refuses: the newest value is lost, never one that
//! the consumer may be reading.
//!
//! Who is producer and who is consumer may change, as long as the change itself is ordered: see `lane`.

use std::mem::MaybeUninit;
use std::ptr;

use crate::sync::{Apart, AtomicPtr, Ordering, Owned, UnsafeCell, order};

/// A queue of at most `capacity` values, whose memory comes with its first producer.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    producer: Apart<Producer<T>>,
    consumer: Apart<Consumer>,
    /// A power of two.
    capacity: u64,
}

/// What the producer writes.
#[derive(Debug)]
struct Producer<T> {
    /// The position behind the last value.
    tail: Owned,
    /// The position up to which there is room, as far as the producer knows.
    limit: Owned,
    /// Null until there was a producer.
    slots: AtomicPtr<Slot<T>>,
}

/// What the consumer writes.
#[derive(Debug)]
struct Consumer {
    /// The position of the first value.
    head: Owned,
}

/// A place for a value.
#[derive(Debug)]
struct Slot<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: a slot is written by the producer and read by the consumer, never at the same time: the stores of
// `tail` and `head` hand it over. Values are `Copy + Send`, so they may end up in another thread.
unsafe impl<T: Copy + Send> Sync for Ring<T> {}
// SAFETY: as above.
unsafe impl<T: Copy + Send> Send for Ring<T> {}

impl<T: Copy> Ring<T> {
    /// An empty ring without memory.
    pub(crate) fn new(capacity: usize) -> Self {
        assert!(capacity.is_power_of_two(), "a power of two, so that a mask finds the slot");
        let producer = Producer {
            tail: Owned::new(),
            limit: Owned::new(),
            slots: AtomicPtr::new(ptr::null_mut()),
        };
        Self {
            producer: Apart(producer),
            consumer: Apart(Consumer { head: Owned::new() }),
            capacity: capacity as u64,
        }
    }

    /// Makes the memory if there is none; says whether there is some now. `Some(true)` when it is new.
    ///
    /// # Safety
    /// The caller is the producer.
    pub(crate) unsafe fn prepare(&self) -> Option<bool> {
        // Relaxed: only producers store it, and one sees what those before it did.
        if !self.producer.0.slots.load(Ordering::Relaxed).is_null() {
            return Some(false);
        }
        let mut slots: Vec<Slot<T>> = Vec::new();
        slots.try_reserve_exact(self.capacity as usize).ok()?;
        // Not a byte is written, so that pages are taken as they are used, near the thread that uses them.
        slots.extend((0..self.capacity).map(|_| Slot(UnsafeCell::new(MaybeUninit::uninit()))));
        let slots = Box::into_raw(slots.into_boxed_slice()).cast();
        // Relaxed: published by the store of `tail` in `push`.
        self.producer.0.slots.store(slots, Ordering::Relaxed);
        // Relaxed: read by producers alone.
        self.producer.0.limit.store(self.capacity, Ordering::Relaxed);
        Some(true)
    }

    /// Appends what `make` returns, unless the ring is full: then `make` is not called.
    ///
    /// # Safety
    /// The caller is the producer.
    #[inline(always)]
    pub(crate) unsafe fn push(&self, make: impl FnOnce() -> T) -> bool {
        let producer = &self.producer.0;
        let tail = producer.tail.load_own();
        if tail == producer.limit.load_own() && !self.finds_room(tail) {
            return false;
        }
        // Relaxed: only producers store it, and there is room, so it is not null.
        let slots = producer.slots.load(Ordering::Relaxed);
        // SAFETY: there is memory, for so many slots, which lives as long as the ring.
        let slot = unsafe { self.slot(slots, tail) };
        // SAFETY: the consumer has left this slot, as `limit` says, and learns of it by `tail` alone.
        slot.0.with_mut(|place| unsafe { place.write(MaybeUninit::new(make())) });
        // Release: publishes the slot, and the memory around it, to the Acquire load in `pop`.
        producer.tail.store(tail.wrapping_add(1), order!(Release, "ring.push"));
        true
    }

    /// The slot of a position.
    ///
    /// # Safety
    /// `slots` is what `prepare` made.
    #[inline(always)]
    unsafe fn slot(&self, slots: *const Slot<T>, position: u64) -> &Slot<T> {
        // SAFETY: the mask keeps the index inside the slots.
        let slot = unsafe { slots.add((position & (self.capacity - 1)) as usize) };
        // SAFETY: they live as long as the ring, and a slot is shared: only its inside is written.
        unsafe { &*slot }
    }

    /// Looks how far the consumer has come.
    #[cold]
    fn finds_room(&self, tail: u64) -> bool {
        // Acquire: the consumer has read what is before `head`, by the Release store in `pop`.
        let head = self.consumer.0.head.load(order!(Acquire, "ring.room"));
        // Relaxed: only producers store it, and one sees what those before it did.
        let is_made = !self.producer.0.slots.load(Ordering::Relaxed).is_null();
        let limit = if is_made { head.wrapping_add(self.capacity) } else { tail };
        // Relaxed: read by producers alone.
        self.producer.0.limit.store(limit, Ordering::Relaxed);
        tail != limit
    }

    /// Hands at most `most` values to `take`, the oldest first; how many, and whether that was all.
    ///
    /// The producer gets the room when the last one was taken: `take` copies, and does not wait.
    ///
    /// # Safety
    /// The caller is the consumer.
    pub(crate) unsafe fn pop(&self, most: usize, mut take: impl FnMut(T)) -> (usize, bool) {
        let head = self.consumer.0.head.load_own();
        // Acquire: the slots before `tail` are written, by the Release store in `push`.
        let tail = self.producer.0.tail.load(order!(Acquire, "ring.pop"));
        let count = tail.wrapping_sub(head).min(most as u64);
        // Relaxed: it was stored before the first `tail` that is not 0.
        let slots = self.producer.0.slots.load(Ordering::Relaxed);
        for position in head..head.wrapping_add(count) {
            // SAFETY: there is memory, for so many slots, which lives as long as the ring.
            let slot = unsafe { self.slot(slots, position) };
            // SAFETY: the producer has left this slot until `head` moves beyond it.
            let value = slot.0.with(|place| unsafe { place.read() });
            // SAFETY: it was written before `tail` moved beyond it.
            take(unsafe { value.assume_init() });
        }
        // Release: the slots have been read, for the Acquire load in `finds_room`.
        self.consumer.0.head.store(head.wrapping_add(count), order!(Release, "ring.release"));
        (count as usize, head.wrapping_add(count) == tail)
    }

    /// How many values were ever pushed and popped, as any thread sees it.
    pub(crate) fn positions(&self) -> (u64, u64) {
        // Relaxed, both: statistics. The consumer's first: it is never seen in front of the producer by a
        // thread that has joined both.
        let head = self.consumer.0.head.load(Ordering::Relaxed);
        (self.producer.0.tail.load(Ordering::Relaxed), head)
    }

    /// Bytes of its slots, once there are some.
    pub(crate) const fn slot_bytes(capacity: usize) -> usize {
        capacity * size_of::<Slot<T>>()
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        // Relaxed: `&mut` means that everybody else is done.
        let slots = self.producer.0.slots.load(Ordering::Relaxed);
        if !slots.is_null() {
            let slots = ptr::slice_from_raw_parts_mut(slots, self.capacity as usize);
            // SAFETY: this is the boxed slice that `prepare` took apart.
            drop(unsafe { Box::from_raw(slots) });
        }
    }
}

#[cfg(test)]
mod tests;
