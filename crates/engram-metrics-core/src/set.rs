//! A catalogue of metrics in one place: the struct, the names, the order of collection.

use crate::collect::Visit;
use crate::control::Control;
use crate::descriptor::Kind;

/// An instrument that can be a field of a [`metric_set!`](crate::metric_set!).
pub trait Instrument {
    /// How its values behave.
    const KIND: Kind;

    /// Hands its series to an exporter.
    fn collect(&self, visit: &mut dyn Visit);

    /// What else can be done to it; `None` for an instrument that only records.
    fn control(&self) -> Option<&dyn Control> {
        None
    }
}

/// Declares a struct of instruments together with what each of them is.
///
/// Each field has a sentence of documentation, which is also the help that exporters show, a type, a
/// name, a unit, and where the default does not suit, a constructor. The set is a source: register it
/// once, and record into its fields.
///
/// ```
/// use engram_metrics_core::{Counter, Histogram, Layout, Unit, metric_set};
///
/// metric_set! {
///     /// What the store does.
///     pub struct StoreMetrics {
///         /// Entries written.
///         pub writes: Counter = "store.writes", Unit::Count("{entry}");
///         /// Size of an entry.
///         pub entry_size: Histogram = "store.entry.size", Unit::Bytes,
///             Histogram::with_layout(Layout::new(3, 0, 30, 0));
///     }
/// }
/// static STORE: StoreMetrics = StoreMetrics::new();
/// STORE.writes.increment();
/// ```
///
/// A name that is not valid does not compile:
/// ```compile_fail
/// engram_metrics_core::metric_set! {
///     pub struct Bad {
///         /// No spaces, no capitals.
///         pub bad: engram_metrics_core::Counter = "Not a name", engram_metrics_core::Unit::Seconds;
///     }
/// }
/// ```
#[macro_export]
macro_rules! metric_set {
    (
        $(#[$meta:meta])*
        $vis:vis struct $set:ident {
            $(
                $(#[doc = $help:literal])+
                $field_vis:vis $field:ident : $instrument:ty = $name:literal, $unit:expr $(, $make:expr)?;
            )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        $vis struct $set {
            $( $(#[doc = $help])+ $field_vis $field: $instrument, )+
        }

        impl $set {
            /// All metrics at zero.
            #[must_use]
            $vis const fn new() -> Self {
                Self { $( $field: $crate::metric_set!(@make $instrument, $unit $(, $make)?), )+ }
            }
        }

        // Evaluated even where telemetry is compiled out, of which nothing is left in the binary.
        $( const _: &str = $crate::metric_name($name); )+

        impl ::core::default::Default for $set {
            fn default() -> Self {
                Self::new()
            }
        }

        $crate::when_enabled! {
            impl $crate::Collect for $set {
                fn descriptor(&self, index: usize) -> ::core::option::Option<&$crate::Descriptor> {
                    static DESCRIPTORS: &[$crate::Descriptor] = &[$(
                        $crate::Descriptor::fixed(
                            $name,
                            concat!($($help),+),
                            $unit,
                            <$instrument as $crate::Instrument>::KIND,
                        ),
                    )+];
                    DESCRIPTORS.get(index)
                }

                fn collect(&self, index: usize, visit: &mut dyn $crate::Visit) {
                    let mut at = 0;
                    $(
                        if index == at {
                            return $crate::Instrument::collect(&self.$field, visit);
                        }
                        at += 1;
                    )+
                    let _ = at;
                }

                fn control(&self, index: usize) -> ::core::option::Option<&dyn $crate::Control> {
                    let mut at = 0;
                    $(
                        if index == at {
                            return $crate::Instrument::control(&self.$field);
                        }
                        at += 1;
                    )+
                    let _ = at;
                    ::core::option::Option::None
                }
            }
        }

        $crate::when_disabled! {
            impl $crate::Collect for $set {
                fn descriptor(&self, _: usize) -> ::core::option::Option<&$crate::Descriptor> {
                    ::core::option::Option::None
                }

                fn collect(&self, _: usize, _: &mut dyn $crate::Visit) {}
            }
        }
    };
    (@make $instrument:ty, $unit:expr) => { <$instrument>::for_unit($unit) };
    (@make $instrument:ty, $unit:expr, $make:expr) => { $make };
}
