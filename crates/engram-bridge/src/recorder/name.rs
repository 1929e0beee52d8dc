//! From a name of the facade to one of ours.
//!
//! ```text
//!   HTTP-Requests.total         counter    http_requests
//!   rpc_duration_seconds        histogram  rpc_duration, seconds
//!   rpc.latency, milliseconds   histogram  rpc.latency, seconds; values times 0.001
//!   5xx                         gauge      metric_5xx
//! ```
//!
//! Capitals become small, what is neither letter, digit nor dot an underscore, and there are no separators
//! at the ends. What an exporter appends is taken away, so that it is not there twice.

use engram_metrics_core::{Kind, Unit};

use super::measure::Measure;

/// Room for a name, with some left for the number that tells it from another.
const MAX_BYTES: usize = 240;

/// What a metric of the facade is to us.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) unit: Unit,
    /// A value in base units is the value of the facade times this, divided by `per`: both whole, so that
    /// 35 milliseconds are 0.035 and not the float behind it.
    pub(super) times: f64,
    pub(super) per: f64,
}

/// The name and the unit, given the unit that was described.
pub(super) fn translate(
    name: &str,
    kind: Kind,
    described: Option<metrics::Unit>,
) -> (String, Scale) {
    let name = cleaned(name, "metric_");
    let stem = if kind == Kind::Counter { without(&name, "total") } else { &name };
    let measure = described.map_or_else(|| Measure::of_name(stem), Measure::of_unit);
    let (words, scale) = match measure {
        Some(measure) if kind != Kind::Counter || measure.is_whole() => {
            let words = if described.is_some() { measure.words } else { &measure.words[..1] };
            (words, measure.scale)
        }
        // A counter counts whole numbers, which milliseconds are and their seconds are not.
        _ => (&[][..], Scale { unit: Unit::Count(ucum(described)), times: 1.0, per: 1.0 }),
    };
    let shorter = words.iter().map(|word| without(stem, word)).min_by_key(|name| name.len());
    (shorter.unwrap_or(stem).to_owned(), scale)
}

/// A valid name as near to `name` as can be; one that does not begin with a letter gets `prefix`.
pub(super) fn cleaned(name: &str, prefix: &str) -> String {
    let is_valid = |it: &char| matches!(it, 'a'..='z' | '0'..='9' | '.');
    let small = name.chars().map(|it| it.to_ascii_lowercase());
    let text: String = small.map(|it| if is_valid(&it) { it } else { '_' }).collect();
    let text = text.trim_matches(SEPARATORS);
    let text = text[..text.len().min(MAX_BYTES)].trim_end_matches(SEPARATORS);
    match text.as_bytes() {
        [b'a'..=b'z', ..] => text.to_owned(),
        [] => prefix.trim_end_matches(SEPARATORS).to_owned(),
        _ => format!("{prefix}{text}"),
    }
}

/// What separates the words of a name.
const SEPARATORS: [char; 2] = ['_', '.'];

/// The name without `word` at its end, unless nothing would be left of it.
fn without<'a>(name: &'a str, word: &str) -> &'a str {
    let stem = name.strip_suffix(word).filter(|stem| stem.ends_with(SEPARATORS));
    stem.map(|stem| stem.trim_end_matches(SEPARATORS)).filter(|it| !it.is_empty()).unwrap_or(name)
}

/// The unit as UCUM has it; empty when it is not known.
const fn ucum(described: Option<metrics::Unit>) -> &'static str {
    use metrics::Unit as Described;
    match described {
        Some(Described::Milliseconds) => "ms",
        Some(Described::Microseconds) => "us",
        Some(Described::Nanoseconds) => "ns",
        Some(Described::Percent) => "%",
        Some(Described::TerabitsPerSecond) => "Tbit/s",
        Some(Described::GigabitsPerSecond) => "Gbit/s",
        Some(Described::MegabitsPerSecond) => "Mbit/s",
        Some(Described::KilobitsPerSecond) => "kbit/s",
        Some(Described::BitsPerSecond) => "bit/s",
        Some(Described::CountPerSecond) => "{count}/s",
        Some(Described::Count) => "{count}",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
