//! The labels of a series, without the brace at their end: a bucket adds one of its own.
//!
//! Sources check the names that they give, but one that is not ours may hand out what is no identifier.
//! It must not spoil the page: underscores stand for what does not belong, or quotation marks around the
//! name where the format has them.

use engram_metrics_core::Labels;

use crate::buffer::Line;
use crate::escape;

/// What becomes of a name that is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusual {
    Underscores,
    Quoted,
}

/// Writes the labels; false when there are none.
#[inline(always)]
pub(crate) fn put(line: &mut Line<'_>, labels: Labels<'_>, unusual: Unusual) -> bool {
    let Some(text) = labels.text() else { return put_pairs(line, labels.iter(), unusual) };
    let is_labelled = put_pairs(line, labels.instance(), unusual);
    if text.is_empty() {
        return is_labelled;
    }
    put_separator(line, is_labelled);
    line.put(text.as_bytes());
    true
}

/// Writes what stands before a further label.
#[inline]
pub(crate) fn put_separator(line: &mut Line<'_>, is_labelled: bool) {
    line.put_fixed(if is_labelled { b"," } else { b"{" });
}

/// Writes what stands between the labels and the value.
#[inline]
pub(crate) fn close(line: &mut Line<'_>, is_labelled: bool) {
    if is_labelled {
        line.put_fixed(b"} ");
    } else {
        line.put_fixed(b" ");
    }
}

/// A length that labels, braces and separators do not exceed.
#[inline]
pub(crate) fn most(labels: Labels<'_>) -> usize {
    let own = labels.text().map_or_else(|| most_pairs(labels.own()), str::len);
    own + most_pairs(labels.instance()) + 4
}

/// The same of labels alone.
#[inline]
pub(crate) fn most_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
    // A quoted name grows as a value does, and has two quotation marks.
    pairs.map(|(name, value)| (name.len() + value.len()) * escape::GROWTH + 7).sum()
}

/// Writes labels as pairs; false when there are none.
#[inline(always)]
pub(crate) fn put_pairs<'a>(
    line: &mut Line<'_>,
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    unusual: Unusual,
) -> bool {
    let mut is_labelled = false;
    for (name, value) in pairs {
        put_separator(line, is_labelled);
        if is_identifier(name.as_bytes()) {
            line.put(name.as_bytes());
        } else {
            put_unusual(line, name, unusual);
        }
        line.put_fixed(b"=\"");
        escape::label_value(line, value);
        line.put_fixed(b"\"");
        is_labelled = true;
    }
    is_labelled
}

#[cold]
fn put_unusual(line: &mut Line<'_>, name: &str, unusual: Unusual) {
    if unusual == Unusual::Quoted && !name.is_empty() {
        line.put_fixed(b"\"");
        escape::label_value(line, name);
        return line.put_fixed(b"\"");
    }
    let identifier = identifier(name);
    identifier.for_each(|byte| line.put_fixed(&[byte]));
}

/// The name with an underscore for each character that does not belong into one, and in front of a digit.
pub(crate) fn identifier(name: &str) -> impl Iterator<Item = u8> {
    let needs_start = name.bytes().next().is_none_or(|first| first.is_ascii_digit());
    let start = needs_start.then_some(b'_');
    let plain = |letter: char| if letter.is_ascii() { letter as u8 } else { b'_' };
    let bytes = name.chars().map(plain);
    start.into_iter().chain(bytes.map(|byte| if is_part(byte) { byte } else { b'_' }))
}

/// `[a-zA-Z_][a-zA-Z0-9_]*`.
#[inline]
pub(crate) fn is_identifier(name: &[u8]) -> bool {
    let is_start = name.first().is_some_and(|first| !first.is_ascii_digit());
    is_start && name.iter().all(|byte| is_part(*byte))
}

#[inline]
fn is_part(byte: u8) -> bool {
    PARTS[usize::from(byte)]
}

/// Which bytes an identifier is made of. A table, because this is asked for every letter of a page.
const PARTS: [bool; 256] = {
    let mut parts = [false; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        parts[at] = byte.is_ascii_alphanumeric() || byte == b'_';
        at += 1;
    }
    parts
};
