//! The mutex of each crate, behind one trait.

use std::sync::PoisonError;

use crate::peers::ENGRAM;

/// What ours wraps.
pub(super) const WRAPPED: &str = "parking_lot";

/// A mutex of some crate.
pub(super) trait Lock: Send + Sync + Sized + 'static {
    /// Whose it is.
    const NAME: &'static str;

    fn new() -> Self;

    /// Made at another place: the audit tells locks apart by that.
    fn child() -> Self;

    fn hold(&self) -> impl Sized;
}

macro_rules! lock {
    ($name:expr, $lock:ty, $new:expr, $child:expr, |$it:ident| $hold:expr) => {
        impl Lock for $lock {
            const NAME: &'static str = $name;

            #[inline(always)]
            fn new() -> Self {
                $new
            }

            #[inline(always)]
            fn child() -> Self {
                $child
            }

            #[inline(always)]
            fn hold(&self) -> impl Sized {
                let $it = self;
                $hold
            }
        }
    };
}

pub(super) type Audited = engram_concurrency_audit::Mutex<u64>;
pub(super) type Wrapped = parking_lot::Mutex<u64>;
pub(super) type Plain = std::sync::Mutex<u64>;
/// Of another version, so that its feature does not reach the locks below ours: it is one for the whole program.
pub(super) type Detecting = parking_lot_detecting::Mutex<u64>;
pub(super) type Tracing = tracing_mutex::stdsync::tracing::Mutex<u64>;
#[cfg(feature = "deloxide")]
pub(super) type Deloxide = deloxide::Mutex<u64>;

lock!(ENGRAM, Audited, Audited::new(0), Audited::new(0), |it| it.lock());
lock!(WRAPPED, Wrapped, Wrapped::new(0), Wrapped::new(0), |it| it.lock());
lock!("std", Plain, Plain::new(0), Plain::new(0), |it| it
    .lock()
    .unwrap_or_else(PoisonError::into_inner));
lock!(DETECTING, Detecting, Detecting::new(0), Detecting::new(0), |it| it.lock());
lock!(TRACING, Tracing, Tracing::new(0), Tracing::new(0), |it| it
    .lock()
    .unwrap_or_else(PoisonError::into_inner));
#[cfg(feature = "deloxide")]
lock!(DELOXIDE, Deloxide, Deloxide::new(0), Deloxide::new(0), |it| it.lock());

pub(super) const DETECTING: &str = "parking_lot 0.13, deadlock_detection";
pub(super) const TRACING: &str = "tracing-mutex";
#[cfg(feature = "deloxide")]
pub(super) const DELOXIDE: &str = "deloxide, lock-order-graph";

/// Calls a function for the mutex of each crate.
macro_rules! each_lock {
    ($make:ident($($argument:expr),*)) => {
        vec![
            $make::<$crate::locks::lock::Audited>($($argument),*),
            $make::<$crate::locks::lock::Wrapped>($($argument),*),
            $make::<$crate::locks::lock::Plain>($($argument),*),
            $make::<$crate::locks::lock::Detecting>($($argument),*),
            $make::<$crate::locks::lock::Tracing>($($argument),*),
            #[cfg(feature = "deloxide")]
            $make::<$crate::locks::lock::Deloxide>($($argument),*),
        ]
    };
}
pub(super) use each_lock;
