//! What a pool is held to.

/// How many workers and how many waiting jobs a pool may have; without, any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub(super) workers: Option<usize>,
    pub(super) backlog: Option<u64>,
}

impl Limits {
    /// As many workers as this process may use processors: for work that computes.
    #[must_use]
    pub fn of_machine() -> Self {
        let workers = std::thread::available_parallelism().ok();
        Self { workers: workers.map(usize::from), backlog: None }
    }

    /// At most so many workers.
    #[must_use]
    pub const fn workers(mut self, most: usize) -> Self {
        self.workers = Some(most);
        self
    }

    /// At most so many jobs that wait.
    #[must_use]
    pub const fn backlog(mut self, most: u64) -> Self {
        self.backlog = Some(most);
        self
    }
}
