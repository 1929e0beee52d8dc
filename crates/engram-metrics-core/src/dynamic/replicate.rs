//! The instruments that can be members of a [`DynamicFamily`](super::DynamicFamily).

use super::{Plain, Replicate};
use crate::collect::{Value, Visit};
use crate::counter::{Counter, UpDownCounter};
use crate::gauge::Gauge;
use crate::histogram::{Bounds, ExemplarHistogram, ExplicitHistogram, Histogram, Layout};
use crate::label::Labels;

/// What makes the common instruments members of a family.
macro_rules! replicate {
    ($instrument:ty, $variant:ident, $activity:expr) => {
        impl Replicate for $instrument {
            type Shape = ();

            fn replicate((): &()) -> Self {
                Self::new()
            }

            fn show(&self, labels: Labels<'_>, visit: &mut dyn Visit) {
                visit.series(labels, Value::$variant(self.value()));
            }

            fn activity(&self) -> u64 {
                $activity(self.value())
            }
        }

        impl Plain for $instrument {
            const ZERO: Self = Self::new();
        }
    };
}

replicate!(Counter, Unsigned, std::convert::identity);
replicate!(UpDownCounter, Signed, i64::cast_unsigned);
replicate!(Gauge, Float, f64::to_bits);

impl Replicate for Histogram {
    type Shape = Layout;

    fn replicate(layout: &Layout) -> Self {
        Self::with_layout(*layout)
    }

    fn show(&self, labels: Labels<'_>, visit: &mut dyn Visit) {
        visit.series(labels, Value::Histogram(&self.snapshot()));
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

    fn show(&self, labels: Labels<'_>, visit: &mut dyn Visit) {
        visit.exemplify(self);
        visit.series(labels, Value::Histogram(&self.snapshot()));
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

    fn show(&self, labels: Labels<'_>, visit: &mut dyn Visit) {
        visit.series(labels, Value::Histogram(&self.snapshot()));
    }

    fn activity(&self) -> u64 {
        self.started()
    }
}
