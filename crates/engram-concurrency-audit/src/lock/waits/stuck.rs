//! Which of the threads that wait will wait for ever: a pure function of what they hold and wait for.
//!
//! All that wait are taken to be stuck; whoever waits for something that a thread outside can give is not.
//! That is repeated until nothing changes. What is left waits in circles, or for somebody in a circle.
//!
//! Locks and threads to join name those who can end the wait. Elsewhere anybody might come who was never there,
//! so that what is said of such waits is a [`Belief`].

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
    /// Whether somebody else may come who was never seen: not to a barrier of four that four who live were at.
    pub(super) is_open: bool,
    /// Whether somebody was notified since it began, perhaps this one, which has had no processor since.
    pub(super) is_notified: bool,
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

/// What may be taken for granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belief {
    /// What cannot be otherwise.
    Certain,
    /// Also that nobody comes any more who was never there, once that took a while.
    Presumed,
}

/// Looks after which nobody is presumed to come any more. A channel and a lock that wait for each other are to be
/// found within a tenth of a second, though whoever has the other end of the channel may not have used it yet.
const PATIENCE: u32 = 5;

/// The same for barriers and notifications, while threads go on that could be the ones.
const PATIENCE_WITH_OTHERS: u32 = 30;

/// The same for a thread that may have been notified, and have had no processor since.
const PATIENCE_WITH_NOTIFIED: u32 = 500;

impl Scene {
    /// The threads that are stuck, as indices of `blocked`.
    pub(super) fn stuck(&self, belief: Belief) -> Vec<usize> {
        let mut stuck: Vec<usize> = (0..self.blocked.len()).collect();
        loop {
            let before = stuck.len();
            let all = stuck.clone();
            stuck.retain(|at| self.is_stuck(*at, &all, belief));
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

    fn is_stuck(&self, at: usize, stuck: &[usize], belief: Belief) -> bool {
        let blocked = &self.blocked[at];
        match blocked.wait {
            Wait::Lock(_) => {
                self.orphaned.contains(&blocked.resource) || self.blocker(at, stuck).is_some()
            }
            Wait::Upgrade | Wait::Join => self.blocker(at, stuck).is_some(),
            _ => self.is_abandoned(at, stuck, belief),
        }
    }

    /// Whether nobody is left who could end a wait that any one of several could end.
    fn is_abandoned(&self, at: usize, stuck: &[usize], belief: Belief) -> bool {
        let blocked = &self.blocked[at];
        if !blocked.partners.iter().all(|serial| self.is_hopeless(*serial, at, stuck)) {
            return false;
        }
        let is_closed = !blocked.is_open;
        if belief == Belief::Certain {
            // The end of a channel may have gone to another thread since it was used; a place at a barrier has not.
            return is_closed && blocked.wait == Wait::Barrier;
        }
        // Who may still be ended by a newcomer counts only if somebody waits for what it holds.
        let is_waited_for = || stuck.iter().any(|other| self.holds_up(*other, at));
        (is_closed || is_waited_for()) && blocked.looks >= self.patience(at, stuck)
    }

    /// Whether the partner is stuck, or waits for the same.
    fn is_hopeless(&self, partner: u32, at: usize, stuck: &[usize]) -> bool {
        let is_it = |other: &usize| self.blocked[*other].serial == partner;
        let waits_here = |other: &usize| self.waits_alike(*other, at);
        stuck.iter().any(is_it) || (0..self.blocked.len()).filter(is_it).any(|it| waits_here(&it))
    }

    /// Whether the two stand at one barrier: neither is who the other waits for.
    fn waits_alike(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.blocked[one], &self.blocked[other]);
        one.wait == Wait::Barrier && other.wait == one.wait && one.resource == other.resource
    }

    /// Looks at this wait before nobody is presumed to come who was never there.
    fn patience(&self, at: usize, stuck: &[usize]) -> u32 {
        let blocked = &self.blocked[at];
        let may_come = || self.goes_on(at, stuck);
        match blocked.wait {
            Wait::Barrier if !blocked.is_open => 0,
            // Whoever is to notify for the first time cannot be told from anybody else.
            Wait::Condition if blocked.partners.is_empty() && may_come() => u32::MAX,
            Wait::Condition if blocked.is_notified => PATIENCE_WITH_NOTIFIED,
            Wait::Condition | Wait::Barrier if may_come() => PATIENCE_WITH_OTHERS,
            _ => PATIENCE,
        }
    }

    /// Whether threads run, or wait for what will come, as one that joins a thread that has just ended.
    fn goes_on(&self, at: usize, stuck: &[usize]) -> bool {
        let waits = |other: &usize| !stuck.contains(other) && !self.waits_alike(*other, at);
        !self.running.is_empty() || (0..self.blocked.len()).any(|other| waits(&other))
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
