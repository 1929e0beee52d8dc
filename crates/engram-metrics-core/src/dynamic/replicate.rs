//! The instruments that can be members of a [`DynamicFamily`](super::DynamicFamily).

use std::fmt;

use crate::collect::{Value, Visit};
use crate::counter::{Counter, UpDownCounter};
use crate::gauge::Gauge;
use crate::histogram::{Bounds, ExemplarHistogram, ExplicitHistogram, Histogram, Layout};
use crate::label::Labels;
use crate::rows::{Numbers, Room};
use crate::set::Instrument;
use crate::storage::{Run, Slot, sum_all};

/// An instrument that a [`DynamicFamily`](super::DynamicFamily) can make another one of.
pub trait Replicate: Instrument + Send + Sync + 'static {
    /// What all members have in common, such as the buckets of a histogram.
    type Shape: Copy + fmt::Debug + Send + Sync;

    /// A new member, with nothing recorded.
    #[doc(hidden)]
    fn replicate(shape: &Self::Shape) -> Self;

    /// Shows the value as a series with these labels. A histogram is read to `room`.
    #[doc(hidden)]
    fn show(&self, labels: Labels<'_>, room: &mut Room, visit: &mut dyn Visit);

    /// Where its cells are, for [`numbers`](Self::numbers); 0 if they are not known, or there are none.
    #[doc(hidden)]
    fn slot(&self) -> u64 {
        0
    }

    /// Reads many at once into `room`, if their values are numbers: those whose cells are at `slots`, or of which
    /// that is 0, and which `member` then finds by position. At most [`Rows::MOST`](crate::Rows::MOST).
    #[doc(hidden)]
    fn numbers<'a, 'r>(
        slots: &[u64],
        member: impl Fn(usize) -> &'a Self,
        room: &'r mut Room,
    ) -> Option<Numbers<'r>>
    where
        Self: 'a,
    {
        let _ = (slots, member, room);
        None
    }

    /// A number that changes when something is recorded.
    #[doc(hidden)]
    fn activity(&self) -> u64;
}

/// An instrument that needs to be told nothing to be made.
pub trait Plain: Replicate<Shape = ()> {
    /// One with nothing recorded.
    #[doc(hidden)]
    const ZERO: Self;
}

/// What makes the common instruments members of a family.
macro_rules! replicate {
    ($instrument:ty, $variant:ident, $activity:expr, $slot:expr, $numbers:expr) => {
        impl Replicate for $instrument {
            type Shape = ();

            fn replicate((): &()) -> Self {
                Self::new()
            }

            fn show(&self, labels: Labels<'_>, _: &mut Room, visit: &mut dyn Visit) {
                visit.series(labels, Value::$variant(self.value()));
            }

            fn activity(&self) -> u64 {
                $activity(self.value())
            }

            fn slot(&self) -> u64 {
                $slot(self)
            }

            fn numbers<'a, 'r>(
                slots: &[u64],
                member: impl Fn(usize) -> &'a Self,
                room: &'r mut Room,
            ) -> Option<Numbers<'r>> {
                Some(Numbers::$variant($numbers(slots, member, room)))
            }
        }

        impl Plain for $instrument {
            const ZERO: Self = Self::new();
        }
    };
}

replicate!(Counter, Unsigned, std::convert::identity, |it: &Self| slot(it.run()), totals);
replicate!(UpDownCounter, Signed, i64::cast_unsigned, |it: &Self| slot(it.run()), levels);
replicate!(Gauge, Float, f64::to_bits, |_| 0, settings);

fn slot(run: Option<&Run>) -> u64 {
    run.and_then(Run::read).map_or(0, Slot::packed)
}

fn totals<'a, 'r>(
    slots: &[u64],
    member: impl Fn(usize) -> &'a Counter,
    room: &'r mut Room,
) -> &'r [u64] {
    sum_all(slots, |at| slot(member(at).run()), &mut room.unsigned)
}

fn levels<'a, 'r>(
    slots: &[u64],
    member: impl Fn(usize) -> &'a UpDownCounter,
    room: &'r mut Room,
) -> &'r [i64] {
    let sums = sum_all(slots, |at| slot(member(at).run()), &mut room.unsigned);
    let levels = room.signed.iter_mut().zip(sums);
    levels.for_each(|(level, sum)| *level = sum.cast_signed());
    &room.signed[..slots.len()]
}

fn settings<'a, 'r>(
    slots: &[u64],
    member: impl Fn(usize) -> &'a Gauge,
    room: &'r mut Room,
) -> &'r [f64] {
    let settings = &mut room.float[..slots.len()];
    settings.iter_mut().enumerate().for_each(|(at, setting)| *setting = member(at).value());
    settings
}

impl Replicate for Histogram {
    type Shape = Layout;

    fn replicate(layout: &Layout) -> Self {
        Self::with_layout(*layout)
    }

    fn show(&self, labels: Labels<'_>, room: &mut Room, visit: &mut dyn Visit) {
        let snapshot = room.snapshot();
        self.read(snapshot);
        visit.series(labels, Value::Histogram(snapshot));
    }

    fn activity(&self) -> u64 {
        self.started()
    }
}

impl Replicate for ExemplarHistogram {
    type Shape = Layout;

    fn replicate(layout: &Layout) -> Self {
        Self::with_layout(*layout)
    }

    fn show(&self, labels: Labels<'_>, room: &mut Room, visit: &mut dyn Visit) {
        visit.exemplify(self);
        let snapshot = room.snapshot();
        self.read(snapshot);
        visit.series(labels, Value::Histogram(snapshot));
    }

    fn activity(&self) -> u64 {
        self.started()
    }
}

impl Replicate for ExplicitHistogram {
    type Shape = Bounds;

    fn replicate(bounds: &Bounds) -> Self {
        Self::over(*bounds)
    }

    fn show(&self, labels: Labels<'_>, room: &mut Room, visit: &mut dyn Visit) {
        let snapshot = room.snapshot();
        self.read(snapshot);
        visit.series(labels, Value::Histogram(snapshot));
    }

    fn activity(&self) -> u64 {
        self.started()
    }
}
