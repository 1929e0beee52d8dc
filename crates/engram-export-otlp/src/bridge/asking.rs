//! Who asks whom, so that nothing goes round in a circle.

use std::cell::Cell;

thread_local! {
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// That this thread collects one of the two models for the other.
///
/// Meanwhile nothing of the one is shown to the other: a provider that shows a registry which shows that provider would
/// have each series once more with every round, and would wait for locks that it holds.
#[derive(Debug)]
pub(super) struct Asking {
    was_asking: bool,
}

impl Asking {
    pub(super) fn begin() -> Self {
        Self { was_asking: IS_ASKING.replace(true) }
    }

    /// Whether the thread does already.
    pub(super) fn is_on() -> bool {
        IS_ASKING.get()
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        IS_ASKING.set(self.was_asking);
    }
}
