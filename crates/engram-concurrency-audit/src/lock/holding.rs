//! One lock that a thread holds, with its class.

use crate::finding::Site;

use super::class::Class;
use super::held::{Held, Taken};
use super::state;
use super::word::{self, Mode};

/// What is known of a lock that is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holding {
    pub(super) lock: usize,
    pub(super) id: u32,
    pub(super) mode: Mode,
    pub(super) class: &'static Class,
    pub(super) site: Site,
    pub(super) key: Option<u64>,
    /// Held by the task that the thread polls.
    pub(super) is_of_task: bool,
}

impl Holding {
    fn of(taken: Taken) -> Option<Self> {
        let Taken { lock, word, at, key } = taken;
        let class = state::class_of(word)?;
        let key = word::is_keyed(word).then_some(key);
        let (id, mode) = (word::id_of(word), Mode::of(word as u32));
        let is_of_task = word::is_of_task(word);
        Some(Self { lock, id, mode, class, site: Site::of(at), key, is_of_task })
    }
}

impl Held {
    /// What is held, the first lock first.
    pub(super) fn holdings(&self) -> impl Iterator<Item = Holding> {
        self.taken().filter_map(Holding::of)
    }
}
