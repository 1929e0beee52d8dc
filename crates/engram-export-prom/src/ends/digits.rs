//! The digits of many numbers at once.

/// Numbers that are looked at together.
pub(super) const EIGHT: usize = 8;

/// Finds the eight digits of each number below 10^8 as text, the first one in the lowest byte; something, for other
/// numbers. Lengths are multiples of eight.
#[inline(never)]
pub(super) fn find_digits(values: &[u32], digits: &mut [u64]) {
    let (values, digits) = (values.as_chunks::<EIGHT>().0, digits.as_chunks_mut::<EIGHT>().0);
    digits.iter_mut().zip(values).for_each(|(digits, values)| *digits = of_eight(values));
}

/// Halves are divided side by side, as in [`number`](crate::number): 8 digits into 2 numbers of 4, those into 4 of 2,
/// those into 8 of 1. The divisions are multiplications that are exact in the range they are used in. The masks change
/// no number that is short: they say that it fits into two bytes, for which there is a faster multiplication.
#[inline(always)]
fn of_eight(values: &[u32; EIGHT]) -> [u64; EIGHT] {
    const FIT: u32 = 0x3fff;
    let mut fours = [0; 2 * EIGHT];
    for at in 0..EIGHT {
        let high = ((u64::from(values[at]) * 0xd1b7_1759) >> 45) as u32 & FIT;
        fours[2 * at] = high;
        fours[2 * at + 1] = values[at].wrapping_sub(high * 10_000) & FIT;
    }
    let mut twos = [0; 4 * EIGHT];
    for at in 0..2 * EIGHT {
        let high = (fours[at] * 10_486) >> 20;
        twos[2 * at] = high as u16;
        twos[2 * at + 1] = (fours[at] - high * 100) as u16;
    }
    let ones = twos.map(|two| {
        let high = (two * 103) >> 10;
        (high | ((two - high * 10) << 8)) | u16::from_le_bytes(*b"00")
    });
    let (ones, _) = ones.as_chunks::<4>();
    std::array::from_fn(|at| {
        ones[at].iter().rev().fold(0, |word, two| (word << 16) | u64::from(*two))
    })
}
