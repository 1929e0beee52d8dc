//! Compiled in, or gone: the one place that knows the feature `enabled`.
//!
//! [`Live<T>`] holds a `T` when telemetry is compiled in and nothing at all when it is not. Every
//! instrument is written once on top of it: its state lives inside a `Live`, its methods run inside
//! [`Live::with`], and off, the state is zero-sized and the closure is never called, so neither the
//! code nor the strings of a metric reach the binary.
//!
//! Telemetry is off when the feature `enabled` is off *or* the compiler is given `--cfg engram_off`.
//! The second exists because features are additive: one library in the tree with default features
//! would otherwise switch telemetry on again behind the back of the binary.
//!
//! Another crate that wants its own switch writes [`gate!`](crate::gate!) in its own `gate.rs`. The
//! conditions are then evaluated against the features of *that* crate.

/// Defines `Live<T>` and the constant `ENABLED` for the crate that calls it.
#[macro_export]
macro_rules! gate {
    () => {
        /// Whether this crate's instruments are compiled in.
        pub const ENABLED: bool = cfg!(all(feature = "enabled", not(engram_off)));

        /// A `T` when telemetry is compiled in; nothing, of size zero, when it is not.
        #[cfg(all(feature = "enabled", not(engram_off)))]
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Live<T>(T);

        #[cfg(all(feature = "enabled", not(engram_off)))]
        impl<T> Live<T> {
            /// Holds `value`.
            #[inline(always)]
            pub(crate) const fn new(value: T) -> Self {
                Self(value)
            }

            /// Holds what `make` returns; off, `make` is never called.
            #[inline(always)]
            pub(crate) fn make(make: impl FnOnce() -> T) -> Self {
                Self(make())
            }

            /// What `view` makes of the value, itself compiled in or gone.
            #[inline(always)]
            pub(crate) fn map<'a, R>(&'a self, view: impl FnOnce(&'a T) -> R) -> Live<R> {
                Live(view(&self.0))
            }

            /// Runs `act` on the value; off, returns the default instead and never calls `act`.
            #[inline(always)]
            pub(crate) fn with<R: Default>(&self, act: impl FnOnce(&T) -> R) -> R {
                act(&self.0)
            }

            /// The value; off, there is none.
            #[inline(always)]
            pub(crate) const fn get(&self) -> Option<&T> {
                Some(&self.0)
            }

            /// The value, to change while nobody else has it; off, there is none.
            #[inline(always)]
            pub(crate) const fn get_mut(&mut self) -> Option<&mut T> {
                Some(&mut self.0)
            }

            /// A reference to the value together with `extra`, itself compiled in or gone.
            #[inline(always)]
            pub(crate) const fn pointing<E>(&self, extra: E) -> Live<(&T, E)> {
                Live((&self.0, extra))
            }
        }

        /// A `T` when telemetry is compiled in; nothing, of size zero, when it is not.
        #[cfg(not(all(feature = "enabled", not(engram_off))))]
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Live<T>(::core::marker::PhantomData<fn() -> T>);

        #[cfg(not(all(feature = "enabled", not(engram_off))))]
        impl<T> Live<T> {
            /// Forgets `value`: a constant that nothing reads leaves no trace in the binary.
            #[inline(always)]
            pub(crate) const fn new(value: T) -> Self {
                ::core::mem::forget(value);
                Self(::core::marker::PhantomData)
            }

            /// Nothing; `make` is type-checked and dropped.
            #[inline(always)]
            pub(crate) fn make(make: impl FnOnce() -> T) -> Self {
                let _ = make;
                Self(::core::marker::PhantomData)
            }

            /// Nothing; `view` is type-checked and dropped.
            #[inline(always)]
            pub(crate) fn map<'a, R>(&'a self, view: impl FnOnce(&'a T) -> R) -> Live<R> {
                let _ = view;
                Live(::core::marker::PhantomData)
            }

            /// Returns the default; `act` is type-checked and dropped.
            #[inline(always)]
            pub(crate) fn with<R: Default>(&self, act: impl FnOnce(&T) -> R) -> R {
                let _ = act;
                R::default()
            }

            /// None.
            #[inline(always)]
            pub(crate) const fn get(&self) -> Option<&T> {
                None
            }

            /// None.
            #[inline(always)]
            pub(crate) const fn get_mut(&mut self) -> Option<&mut T> {
                None
            }

            /// Nothing.
            #[inline(always)]
            pub(crate) fn pointing<E>(&self, extra: E) -> Live<(&T, E)> {
                let _ = extra;
                Live(::core::marker::PhantomData)
            }
        }
    };
}

gate!();

/// Keeps its items or statements when this crate's telemetry is compiled in, else drops them.
///
/// ```
/// engram_metrics_core::when_enabled! { println!("recording"); }
/// engram_metrics_core::when_disabled! { println!("compiled out"); }
/// ```
#[cfg(all(feature = "enabled", not(engram_off)))]
#[macro_export]
macro_rules! when_enabled {
    ($($body:tt)*) => { $($body)* };
}

/// Keeps its items or statements when this crate's telemetry is compiled in, else drops them.
#[cfg(not(all(feature = "enabled", not(engram_off))))]
#[macro_export]
macro_rules! when_enabled {
    ($($body:tt)*) => {};
}

/// The other side of [`when_enabled!`]: keeps its items or statements when telemetry is gone.
#[cfg(all(feature = "enabled", not(engram_off)))]
#[macro_export]
macro_rules! when_disabled {
    ($($body:tt)*) => {};
}

/// The other side of [`when_enabled!`]: keeps its items or statements when telemetry is gone.
#[cfg(not(all(feature = "enabled", not(engram_off))))]
#[macro_export]
macro_rules! when_disabled {
    ($($body:tt)*) => { $($body)* };
}
