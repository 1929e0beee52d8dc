//! One operation on a variable.

use std::panic::Location;

use super::sync::Order;

/// What an operation does to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Load,
    Store,
    /// A read-modify-write, or a compare-exchange that succeeded.
    Update,
}

/// An operation, its ordering and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) kind: Kind,
    pub(super) order: Order,
    /// Of a compare-exchange that fails; it is a load then.
    pub(super) failure: Option<Order>,
    pub(super) at: &'static Location<'static>,
}

/// What an operation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    /// The value before.
    pub(super) before: u64,
    /// The value after; `None` when the operation wrote nothing.
    pub(super) after: Option<u64>,
}

impl Kind {
    /// As it stands in reports.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Store => "store",
            Self::Update => "update",
        }
    }

    /// Whether an operation of this kind can have the ordering.
    pub(super) const fn can_be(self, order: Order) -> bool {
        match self {
            Self::Load => !matches!(order, Order::Release | Order::AcqRel),
            Self::Store => !matches!(order, Order::Acquire | Order::AcqRel),
            Self::Update => true,
        }
    }

    /// The ordering, or where the operation cannot have it, the next one that it can: what loads with a release
    /// meant to synchronise, and so did what stores with an acquire.
    #[inline(always)]
    pub(super) const fn valid(self, order: Order) -> Order {
        match self {
            Self::Load if !self.can_be(order) => Order::Acquire,
            Self::Store if !self.can_be(order) => Order::Release,
            _ => order,
        }
    }
}
