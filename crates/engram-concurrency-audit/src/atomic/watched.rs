//! Atomics that say what is done to them.

use std::fmt;
use std::panic::Location;

use super::access::{Access, Effect, Kind};
use super::ledger::Marks;
use super::sync::{
    AtomicBool, AtomicI32, AtomicI64, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
    Order, Ordering,
};
use super::validator;
use crate::gate::Live;

/// One watched atomic, over one of the standard library.
macro_rules! watched {
    ($($(#[$meta:meta])* $name:ident, $raw:ident, $value:ty, $to:expr;)+) => {$(
        crate::when_enabled! {
            $(#[$meta])*
            #[repr(C, align(16))]
            pub struct $name { value: $raw, marks: Live<Marks> }
        }

        crate::when_disabled! {
            $(#[$meta])*
            #[repr(transparent)]
            pub struct $name { value: $raw, marks: Live<Marks> }
        }

        impl $name {
            /// A variable of this value. Its name is the place of its first operation, or what
            /// [`ATOMICS.name`](super::AtomicValidator::name) calls it.
            #[must_use]
            pub const fn new(value: $value) -> Self {
                Self { value: $raw::new(value), marks: Live::new(Marks::new()) }
            }

            /// The value.
            #[inline]
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                let act = |order| {
                    let value = self.value.load(order);
                    (value, Effect { before: $to(value), after: None })
                };
                self.watch(Kind::Load, [order, order], act)
            }

            /// Replaces the value.
            #[inline]
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                if self.knows(Kind::Store, order) {
                    return self.value.store(value, order);
                }
                // What was there is read first, which is one step only while all is followed.
                let act = |order| {
                    // Relaxed: to see whether an update is lost, nothing else.
                    let before = $to(self.value.load(Ordering::Relaxed));
                    self.value.store(value, order);
                    ((), Effect { before, after: Some($to(value)) })
                };
                self.slowly(Kind::Store, [order, order], act)
            }

            /// Replaces the value and returns the one before.
            #[inline]
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                let act = |order| {
                    let before = self.value.swap(value, order);
                    (before, Effect { before: $to(before), after: Some($to(value)) })
                };
                self.watch(Kind::Update, [order, order], act)
            }

            /// Replaces the value if it is the one expected.
            ///
            /// # Errors
            /// With the value, when it is another one.
            #[inline]
            #[track_caller]
            #[expect(clippy::too_many_arguments, reason = "those of the standard library")]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                if self.knows(Kind::Update, success) && Kind::Load.can_be(Order::of(failure)) {
                    return self.value.compare_exchange(current, new, success, failure);
                }
                let act = |success| {
                    let failure = Kind::Load.valid(Order::of(failure)).plain();
                    let result = self.value.compare_exchange(current, new, success, failure);
                    let effect = match result {
                        Ok(before) => Effect { before: $to(before), after: Some($to(new)) },
                        Err(before) => Effect { before: $to(before), after: None },
                    };
                    (result, effect)
                };
                self.slowly(Kind::Update, [success, failure], act)
            }

            /// The same; may fail though the value is the one expected.
            ///
            /// # Errors
            /// With the value.
            #[inline]
            #[track_caller]
            #[expect(clippy::too_many_arguments, reason = "those of the standard library")]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                if self.knows(Kind::Update, success) && Kind::Load.can_be(Order::of(failure)) {
                    return self.value.compare_exchange_weak(current, new, success, failure);
                }
                self.compare_exchange(current, new, success, failure)
            }

            /// The value, while nobody else has the variable: no operation of which anybody need know.
            pub fn get_mut(&mut self) -> &mut $value {
                self.value.get_mut()
            }

            /// The value.
            pub fn into_inner(mut self) -> $value {
                *self.value.get_mut()
            }

            #[inline(always)]
            fn knows(&self, kind: Kind, order: Ordering) -> bool {
                self.marks.get().is_none_or(|marks| marks.knows(kind, Order::of(order)))
            }

            #[inline(always)]
            #[track_caller]
            fn watch<R>(
                &self,
                kind: Kind,
                orders: [Ordering; 2],
                act: impl Fn(Ordering) -> (R, Effect),
            ) -> R {
                match self.knows(kind, orders[0]) {
                    true => act(orders[0]).0,
                    false => self.slowly(kind, orders, act),
                }
            }

            #[cold]
            #[inline(never)]
            #[track_caller]
            fn slowly<R>(
                &self,
                kind: Kind,
                [order, failure]: [Ordering; 2],
                act: impl Fn(Ordering) -> (R, Effect),
            ) -> R {
                let order = Order::of(order);
                let failure = (kind == Kind::Update).then_some(Order::of(failure));
                let access = Access { kind, order, failure, at: Location::caller() };
                let valid = kind.valid(order).plain();
                match self.marks.get() {
                    None => act(valid).0,
                    Some(marks) => {
                        let address = std::ptr::from_ref(self).addr();
                        validator::watched(address, marks, access, || act(valid))
                    }
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new(Default::default())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.value.fmt(out)
            }
        }

        // Where it is, is where its value is, and its marks find it when they are dropped.
        const _: () = assert!(std::mem::offset_of!($name, value) == 0);
        crate::when_enabled! {
            const _: () = assert!(std::mem::offset_of!($name, marks) == super::ledger::MARKS_OFFSET);
        }
    )+};
}

/// Arithmetic, for those that are numbers.
macro_rules! updates {
    ($($name:ident, $value:ty, $to:expr;)+) => {$(
        impl $name {
            updates! { @each $name, $value, $to;
                fetch_add, |a: $value, b: $value| a.wrapping_add(b), "Adds, wrapping around at the limit of the type; returns the value before.";
                fetch_sub, |a: $value, b: $value| a.wrapping_sub(b), "Subtracts, wrapping around at the limit of the type; returns the value before.";
                fetch_and, |a: $value, b: $value| a & b, "Keeps the bits that both have; returns the value before.";
                fetch_or, |a: $value, b: $value| a | b, "Sets the bits that either has; returns the value before.";
                fetch_max, |a: $value, b: $value| a.max(b), "Keeps the larger value; returns the one before.";
                fetch_min, |a: $value, b: $value| a.min(b), "Keeps the smaller value; returns the one before.";
            }
        }
    )+};
    (@each $name:ident, $value:ty, $to:expr; $($operation:ident, $apply:expr, $doc:literal;)+) => {$(
        #[doc = $doc]
        #[inline]
        #[track_caller]
        pub fn $operation(&self, value: $value, order: Ordering) -> $value {
            let act = |order| {
                let before = self.value.$operation(value, order);
                (before, Effect { before: $to(before), after: Some($to($apply(before, value))) })
            };
            self.watch(Kind::Update, [order, order], act)
        }
    )+};
}

watched! {
    /// A watched [`AtomicBool`](std::sync::atomic::AtomicBool).
    WatchedBool, AtomicBool, bool, u64::from;
    /// A watched [`AtomicU8`](std::sync::atomic::AtomicU8).
    WatchedU8, AtomicU8, u8, u64::from;
    /// A watched [`AtomicU16`](std::sync::atomic::AtomicU16).
    WatchedU16, AtomicU16, u16, u64::from;
    /// A watched [`AtomicU32`](std::sync::atomic::AtomicU32).
    WatchedU32, AtomicU32, u32, u64::from;
    /// A watched [`AtomicU64`](std::sync::atomic::AtomicU64).
    WatchedU64, AtomicU64, u64, |value: u64| value;
    /// A watched [`AtomicUsize`](std::sync::atomic::AtomicUsize).
    WatchedUsize, AtomicUsize, usize, |value: usize| value as u64;
    /// A watched [`AtomicI32`](std::sync::atomic::AtomicI32).
    WatchedI32, AtomicI32, i32, |value: i32| u64::from(value.cast_unsigned());
    /// A watched [`AtomicI64`](std::sync::atomic::AtomicI64).
    WatchedI64, AtomicI64, i64, i64::cast_unsigned;
}

updates! {
    WatchedU8, u8, u64::from;
    WatchedU16, u16, u64::from;
    WatchedU32, u32, u64::from;
    WatchedU64, u64, |value: u64| value;
    WatchedUsize, usize, |value: usize| value as u64;
    WatchedI32, i32, |value: i32| u64::from(value.cast_unsigned());
    WatchedI64, i64, i64::cast_unsigned;
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::when_enabled! {
        #[test]
        fn a_watched_variable_is_sixteen_bytes() {
            assert_eq!((size_of::<WatchedU64>(), align_of::<WatchedU64>()), (16, 16));
            assert_eq!((size_of::<WatchedBool>(), align_of::<WatchedBool>()), (16, 16));
        }

        #[test]
        fn what_is_known_takes_no_cold_path_and_another_thread_takes_it_once() {
            let hits = WatchedU64::new(0);
            // Relaxed: what is asked for does not matter here.
            let order = Ordering::Relaxed;
            assert!(!hits.knows(Kind::Update, order));
            hits.fetch_add(1, order);
            assert!(hits.knows(Kind::Update, order) && !hits.knows(Kind::Load, order));
            let is_known = || hits.knows(Kind::Update, order);
            std::thread::scope(|scope| {
                let other = scope.spawn(|| (is_known(), hits.fetch_add(1, order), is_known()));
                assert_eq!(other.join().unwrap(), (false, 1, true));
            });
        }
    }

    crate::when_disabled! {
        #[test]
        fn compiled_out_it_is_the_one_of_the_standard_library() {
            assert_eq!(size_of::<WatchedU64>(), size_of::<AtomicU64>());
            assert_eq!(align_of::<WatchedBool>(), align_of::<AtomicBool>());
            // Relaxed: what is asked for does not matter here.
            let order = Ordering::Relaxed;
            assert_eq!(WatchedU64::new(7).fetch_add(1, order), 7);
        }
    }

    #[test]
    fn operations_give_what_those_of_the_standard_library_give() {
        // Relaxed: what is asked for does not matter here.
        let order = Ordering::Relaxed;
        let (ours, plain) = (WatchedI32::new(-5), AtomicI32::new(-5));
        assert_eq!(ours.fetch_max(3, order), plain.fetch_max(3, order));
        assert_eq!(ours.fetch_sub(9, order), plain.fetch_sub(9, order));
        assert_eq!(ours.swap(1, order), plain.swap(1, order));
        assert_eq!(
            ours.compare_exchange(2, 3, order, order),
            plain.compare_exchange(2, 3, order, order)
        );
        assert_eq!(ours.into_inner(), plain.into_inner());
    }
}
