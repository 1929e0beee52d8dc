//! Numbers as the text format writes them.

use crate::buffer::Put;

/// Appends an integer.
#[inline]
pub(crate) fn integer(out: &mut impl Put, value: impl itoa::Integer) {
    out.put(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends a float: the shortest text that reads back the same, integers without a fraction.
pub(crate) fn float(out: &mut impl Put, value: f64) {
    /// Up to here every integer has a float of its own.
    const INTEGERS: f64 = 9_007_199_254_740_992.0;
    if value.is_nan() {
        out.put(b"NaN");
    } else if value.is_infinite() {
        out.put(if value > 0.0 { b"+Inf" } else { b"-Inf" });
    } else if value.trunc() == value && value.abs() <= INTEGERS {
        integer(out, value as i64);
    } else {
        out.put(ryu::Buffer::new().format_finite(value).as_bytes());
    }
}
