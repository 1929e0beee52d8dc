//! Things that are made once and found by their numbers, so that a word can say which one in few bits.

use crate::lock::sync::{AtomicRef, const_unless_modelled, filled};

/// Up to `N` of them, none in the beginning.
#[derive(Debug)]
pub(super) struct Numbered<T: 'static, const N: usize>([AtomicRef<T>; N]);

impl<T: Sync, const N: usize> Numbered<T, N> {
    const_unless_modelled! {
        pub(super) fn new() -> Self {
            Self(filled![AtomicRef::none(); N])
        }
    }

    #[inline(always)]
    pub(super) fn get(&self, number: u16) -> Option<&'static T> {
        self.0.get(usize::from(number))?.load()
    }

    /// Once for each number.
    pub(super) fn set(&self, number: u16, thing: &'static T) {
        self.0[usize::from(number)].store(thing);
    }
}
