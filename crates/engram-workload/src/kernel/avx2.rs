//! Sixteen products at a time.
//!
//! ```text
//!   bytes     0 ········ 31 32 ········ 59
//!   first     ▓▓▓▓▓▓▓▓▓▓▓▓▓
//!   last               ░░░░▓▓▓▓▓▓▓▓▓▓▓▓▓▓     begins at 28: the four bytes of both count once
//! ```

use std::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_shuffle_epi32, _mm256_add_epi32,
    _mm256_and_si256, _mm256_castsi256_si128, _mm256_cvtepi8_epi16, _mm256_extracti128_si256,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_setr_epi32,
};

use super::Components;

/// Bytes of a register.
const WIDTH: usize = 32;

/// Where the last register begins.
const LAST: usize = size_of::<Components>() - WIDTH;

// The two registers reach over all components, and have four of them in common.
const _: () = assert!(WIDTH - LAST == 4);

/// The dot product.
#[target_feature(enable = "avx2")]
pub(super) fn dot(left: &Components, right: &Components) -> i32 {
    let [first_left, last_left] = load(left);
    let [first_right, last_right] = load(right);
    let behind = _mm256_and_si256(last_left, _mm256_setr_epi32(0, -1, -1, -1, -1, -1, -1, -1));
    sum(_mm256_add_epi32(products(first_left, first_right), products(behind, last_right)))
}

/// All components, four of them twice.
#[target_feature(enable = "avx2")]
fn load(components: &Components) -> [__m256i; 2] {
    let first = components.as_ptr().cast::<__m256i>();
    let last = components[LAST..].as_ptr().cast::<__m256i>();
    // SAFETY: 32 of 60 bytes from the first on; alignment is not asked for.
    let first = unsafe { _mm256_loadu_si256(first) };
    // SAFETY: 32 of 60 bytes from byte 28 on; alignment is not asked for.
    let last = unsafe { _mm256_loadu_si256(last) };
    [first, last]
}

/// Sums of four products each. The products of bytes fit 16 bits, two of them together 32.
#[target_feature(enable = "avx2")]
fn products(left: __m256i, right: __m256i) -> __m256i {
    let low = _mm256_madd_epi16(
        _mm256_cvtepi8_epi16(_mm256_castsi256_si128(left)),
        _mm256_cvtepi8_epi16(_mm256_castsi256_si128(right)),
    );
    let high = _mm256_madd_epi16(
        _mm256_cvtepi8_epi16(_mm256_extracti128_si256::<1>(left)),
        _mm256_cvtepi8_epi16(_mm256_extracti128_si256::<1>(right)),
    );
    _mm256_add_epi32(low, high)
}

/// The sum of eight numbers.
#[target_feature(enable = "avx2")]
fn sum(numbers: __m256i) -> i32 {
    let four: __m128i =
        _mm_add_epi32(_mm256_castsi256_si128(numbers), _mm256_extracti128_si256::<1>(numbers));
    let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
    _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two)))
}
