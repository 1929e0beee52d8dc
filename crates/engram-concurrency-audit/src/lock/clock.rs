//! What a thread can know to be over: which part of which other thread came before.
//!
//! ```text
//!   parent  ──A→B─┬───────────────┬── …      a thread's life is cut into segments where it starts a
//!                 │ fork          │ join     thread, joins one, or passes a barrier
//!   child         └──B→A──────────┘          AB is over when the child begins: no deadlock
//! ```
//!
//! A child inherits what its parent knows of its own past, of its ancestors and of barriers, but not what
//! the parent learnt by joining other children: two workers that ran one after the other are the same kind of
//! work, and nothing but the moment keeps them apart.

use std::sync::Arc;

/// One thread's knowledge of another: everything up to this segment is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Past {
    thread: u32,
    segment: u32,
    is_inherited: bool,
}

/// What a thread knows to be over. Cheap to keep: it is copied only where it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Clock(Arc<[Past]>);

/// Other threads that one clock knows about; the oldest knowledge goes first. Forgetting makes a cycle look
/// feasible that is not, never the other way round.
const LIMIT: usize = 128;

impl Clock {
    /// Whether a segment of a thread is over for whoever has this clock.
    pub(super) fn knows(&self, thread: u32, segment: u32) -> bool {
        self.0.iter().any(|past| past.thread == thread && past.segment >= segment)
    }

    /// The clock of a thread that is started now by `parent`, in that segment.
    pub(super) fn fork(&self, parent: u32, segment: u32) -> Self {
        let inherited = self.0.iter().copied().filter(|past| past.is_inherited).collect();
        Self::merged(inherited, [Past { thread: parent, segment, is_inherited: true }])
    }

    /// With everything that a thread did that is joined now.
    pub(super) fn join(&self, child: u32, segment: u32, past: &Self) -> Self {
        let learnt = past.0.iter().map(|past| Past { is_inherited: false, ..*past });
        let own = Past { thread: child, segment, is_inherited: false };
        Self::merged(self.0.to_vec(), learnt.chain([own]))
    }

    /// With everything that the others at a barrier did before it.
    pub(super) fn meet(&self, thread: u32, segment: u32, past: &Self) -> Self {
        let learnt = past.0.iter().copied();
        let own = Past { thread, segment, is_inherited: true };
        Self::merged(self.0.to_vec(), learnt.chain([own]))
    }

    fn merged(mut list: Vec<Past>, more: impl IntoIterator<Item = Past>) -> Self {
        for new in more {
            match list.iter_mut().find(|past| past.thread == new.thread) {
                Some(past) => {
                    past.is_inherited |= new.is_inherited && new.segment >= past.segment;
                    past.segment = past.segment.max(new.segment);
                }
                None => list.push(new),
            }
        }
        let excess = list.len().saturating_sub(LIMIT);
        list.drain(..excess);
        Self(list.into())
    }
}

#[cfg(test)]
mod tests;
