//! Word vectors: signed bytes with a stored norm, one per cache line.
//!
//! A cosine is an integer dot product times two stored factors. The product is exact, so
//! similarities are the same on every machine and whatever the compiler does to the loop.

use crate::data::DataError;
use crate::kernel::{Components, Kernel, plain};

#[cfg(test)]
mod tests;

/// Components of a vector.
pub const DIMENSIONS: usize = 50;

/// Components as stored. The tail is zero, and the length is one that compilers turn into few
/// vector instructions: the plain dot product takes half the time of one over 56.
pub(crate) const STORED: usize = 60;

/// A direction in word space.
///
/// 60 bytes of components and the norm fill one cache line, so that looking at a vector at a random
/// address misses the cache once.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Vector {
    components: Components,
    /// One over the Euclidean length; 0 for the zero vector, whose cosine with anything is then 0.
    inverse_norm: f32,
}

impl Vector {
    /// The vector with these components, of any length: only their direction counts.
    #[must_use]
    pub fn from_components(given: &[i8; DIMENSIONS]) -> Self {
        let mut components = [0; STORED];
        components[..DIMENSIONS].copy_from_slice(given);
        let squared = plain(&components, &components);
        let inverse_norm = if squared == 0 { 0.0 } else { 1.0 / (squared as f32).sqrt() };
        Self { components, inverse_norm }
    }

    /// Rounds a direction to bytes, the largest component to 127. What is not finite becomes zero.
    #[must_use]
    pub fn quantise(direction: &[f32; DIMENSIONS]) -> Self {
        let largest = direction.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
        let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        // A cast from float saturates, and makes NaN zero.
        Self::from_components(&direction.map(|x| (x * scale).round_ties_even() as i8))
    }

    /// The components of the vector of length 1 in this direction.
    #[must_use]
    pub fn unit(&self) -> [f32; DIMENSIONS] {
        std::array::from_fn(|at| f32::from(self.components[at]) * self.inverse_norm)
    }

    /// The cosine of the angle between the two, -1..=1 up to rounding.
    #[inline]
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        self.cosine_by(Kernel::detect(), other)
    }

    /// The same by a kernel of the caller's, which changes how long it takes and nothing else.
    #[inline]
    #[must_use]
    pub fn cosine_by(&self, kernel: Kernel, other: &Self) -> f32 {
        let product = kernel.dot(&self.components, &other.components);
        product as f32 * self.inverse_norm * other.inverse_norm
    }
}

/// The direction of the mean of unit vectors: what a set of words has in common.
#[must_use]
pub fn mean_direction<'a>(vectors: impl IntoIterator<Item = &'a Vector>) -> Vector {
    let mut sum = [0.0; DIMENSIONS];
    for vector in vectors {
        for (total, component) in sum.iter_mut().zip(vector.unit()) {
            *total += component;
        }
    }
    Vector::quantise(&sum)
}

/// Reads one vector of [`DIMENSIONS`] signed bytes for each of `words` words.
///
/// # Errors
/// [`DataError::VectorBytes`] if there are more bytes or fewer.
pub fn parse(bytes: &[u8], words: usize) -> Result<Vec<Vector>, DataError> {
    let (rows, rest) = bytes.as_chunks::<DIMENSIONS>();
    if rows.len() != words || !rest.is_empty() {
        return Err(DataError::VectorBytes { words, bytes: bytes.len() });
    }
    Ok(rows.iter().map(|row| Vector::from_components(&row.map(u8::cast_signed))).collect())
}
