//! The classes that this thread's locks were of lately, by the places the locks were made at.
//!
//! A program that makes a lock for each request takes each of them once: what it has to know of such a lock is
//! what it knows of the one before.

use std::panic::Location;

use crate::lock::sync::{AtomicRef, Owned32};

use super::class::Class;

#[derive(Debug)]
pub(super) struct Recent([Slot; SLOTS]);

#[derive(Debug)]
struct Slot {
    site: AtomicRef<Location<'static>>,
    class: AtomicRef<Class>,
    uses: Owned32,
}

impl Slot {
    const fn new() -> Self {
        Self { site: AtomicRef::none(), class: AtomicRef::none(), uses: Owned32::new(0) }
    }
}

/// A power of two.
const SLOTS: usize = 16;

/// One in so many finds nothing: a lock that lives longer then gets its class for good.
const FORGETS: u32 = 256;

impl Recent {
    pub(super) const fn new() -> Self {
        Self([const { Slot::new() }; SLOTS])
    }

    /// The class of the locks that are not told apart and were made here.
    #[inline]
    pub(super) fn find(&self, site: &'static Location<'static>) -> Option<&'static Class> {
        let slot = self.slot(site);
        let uses = slot.uses.load().wrapping_add(1);
        slot.uses.store(uses);
        let is_this = slot.site.load().is_some_and(|it| std::ptr::eq(it, site));
        if is_this && !uses.is_multiple_of(FORGETS) { slot.class.load() } else { None }
    }

    pub(super) fn remember(&self, site: &'static Location<'static>, class: &'static Class) {
        let slot = self.slot(site);
        slot.class.store(class);
        slot.site.store(site);
    }

    #[inline(always)]
    fn slot(&self, site: &'static Location<'static>) -> &Slot {
        &self.0[(std::ptr::from_ref(site).addr() >> 3) % SLOTS]
    }
}
