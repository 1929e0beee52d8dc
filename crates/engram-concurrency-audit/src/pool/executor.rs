//! The pools that ours can be over.

/// Something to be done once, by whoever.
pub type Job = Box<dyn FnOnce() + Send>;

/// A pool of workers.
pub trait Executor: Send + Sync {
    /// How many there are.
    fn workers(&self) -> usize;

    /// Has a job done, without waiting for it. A job does not panic.
    fn execute(&self, job: Job);
}

#[cfg(feature = "rayon")]
impl Executor for rayon_core::ThreadPool {
    fn workers(&self) -> usize {
        self.current_num_threads()
    }

    fn execute(&self, job: Job) {
        self.spawn(job);
    }
}
