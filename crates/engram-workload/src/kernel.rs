//! The similarity kernel: a dot product of signed bytes, by the best instructions that the processor has.
//!
//! Products of bytes and their sum are integers and exact, so that every kernel gives the same number: the bound
//! within which a kernel and its scalar twin agree is 0. A test holds each of them to the twin.
//!
//! | kernel | where | how |
//! |---|---|---|
//! | scalar | everywhere | one product after the other: the twin |
//! | plain | everywhere | the loop of the twin, as the compiler makes vectors of it: SSE2 on x86-64, NEON on aarch64 |
//! | AVX2 | x86-64 processors that have it, found out at run time | 16 products at a time |

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "registers are loaded through pointers")]
mod avx2;

#[cfg(test)]
mod tests;

use std::hint::black_box;

use engram_cognitive::metrics::Instructions;

use crate::vector::STORED;

/// Components of a vector as a kernel sees them.
pub(crate) type Components = [i8; STORED];

/// A way to compute dot products, which this processor has.
///
/// ```
/// use engram_workload::Kernel;
///
/// let kernels: Vec<_> = Kernel::all().collect();
/// assert_eq!(kernels[0], Kernel::SCALAR);
/// assert!(kernels.contains(&Kernel::detect()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(Set);

/// Only [`Kernel::all`] makes one of a set that not every processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Scalar,
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernel {
    /// One product after the other.
    pub const SCALAR: Self = Self(Set::Scalar);

    /// The best of this processor.
    #[inline]
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Self(Set::Avx2);
        }
        Self(Set::Plain)
    }

    /// All of this processor, the scalar one first.
    pub fn all() -> impl Iterator<Item = Self> {
        let best = Some(Self::detect()).filter(|best| best.0 != Set::Plain);
        [Self::SCALAR, Self(Set::Plain)].into_iter().chain(best)
    }

    /// What it was compiled to.
    #[must_use]
    pub const fn instructions(self) -> Instructions {
        match self.0 {
            Set::Scalar => Instructions::Scalar,
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => Instructions::Avx2,
            // What every processor of these two has, and the compiler therefore uses.
            Set::Plain if cfg!(target_arch = "x86_64") => Instructions::Sse,
            Set::Plain if cfg!(target_arch = "aarch64") => Instructions::Neon,
            Set::Plain => Instructions::Scalar,
        }
    }

    /// The dot product: at most 50 * 128 * 128, far from the end of an `i32`, and exact as an `f32`.
    #[inline]
    #[cfg_attr(
        target_arch = "x86_64",
        expect(unsafe_code, reason = "only some processors have the instructions")
    )]
    pub(crate) fn dot(self, left: &Components, right: &Components) -> i32 {
        match self.0 {
            Set::Scalar => scalar(left, right),
            Set::Plain => plain(left, right),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: only `detect` makes this set, where the processor has AVX2.
            Set::Avx2 => unsafe { avx2::dot(left, right) },
        }
    }
}

/// The twin. The compiler has to believe that each product is looked at, and can make no vectors of them.
fn scalar(left: &Components, right: &Components) -> i32 {
    left.iter().zip(right).map(|(l, r)| black_box(i32::from(*l) * i32::from(*r))).sum()
}

/// The length of a vector is one that compilers turn into few vector instructions.
#[inline]
pub(crate) fn plain(left: &Components, right: &Components) -> i32 {
    left.iter().zip(right).map(|(l, r)| i32::from(*l) * i32::from(*r)).sum()
}
