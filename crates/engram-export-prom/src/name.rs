//! The Prometheus name of a metric, by the rules of the OpenTelemetry specification.
//!
//! Dots become underscores; the unit is appended, and `_total` to a counter, unless the name ends
//! that way already.

use engram_metrics_core::{Descriptor, Kind};

/// Writes the name of `descriptor` into `out`, replacing what was there.
pub(crate) fn write(out: &mut Vec<u8>, descriptor: &Descriptor) {
    let is_counter = descriptor.kind() == Kind::Counter;
    let name = descriptor.name();
    let stem = if is_counter { without(name, "total") } else { name };
    out.clear();
    out.extend(stem.bytes().map(|byte| if byte == b'.' { b'_' } else { byte }));
    append_word(out, descriptor.unit().suffix());
    if is_counter {
        append_word(out, "total");
    }
}

/// The name without `word` and its separator at the end, so that the unit can stand before it.
fn without<'a>(name: &'a str, word: &str) -> &'a str {
    match name.strip_suffix(word) {
        Some(stem) if stem.ends_with(['.', '_']) => &stem[..stem.len() - 1],
        _ => name,
    }
}

/// Appends `_word`, unless there is no word or the name ends with it.
fn append_word(out: &mut Vec<u8>, word: &str) {
    let there = out.strip_suffix(word.as_bytes()).is_some_and(|stem| stem.ends_with(b"_"));
    if !word.is_empty() && !there {
        out.push(b'_');
        out.extend_from_slice(word.as_bytes());
    }
}

#[cfg(test)]
mod tests;
