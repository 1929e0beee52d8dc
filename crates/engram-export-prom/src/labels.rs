//! The labels of a series, without the brace at their end: a bucket adds one of its own.

use engram_metrics_core::Labels;

use crate::buffer::Line;
use crate::escape;

/// Writes the labels; false when there are none.
#[inline(always)]
pub(crate) fn put(line: &mut Line<'_>, labels: Labels<'_>) -> bool {
    let Some(text) = labels.text() else { return put_pairs(line, labels.iter()) };
    let is_labelled = put_pairs(line, labels.instance());
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
    let of = |(name, value): (&str, &str)| name.len() + value.len() * escape::GROWTH + 4;
    let own = labels.text().map_or_else(|| labels.own().map(of).sum(), str::len);
    own + labels.instance().map(of).sum::<usize>() + 4
}

#[inline(always)]
fn put_pairs<'a>(line: &mut Line<'_>, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let mut is_labelled = false;
    for (name, value) in pairs {
        put_separator(line, is_labelled);
        line.put(name.as_bytes());
        line.put_fixed(b"=\"");
        escape::label_value(line, value);
        line.put_fixed(b"\"");
        is_labelled = true;
    }
    is_labelled
}
