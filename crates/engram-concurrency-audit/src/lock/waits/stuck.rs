//! Which of the threads that wait will wait for ever: a pure function of what they hold and wait for.
//!
//! All that wait are taken to be stuck; whoever waits for something that a thread outside can give is not.
//! That is repeated until nothing changes. What is left waits in circles, or for somebody in a circle.

use super::super::holding::Holding;
use super::super::state::Mode;
use super::super::thread::At;
use super::Wait;

/// A thread that waits.
#[derive(Clone, Debug)]
pub(super) struct Blocked {
    pub(super) serial: u32,
    pub(super) name: String,
    /// Of its wait.
    pub(super) number: u64,
    pub(super) wait: Wait,
    pub(super) resource: usize,
    pub(super) at: At,
    pub(super) held: Vec<Holding>,
    /// Threads that are alive and were seen to end such a wait, this one excluded.
    pub(super) partners: Vec<u32>,
    /// Threads that are alive and that this one descends from, or has met.
    pub(super) ancestors: Vec<u32>,
    /// Looks at it so far.
    pub(super) looks: u32,
}

/// Everything that the decision rests on.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) blocked: Vec<Blocked>,
    /// Threads that run, or wait in ways that nobody knows of.
    pub(super) running: Vec<u32>,
    /// Locks whose holders have ended.
    pub(super) orphaned: Vec<usize>,
}

/// Looks after which a wait that somebody unknown could end is believed to be one that nobody will.
const PATIENCE: u32 = 5;

/// The same, for who could come to a barrier: whoever made the threads that wait there may be late. Anybody
/// else who runs may come as well, however late, so that nothing is said of a barrier while one does.
const PATIENCE_WITH_ANCESTORS: u32 = 60;

impl Scene {
    /// The threads that are stuck, as indices of `blocked`.
    pub(super) fn stuck(&self) -> Vec<usize> {
        let mut stuck: Vec<usize> = (0..self.blocked.len()).collect();
        loop {
            let before = stuck.len();
            let all = stuck.clone();
            stuck.retain(|at| self.is_stuck(*at, &all));
            if stuck.len() == before {
                return stuck;
            }
        }
    }

    /// The circles among the stuck, each as indices in the order of waiting. A thread that waits for a lock
    /// whose holder has ended is a circle of its own.
    pub(super) fn circles(&self, stuck: &[usize]) -> Vec<Vec<usize>> {
        let mut circles: Vec<Vec<usize>> = Vec::new();
        for start in stuck {
            let mut way = vec![*start];
            let circle = loop {
                let at = way[way.len() - 1];
                let Some(next) = self.blocker(at, stuck) else { break vec![at] };
                if let Some(first) = way.iter().position(|seen| *seen == next) {
                    break way.split_off(first);
                }
                way.push(next);
            };
            let is_known = circles.iter().any(|known| known.contains(&circle[0]));
            if !is_known {
                circles.push(circle);
            }
        }
        circles
    }

    /// What the thread at `by` holds that the one at `at` waits for.
    pub(super) fn wanted(&self, at: usize, by: usize) -> Option<Holding> {
        let (waiter, holder) = (&self.blocked[at], &self.blocked[by]);
        holder.held.iter().copied().find(|holding| holding.lock == waiter.resource)
    }

    fn is_stuck(&self, at: usize, stuck: &[usize]) -> bool {
        let blocked = &self.blocked[at];
        match blocked.wait {
            Wait::Lock(_) => {
                self.orphaned.contains(&blocked.resource) || self.blocker(at, stuck).is_some()
            }
            Wait::Upgrade | Wait::Join => self.blocker(at, stuck).is_some(),
            _ => self.is_abandoned(at, stuck),
        }
    }

    /// Whether nobody is left who could end a wait that any one of several could end.
    fn is_abandoned(&self, at: usize, stuck: &[usize]) -> bool {
        let blocked = &self.blocked[at];
        let is_one_stuck =
            |serial: &u32| stuck.iter().any(|it| self.blocked[*it].serial == *serial);
        if !blocked.partners.is_empty() {
            return blocked.partners.iter().all(is_one_stuck);
        }
        // Nobody was ever seen to end it. It counts only if somebody waits for what this thread holds.
        let is_waited_for = stuck.iter().any(|other| self.holds_up(*other, at));
        let others = self.goes_on(stuck);
        let may_be_one_of_them = match blocked.wait {
            Wait::Condition => !others.is_empty(),
            Wait::Barrier => others.iter().any(|serial| {
                let is_ancestor = blocked.ancestors.contains(serial);
                !is_ancestor || blocked.looks < PATIENCE_WITH_ANCESTORS
            }),
            _ => !others.is_empty() && blocked.looks < PATIENCE,
        };
        is_waited_for && !may_be_one_of_them
    }

    /// Threads that run, and those that wait for what will come: one that joins a thread that has just ended runs
    /// next.
    fn goes_on(&self, stuck: &[usize]) -> Vec<u32> {
        let waits = (0..self.blocked.len()).filter(|at| !stuck.contains(at));
        let waits = waits.map(|at| self.blocked[at].serial);
        self.running.iter().copied().chain(waits).collect()
    }

    /// A stuck thread that keeps the one at `at` from going on.
    fn blocker(&self, at: usize, stuck: &[usize]) -> Option<usize> {
        let blocked = &self.blocked[at];
        let is_partner = |other: &usize| blocked.partners.contains(&self.blocked[*other].serial);
        let found = match blocked.wait {
            Wait::Lock(_) | Wait::Upgrade => stuck.iter().find(|other| self.holds_up(at, **other)),
            Wait::Join => {
                stuck.iter().find(|other| self.blocked[**other].serial as usize == blocked.resource)
            }
            _ => stuck
                .iter()
                .find(|other| is_partner(other))
                .or_else(|| stuck.iter().find(|other| self.holds_up(**other, at))),
        };
        let queued = || stuck.iter().find(|other| self.queues_before(at, **other));
        found.or_else(|| queued().filter(|_| found.is_none())).copied()
    }

    /// Whether the thread at `by` has the lock that the one at `at` waits for.
    fn holds_up(&self, at: usize, by: usize) -> bool {
        let (waiter, holder) = (&self.blocked[at], &self.blocked[by]);
        let in_the_way = |mode: Mode| match waiter.wait {
            Wait::Lock(wanted) => !wanted.is_compatible(mode),
            Wait::Upgrade => at != by,
            _ => false,
        };
        holder.held.iter().any(|it| it.lock == waiter.resource && in_the_way(it.mode))
    }

    /// Whether the thread at `by` is a writer in the queue that a reader at `at` stands behind.
    fn queues_before(&self, at: usize, by: usize) -> bool {
        let (reader, writer) = (&self.blocked[at], &self.blocked[by]);
        let is_reader = reader.wait == Wait::Lock(Mode::Shared);
        let is_writer = matches!(writer.wait, Wait::Lock(Mode::Exclusive) | Wait::Upgrade);
        is_reader && is_writer && reader.resource == writer.resource
    }
}

#[cfg(test)]
mod tests;
