//! Without locks of tasks there is nothing that a task holds: each of them is the thread that polls it.

use std::convert::Infallible;
use std::sync::Arc;

use super::thread::Who;

/// None.
#[derive(Debug)]
pub(super) struct Task(Infallible);

/// No task.
pub(super) const fn current() -> Option<Arc<Task>> {
    None
}

impl Task {
    pub(super) const fn new() -> Option<Arc<Self>> {
        None
    }

    pub(super) fn polled<R>(&self, _: impl FnOnce() -> R) -> R {
        match self.0 {}
    }

    pub(super) const fn who(&self) -> Option<Who> {
        match self.0 {}
    }
}
