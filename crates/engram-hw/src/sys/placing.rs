//! Where new pages come from.

use crate::id_set::IdSet;

/// A rule for where new pages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placing<'a> {
    Default,
    Prefer(&'a IdSet),
    Bind(&'a IdSet),
    Interleave(&'a IdSet),
}
