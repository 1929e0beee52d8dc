//! What can happen to a request.

use proptest::prelude::*;

/// What a receiver does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Takes it and says so.
    Ok,
    /// The same, after a while.
    Slow,
    /// Takes it and has something to say about it.
    Warn,
    /// Takes all but one series, which it does not want, and says how many points that were.
    Part,
    /// Does not take it; it may come again.
    Refuse,
    /// Does not take it, ever.
    Reject,
    /// Takes it and never answers.
    HangTaken,
    /// Does not take it, and never answers.
    HangLost,
    /// Takes it; the answer breaks off.
    Truncate,
    /// Goes away while the request is on its way.
    Restart,
}

impl Fault {
    /// Whether what is in the request counts.
    pub(crate) const fn takes(self) -> bool {
        matches!(
            self,
            Self::Ok | Self::Slow | Self::Warn | Self::Part | Self::HangTaken | Self::Truncate
        )
    }

    /// Whether the sender can know that.
    pub(crate) const fn is_in_doubt(self) -> bool {
        matches!(self, Self::HangTaken | Self::HangLost | Self::Truncate | Self::Restart)
    }
}

pub(crate) fn any_fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::Ok),
        1 => Just(Fault::Slow),
        1 => Just(Fault::Warn),
        1 => Just(Fault::Part),
        2 => Just(Fault::Refuse),
        1 => Just(Fault::Reject),
        1 => Just(Fault::HangTaken),
        1 => Just(Fault::HangLost),
        1 => Just(Fault::Truncate),
        1 => Just(Fault::Restart),
    ]
}
