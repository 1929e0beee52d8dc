//! The instruments that can be members of a [`DynamicFamily`](super::DynamicFamily).

use super::{Plain, Replicate};
use crate::collect::Value;
use crate::counter::{Counter, UpDownCounter};
use crate::gauge::Gauge;
use crate::histogram::{Bounds, ExplicitHistogram, Histogram, Layout};

/// What makes the common instruments members of a family.
macro_rules! replicate {
    ($instrument:ty, $variant:ident, $activity:expr) => {
        impl Replicate for $instrument {
            type Shape = ();

            fn replicate((): &()) -> Self {
                Self::new()
            }

            fn emit(&self, emit: &mut dyn FnMut(Value<'_>)) {
                emit(Value::$variant(self.value()));
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

    fn emit(&self, emit: &mut dyn FnMut(Value<'_>)) {
        emit(Value::Histogram(&self.snapshot()));
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

    fn emit(&self, emit: &mut dyn FnMut(Value<'_>)) {
        emit(Value::Histogram(&self.snapshot()));
    }

    fn activity(&self) -> u64 {
        self.started()
    }
}
