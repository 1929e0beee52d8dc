//! Which connections there are, and which one makes room for another.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::metrics::METRICS;

/// At most so many connections. Beyond that the one goes that has been waiting longest for a request; if none
/// waits, the newcomer goes.
#[derive(Debug)]
pub(crate) struct Connections {
    most: usize,
    open: Mutex<VecDeque<Entry>>,
}

/// Those that wait stand in the order in which they began to.
#[derive(Debug)]
struct Entry {
    ticket: Arc<State>,
    is_busy: bool,
}

#[derive(Debug, Default)]
struct State {
    /// Told once when the connection has to go.
    close: Notify,
    /// When the answer under way has to be taken.
    deadline: Mutex<Option<Instant>>,
    /// Told when the deadline changes.
    changed: Notify,
}

/// The place of a connection; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Ticket {
    connections: Arc<Connections>,
    state: Arc<State>,
}

/// An answer is under way on a connection; dropping it ends that.
#[derive(Debug)]
pub(crate) struct Busy {
    connections: Arc<Connections>,
    state: Arc<State>,
}

impl Connections {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::new(VecDeque::with_capacity(most)) })
    }

    /// A place for a connection; `None` when all are busy.
    pub(crate) fn admit(self: &Arc<Self>) -> Option<Ticket> {
        let mut open = self.lock();
        if open.len() >= self.most {
            let waiting = open.iter().position(|entry| !entry.is_busy)?;
            let evicted = open.remove(waiting)?;
            evicted.ticket.close.notify_one();
            METRICS.evicted.increment();
        }
        let state = Arc::<State>::default();
        open.push_back(Entry { ticket: state.clone(), is_busy: false });
        Some(Ticket { connections: self.clone(), state })
    }

    /// Lets go of those that wait.
    pub(crate) fn close_waiting(&self) {
        self.lock().iter().filter(|it| !it.is_busy).for_each(|it| it.ticket.close.notify_one());
    }

    /// Takes an entry out, unless it was evicted.
    fn take(&self, state: &Arc<State>) -> Option<Entry> {
        let mut open = self.lock();
        let at = open.iter().position(|entry| Arc::ptr_eq(&entry.ticket, state))?;
        open.remove(at)
    }

    fn set_busy(&self, state: &Arc<State>, is_busy: bool) {
        if let Some(entry) = self.take(state) {
            self.lock().push_back(Entry { is_busy, ..entry });
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        // Nothing that holds it can panic half way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// An answer begins, to be taken before the deadline.
    pub(crate) fn busy(&self, deadline: Instant) -> Busy {
        self.connections.set_busy(&self.state, true);
        self.state.set_deadline(Some(deadline));
        Busy { connections: self.connections.clone(), state: self.state.clone() }
    }

    /// Returns when the connection has to go.
    pub(crate) async fn end(&self) {
        tokio::select! {
            () = self.state.close.notified() => {}
            () = self.state.overdue() => METRICS.aborted.increment(),
        }
    }
}

impl State {
    fn set_deadline(&self, deadline: Option<Instant>) {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
        self.changed.notify_one();
    }

    async fn overdue(&self) {
        loop {
            let deadline = *self.deadline.lock().unwrap_or_else(PoisonError::into_inner);
            match deadline {
                None => self.changed.notified().await,
                Some(deadline) => tokio::select! {
                    () = self.changed.notified() => {}
                    () = tokio::time::sleep_until(deadline) => return,
                },
            }
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.connections.take(&self.state);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.state.set_deadline(None);
        self.connections.set_busy(&self.state, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_told_to_go(ticket: &Ticket) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = ticket.state.close.notified() => true,
                () = std::future::ready(()) => false,
            }
        })
    }

    #[test]
    fn the_one_that_waits_longest_makes_room_and_nobody_who_is_answered() {
        let connections = Connections::new(3);
        let [first, second, third] = [(); 3].map(|()| connections.admit().expect("room"));
        let later = Instant::now();
        let busy = first.busy(later);
        let fourth = connections.admit().expect("the second one makes room");
        assert_eq!([&first, &second, &third].map(is_told_to_go), [false, true, false]);
        let all_busy = [third.busy(later), fourth.busy(later)];
        assert!(connections.admit().is_none(), "nobody waits");
        drop(busy);
        let _fifth = connections.admit().expect("the first one waits again");
        assert!(is_told_to_go(&first));
        drop(all_busy);
    }

    #[test]
    fn a_place_is_given_back() {
        let connections = Connections::new(1);
        for _ in 0..3 {
            let ticket = connections.admit().expect("room");
            let busy = ticket.busy(Instant::now());
            drop(ticket);
            drop(busy);
        }
        assert!(connections.lock().is_empty());
    }
}
