//! What can be done to a metric while the program runs, apart from recording into it.

/// A metric that can be switched off, or that is at a bound.
pub trait Control {
    /// Ignores records, or takes them again. What was recorded stays, and stays on every page.
    ///
    /// Off, a record costs a load and a comparison. On, it costs nothing: the check is one that a record
    /// makes anyway.
    fn switch(&self, on: bool);

    /// Records that found no series of their own; `None` for a metric without such a bound.
    fn overflow(&self) -> Option<u64> {
        None
    }
}

/// Makes instruments that are a run of cells switchable.
macro_rules! switch_by_run {
    ($instrument:ty, |$live:ident| $run:expr) => {
        impl $crate::control::Control for $instrument {
            fn switch(&self, on: bool) {
                self.0.with(|$live| $run.switch(on));
            }
        }
    };
}
pub(crate) use switch_by_run;
