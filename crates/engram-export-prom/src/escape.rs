//! What must not stand literally in the text format.

use crate::buffer::Line;

/// How much longer a text can become: when all of it is escaped.
pub(crate) const GROWTH: usize = 2;

/// Appends the help of a metric: a backslash and a line feed are escaped.
pub(crate) fn help(out: &mut Line<'_>, help: &str) {
    escaped(out, help.as_bytes(), |byte| matches!(byte, b'\\' | b'\n'));
}

/// Appends the help of a metric for OpenMetrics, where quotation marks are escaped too.
pub(crate) fn help_quoted(out: &mut Line<'_>, help: &str) {
    label_value(out, help);
}

/// Appends the value of a label: as help, and the quotation mark as well.
#[inline]
pub(crate) fn label_value(out: &mut Line<'_>, value: &str) {
    let value = value.as_bytes();
    if has_special(value) {
        escaped(out, value, |byte| matches!(byte, b'\\' | b'\n' | b'"'));
    } else {
        out.put(value);
    }
}

/// Copies runs of ordinary bytes at once.
#[cold]
fn escaped(out: &mut Line<'_>, text: &[u8], special: impl Fn(u8) -> bool) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| special(*byte)) {
        out.put(&rest[..at]);
        let letter = if rest[at] == b'\n' { b'n' } else { rest[at] };
        out.put_fixed(&[b'\\', letter]);
        rest = &rest[at + 1..];
    }
    out.put(rest);
}

/// Whether one of the three bytes that a value must not show is in the text; eight bytes at a time.
#[inline]
fn has_special(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<8>() else { return is_special_in(short(text)) };
    let (words, _) = text.as_chunks::<8>();
    words.iter().chain([last]).any(|word| is_special_in(u64::from_le_bytes(*word)))
}

/// All bytes of a text of less than eight, some of them twice.
#[inline]
fn short(text: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        let [first, last] = [first, last].map(|it| u64::from(u32::from_le_bytes(*it)));
        return (first << 32) | last;
    }
    text.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

/// Whether one of the eight bytes of a word is special.
#[inline]
fn is_special_in(word: u64) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    // A byte becomes 0 where it is the one looked for; subtracting 1 borrows from the top bit of those.
    let zero_bytes = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let equal = |byte: u8| zero_bytes(word ^ (ONES * u64::from(byte)));
    equal(b'\\') | equal(b'\n') | equal(b'"') != 0
}

#[cfg(test)]
mod tests;
