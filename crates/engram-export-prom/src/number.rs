//! Numbers as the text format writes them.

use crate::buffer::Line;

/// Bytes that no number needs more of, be it an integer or a float.
pub(crate) const MOST: usize = 32;

/// Appends an integer.
///
/// Its digits are found eight at a time inside a register and stored at once. The usual way, two digits
/// at a time into memory, is as fast by itself, but copying them from there to the page waits for all of
/// those small stores.
#[inline(always)]
pub(crate) fn integer(out: &mut Line<'_>, value: u64) {
    if value < LIMIT { first_digits(out, value) } else { long(out, value) }
}

/// What eight digits can say, and one.
pub(crate) const LIMIT: u64 = 100_000_000;

#[cold]
fn long(out: &mut Line<'_>, value: u64) {
    let (high, low) = (value / LIMIT, value % LIMIT);
    integer(out, high);
    out.put_start(eight_digits(low), 8);
}

/// Appends an integer that may be negative.
pub(crate) fn signed(out: &mut Line<'_>, value: i64) {
    if value < 0 {
        out.put_fixed(b"-");
    }
    integer(out, value.unsigned_abs());
}

/// Appends a float: the shortest text that reads back the same, integers without a fraction.
#[inline]
pub(crate) fn float(out: &mut Line<'_>, value: f64) {
    match thousandths(value) {
        Some(thousandths) => decimal(out, thousandths),
        None => long_float(out, value),
    }
}

/// A float that three decimals do not say.
#[inline(never)]
fn long_float(out: &mut Line<'_>, value: f64) {
    /// Up to here every integer has a float of its own.
    const INTEGERS: f64 = 9_007_199_254_740_992.0;
    // Asked by converting there and back: rounding is a call where the processor may be an old one.
    let whole = value as i64;
    if whole as f64 == value && value.abs() <= INTEGERS {
        signed(out, whole);
    } else {
        any_float(out, value);
    }
}

/// The shortest text of any number.
fn any_float(out: &mut Line<'_>, value: f64) {
    if value.is_nan() {
        out.put(b"NaN");
    } else if value.is_infinite() {
        out.put(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    } else {
        out.put(ryu::Buffer::new().format_finite(value).as_bytes());
    }
}

/// A number that three decimals say exactly, in thousandths: most of what is measured or set by hand, at a tenth
/// of what it takes to look for the shortest text of any number. Whole numbers are among them, because numbers of
/// either kind mostly come mixed, and a processor cannot guess which comes next.
///
/// A float of at most fifteen digits is the nearest one to those digits alone, so they are the shortest that
/// read back the same. Below a thousandth, and above what fifteen digits can say, there is no answer.
#[inline(always)]
fn thousandths(value: f64) -> Option<i64> {
    const LARGEST: f64 = 1e15;
    /// Added to a smaller number it leaves an integer in the lowest bits: the nearest one.
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let scaled = value * 1000.0;
    let shifted = scaled + SHIFT;
    let is_exact = shifted - SHIFT == scaled && scaled / 1000.0 == value;
    let whole = shifted.to_bits().wrapping_sub(SHIFT.to_bits());
    (is_exact && scaled.abs() < LARGEST).then_some(whole.cast_signed())
}

/// Appends a number in thousandths.
#[inline(always)]
fn decimal(out: &mut Line<'_>, thousandths: i64) {
    if thousandths < 0 {
        out.put_fixed(b"-");
    }
    let size = thousandths.unsigned_abs();
    integer(out, size / 1000);
    put_thousandths(out, (size % 1000) as u32);
}

/// Appends so many thousandths, with the point, unless there are none.
#[inline(always)]
pub(crate) fn put_thousandths(out: &mut Line<'_>, thousandths: u32) {
    let text = FRACTIONS[thousandths as usize];
    out.put_start(text.into(), 4 - text.leading_zeros() as usize / 8);
}

/// So many thousandths as text, the point in the lowest byte: `.5` for 500, and nothing for 0.
static FRACTIONS: [u32; 1000] = {
    let mut fractions = [0; 1000];
    let mut at = 1;
    while at < 1000 {
        let mut text =
            [b'.', b'0' + (at / 100) as u8, b'0' + (at / 10 % 10) as u8, b'0' + (at % 10) as u8];
        let mut last = 3;
        while text[last] == b'0' {
            text[last] = 0;
            last -= 1;
        }
        fractions[at] = u32::from_le_bytes(text);
        at += 1;
    }
    fractions
};

/// Appends a float in the canonical form of OpenMetrics, which is that of Go's `%g` and never without a
/// point or an exponent: `1.0`, `1.048576e+06`, `9.5e-07`. Prometheus writes the bounds of buckets that it
/// reads as protobuf this way, so that they are the same series.
pub(crate) fn canonical(out: &mut Line<'_>, value: f64) {
    /// Decimal exponents that are written out.
    const PLAIN: std::ops::Range<i32> = -4..6;
    if !value.is_finite() || value == 0.0 {
        float(out, value);
        return out.put(if value == 0.0 { b".0" } else { b"" });
    }
    let mut buffer = ryu::Buffer::new();
    let (digits, exponent) = scientific(buffer.format_finite(value.abs()).as_bytes());
    if value < 0.0 {
        out.put_fixed(b"-");
    }
    let digits = digits.as_slice();
    match usize::try_from(exponent) {
        _ if !PLAIN.contains(&exponent) => {
            out.put(&digits[..1]);
            if digits.len() > 1 {
                out.put_fixed(b".");
                out.put(&digits[1..]);
            }
            let size = exponent.unsigned_abs();
            out.put(match (exponent < 0, size < 10) {
                (true, true) => b"e-0",
                (true, false) => b"e-",
                (false, true) => b"e+0",
                (false, false) => b"e+",
            });
            integer(out, size.into());
        }
        Ok(whole) => {
            let (before, behind) = digits.split_at(digits.len().min(whole + 1));
            out.put(before);
            out.put(&b"00000"[..whole + 1 - before.len()]);
            out.put_fixed(b".");
            out.put(if behind.is_empty() { b"0" } else { behind });
        }
        Err(_) => {
            out.put(&b"0.000"[..(1 - exponent) as usize]);
            out.put(digits);
        }
    }
}

/// Digits without a point, the first and the last one not 0.
struct Digits {
    bytes: [u8; 24],
    len: usize,
}

impl Digits {
    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The digits of a positive decimal number and the exponent of ten of the first one.
fn scientific(text: &[u8]) -> (Digits, i32) {
    let mut digits = Digits { bytes: [b'0'; 24], len: 0 };
    let mantissa = text.split(|byte| *byte == b'e').next().unwrap_or(text);
    let suffix = std::str::from_utf8(&text[(mantissa.len() + 1).min(text.len())..]).unwrap_or("");
    let mut exponent = suffix.parse().unwrap_or(0);
    let point = mantissa.iter().position(|byte| *byte == b'.').unwrap_or(mantissa.len());
    let is_digit = |(_, byte): &(usize, &u8)| **byte != b'.';
    for (at, byte) in mantissa.iter().enumerate().filter(is_digit) {
        if digits.len == 0 {
            if *byte == b'0' {
                continue;
            }
            exponent += point as i32 - at as i32 - i32::from(at < point);
        }
        digits.bytes[digits.len] = *byte;
        digits.len += 1;
    }
    while digits.as_slice().ends_with(b"0") {
        digits.len -= 1;
    }
    (digits, exponent)
}

/// Appends an identity in hexadecimal digits: its last `N` ones.
pub(crate) fn hexadecimal<const N: usize>(out: &mut Line<'_>, value: u128) {
    out.put_fixed(&digits::<N>(value));
}

/// The last `N` hexadecimal digits of a number.
pub(crate) fn digits<const N: usize>(value: u128) -> [u8; N] {
    std::array::from_fn(|at| HEX[(value >> (4 * (N - 1 - at))) as usize & 15])
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends a number of at most eight digits, without zeros in front.
#[inline(always)]
fn first_digits(out: &mut Line<'_>, value: u64) {
    let (word, len) = short(value);
    out.put_start(word, len);
}

/// A number of at most eight digits, without zeros in front, in the lowest bytes of a word.
#[inline(always)]
fn short(value: u64) -> (u64, usize) {
    without_zeros(eight_digits(value))
}

/// Appends eight digits, without zeros in front.
#[inline(always)]
pub(crate) fn put_digits(out: &mut Line<'_>, digits: u64) {
    let (word, len) = without_zeros(digits);
    out.put_start(word, len);
}

/// Eight digits without zeros in front. The last one stays, also when it is 0.
#[inline(always)]
fn without_zeros(digits: u64) -> (u64, usize) {
    let zeros = ((digits - ASCII_ZEROS) | (1 << 56)).trailing_zeros() & !7;
    (digits >> zeros, 8 - zeros as usize / 8)
}

const ASCII_ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The eight digits of a number below 10^8 as text, the first one in the lowest byte.
///
/// Halves are divided side by side: 8 digits into 2 numbers of 4, those into 4 of 2, those into 8 of 1.
/// The divisions by 100 and by 10 are multiplications that are exact in the range they are used in.
#[inline]
fn eight_digits(value: u64) -> u64 {
    let fours = (value / 10_000) | ((value % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | ((twos - 10 * tens) << 8);
    ones | ASCII_ZEROS
}

#[cfg(test)]
mod tests;
