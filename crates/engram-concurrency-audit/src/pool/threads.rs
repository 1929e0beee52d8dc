//! Threads that take jobs from one queue.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use super::executor::{Executor, Job};

/// A fixed number of threads; jobs are begun in the order they came in, without a bound on how many wait.
#[derive(Debug)]
pub struct Threads {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    is_closed: bool,
}

impl Threads {
    /// So many threads, at least one, named after their pool.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(name: &str, workers: usize) -> io::Result<Self> {
        let mut pool = Self { queue: Arc::default(), threads: Vec::new() };
        for number in 1..=workers.max(1) {
            let queue = Arc::clone(&pool.queue);
            let work = move || {
                while let Some(job) = queue.take() {
                    job();
                }
            };
            // Dropped on the way out, the pool ends those that were started.
            pool.threads.push(Builder::new().name(format!("{name}-{number}")).spawn(work)?);
        }
        Ok(pool)
    }
}

impl Executor for Threads {
    fn workers(&self) -> usize {
        self.threads.len()
    }

    fn execute(&self, job: Job) {
        self.queue.lock().waiting.push_back(job);
        self.queue.changed.notify_one();
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.queue.lock().is_closed = true;
        self.queue.changed.notify_all();
        let own = std::thread::current().id();
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != own) {
            // Jobs do not panic: what they panic with ends where they are counted.
            let _ = thread.join();
        }
    }
}

impl Queue {
    /// The next job; `None` when there will be none.
    fn take(&self) -> Option<Job> {
        let is_waiting = |jobs: &mut Jobs| jobs.waiting.is_empty() && !jobs.is_closed;
        let jobs = self.changed.wait_while(self.lock(), is_waiting);
        jobs.unwrap_or_else(PoisonError::into_inner).waiting.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Queue").finish_non_exhaustive()
    }
}
