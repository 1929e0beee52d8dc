//! The Prometheus name of a metric, by the rules of the OpenTelemetry specification.
//!
//! Dots become underscores; the unit is appended, and `_total` to a counter, unless the name ends
//! that way already.

use engram_metrics_core::{Descriptor, Kind, Unit};

const TOTAL: &str = "total";
const INFO: &str = "info";

/// Whether a metric is a fact, which OpenMetrics has a type for: by convention a gauge without a unit whose
/// name ends in `.info`, as those of [`Info`](engram_metrics_core::Info).
pub(crate) fn is_info(descriptor: &Descriptor) -> bool {
    let is_plain = matches!(descriptor.unit(), Unit::Count(_)) && descriptor.kind() == Kind::Gauge;
    is_plain && without(descriptor.name(), INFO).len() < descriptor.name().len()
}

/// The name of the current metric.
#[derive(Debug)]
pub(crate) struct Name {
    text: Vec<u8>,
    /// Where `_total` or `_info` begins, or the end.
    family: usize,
}

impl Name {
    pub(crate) fn new() -> Self {
        Self { text: Vec::with_capacity(256), family: 0 }
    }

    /// Becomes the name of `descriptor`.
    pub(crate) fn set(&mut self, descriptor: &Descriptor) {
        let Self { text, family } = self;
        let is_counter = descriptor.kind() == Kind::Counter;
        let name = descriptor.name();
        let stem = if is_counter { without(name, TOTAL) } else { name };
        text.clear();
        text.extend(stem.bytes().map(|byte| if byte == b'.' { b'_' } else { byte }));
        append_word(text, descriptor.unit().suffix());
        *family = text.len();
        if is_info(descriptor) {
            *family -= "_".len() + INFO.len();
        }
        if is_counter {
            append_word(text, TOTAL);
            *family = text.len() - "_".len() - TOTAL.len();
        }
    }

    /// What the series of a counter, a gauge and the type in classic formats are called.
    #[inline]
    pub(crate) fn full(&self) -> &[u8] {
        &self.text
    }

    /// The same without `_total` and `_info`: what OpenMetrics calls the family.
    pub(crate) fn family(&self) -> &[u8] {
        &self.text[..self.family]
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
