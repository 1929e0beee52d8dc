//! The labels of all series of a family as text, and where their cells are, kept for scrapes.
//!
//! ```text
//!   text   method="GET",path="/a"method="PUT",path="/a"method="GET",path="/b"
//!   ends                         ▲                     ▲                     ▲
//! ```
//!
//! In the order of the family's list, and behind each other in memory: a scrape reads them from the first to
//! the last, instead of looking for each where its series happens to lie. Series that were made since the last
//! scrape are added behind; when some were evicted, all are written anew, under another number.
//!
//! A record has nothing to do with it. What one scrape has taken stays as it is while another one adds to it:
//! both write the same, because lists of one generation begin alike.

use std::sync::Arc;

use super::Replicate;
use super::index::List;
use super::number::NUMBERS;
use crate::label::label_text;
use crate::rows::Texts;
use crate::sync::{RwLock, read_patiently, write_patiently};

/// The texts of a family, as far as scrapes have asked for them.
#[derive(Debug)]
pub(super) struct Rosters(RwLock<Option<Arc<Roster>>>);

/// The texts of the series of a list.
#[derive(Clone, Debug)]
pub(super) struct Roster {
    /// The same for rosters that begin alike, and for no others in the process.
    pub(super) number: u64,
    /// Of the list that it was made for.
    generation: u64,
    text: String,
    ends: Vec<usize>,
    /// Where the cells of each series are, or 0: they stay where they are for as long as it is listed.
    slots: Vec<u64>,
}

impl Rosters {
    pub(super) const fn new() -> Self {
        Self(RwLock::new(None))
    }

    /// One that has at least the series of `list`. Where the lock cannot be had it is made for this scrape alone.
    pub(super) fn of<const N: usize, M: Replicate>(
        &self,
        list: &List<N, M>,
        names: &[&'static str; N],
    ) -> Arc<Roster> {
        let kept = read_patiently(&self.0).and_then(|kept| kept.clone());
        let kept = kept.filter(|kept| kept.generation == list.generation);
        let mut roster = kept.unwrap_or_else(|| Arc::new(Roster::new(list.generation)));
        if roster.ends.len() < list.series.len() {
            Arc::make_mut(&mut roster).add(list, names);
            if let Some(mut kept) = write_patiently(&self.0) {
                *kept = Some(Arc::clone(&roster));
            }
        }
        roster
    }
}

impl Roster {
    fn new(generation: u64) -> Self {
        let (text, ends, slots) = (String::new(), Vec::new(), Vec::new());
        Self { number: NUMBERS.fresh(), generation, text, ends, slots }
    }

    /// Adds the series of `list` that are not here yet.
    fn add<const N: usize, M: Replicate>(&mut self, list: &List<N, M>, names: &[&'static str; N]) {
        for listed in &list.series[self.ends.len()..] {
            let values = listed.entry.values();
            let pairs: [_; N] = std::array::from_fn(|at| (names[at], values[at]));
            self.text.push_str(&label_text(&pairs));
            self.ends.push(self.text.len());
            self.slots.push(listed.entry.metric.slot());
        }
    }

    /// Slots and texts of `len` series from `first` on.
    pub(super) fn part(&self, first: usize, len: usize) -> (&[u64], Texts<'_>) {
        let those = first..first + len;
        let start = first.checked_sub(1).map_or(0, |before| self.ends[before]);
        let texts = Texts { all: &self.text, start, ends: &self.ends[those.clone()] };
        (&self.slots[those], texts)
    }
}
