//! A cache with open addressing: enough code for a compiler to have something to do.

use crate::instrument;
instrument! { use crate::metrics::{CACHE, Outcome}; }

/// Slots that a look-up visits at most.
const PROBES: usize = 8;

/// Numbers by key.
#[derive(Debug)]
pub struct Cache {
    slots: Vec<Option<(String, u64)>>,
    used: usize,
}

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn with_slots(slots: usize) -> Self {
        Self { slots: vec![None; slots.max(PROBES)], used: 0 }
    }

    /// The number that was kept for a key.
    #[inline(never)]
    #[must_use]
    pub fn find(&self, key: &str) -> Option<u64> {
        instrument! { CACHE.key_size.record(key.len() as u64); }
        let start = self.start(key);
        for probe in 0..PROBES {
            match &self.slots[(start + probe) % self.slots.len()] {
                Some((found, number)) if found == key => {
                    instrument! {
                        CACHE.lookups.at(Outcome::Hit).increment();
                        CACHE.probes.record(probe as u64 + 1);
                    }
                    return Some(*number);
                }
                Some(_) => {}
                None => break,
            }
        }
        instrument! { CACHE.lookups.at(Outcome::Miss).increment(); }
        None
    }

    /// Keeps a number for a key; evicts another one if need be.
    #[inline(never)]
    pub fn keep(&mut self, key: &str, number: u64) {
        instrument! { CACHE.prefixes.at([key.get(..1).unwrap_or("")]).increment(); }
        let (start, len) = (self.start(key), self.slots.len());
        let is_free = |at: &usize| self.slots[*at].as_ref().is_none_or(|(found, _)| found == key);
        let mut places = (start..start + PROBES).map(|at| at % len);
        let found = places.find(is_free);
        if found.is_none() {
            instrument! { CACHE.evictions.increment(); }
        }
        let place = found.unwrap_or(start);
        if self.slots[place].replace((key.to_owned(), number)).is_none() {
            self.used += 1;
            instrument! { CACHE.entries.add(1); }
        }
        instrument! { CACHE.load.set(self.used as f64 / len as f64); }
    }

    /// Keeps a number for each key, as computed from it.
    #[inline(never)]
    pub fn fill(&mut self, keys: &[String], compute: impl Fn(&str) -> u64) {
        instrument! { let _timer = CACHE.fill_duration.start(); }
        keys.iter().for_each(|key| self.keep(key, compute(key)));
    }

    /// Forgets everything.
    #[inline(never)]
    pub fn clear(&mut self) {
        instrument! { CACHE.clearing.record_f64(self.used as f64 / self.slots.len() as f64); }
        instrument! { CACHE.entries.add(-(self.used as i64)); }
        self.slots.fill(None);
        self.used = 0;
    }

    fn start(&self, key: &str) -> usize {
        let hash =
            key.bytes().fold(7_usize, |hash, byte| hash.wrapping_mul(31) ^ usize::from(byte));
        hash % self.slots.len()
    }
}
