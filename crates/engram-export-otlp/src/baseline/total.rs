//! A series whose total is sent each time: nothing of it is ever owed.

/// What a total was at the export before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Total {
    /// Since when it is counted, in nanoseconds of Unix time.
    start: u64,
    last: u64,
}

impl Total {
    pub(super) const fn new(start: u64) -> Self {
        Self { start, last: 0 }
    }

    /// It is read, and was read `before` by the last export: since when it is counted. One that went back was
    /// started again since then.
    #[inline]
    pub(crate) fn read(&mut self, value: u64, before: u64) -> u64 {
        if value < self.last {
            self.start = before;
        }
        self.last = value;
        self.start
    }
}
