//! A vector and how similar it is: what both the index and the exact search find.

use std::cmp::Ordering;

/// A stored vector as seen from a query.
///
/// Ordered by similarity, so the greater is the nearer. Equally similar ones are ordered by id, the
/// smaller being the greater: every search gives the same order, whichever way it went.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour {
    /// Position of the vector, which is the id of its word.
    pub id: u32,
    /// Cosine with the query, -1..=1.
    pub similarity: f32,
}

impl Ord for Neighbour {
    fn cmp(&self, other: &Self) -> Ordering {
        self.similarity.total_cmp(&other.similarity).then(other.id.cmp(&self.id))
    }
}

impl PartialOrd for Neighbour {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Neighbour {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Neighbour {}
