//! The names that a metric takes on the pages of Prometheus and OpenMetrics: each belongs to one metric.
//!
//! A name of ours becomes several there. A counter `x` is the family `x` with the series `x_total` and
//! `x_created`, so that neither a gauge `x.total` nor a counter `x.total` can stand beside it; a histogram
//! has its `_bucket`, `_sum` and `_count`. A page on which two metrics meet is refused as a whole by
//! whoever reads OpenMetrics, and one on which they do not meet in every format would hide that.

use crate::descriptor::{Descriptor, Kind};

/// All names that the metric takes, whatever the format.
pub(super) fn claims(descriptor: &Descriptor) -> Vec<String> {
    let own = underscored(descriptor);
    let is_counter = descriptor.kind() == Kind::Counter;
    let stem = own.strip_suffix("_total").filter(|_| is_counter).unwrap_or(&own);
    let full = with_word(stem, descriptor.unit().suffix());
    let full = if is_counter { with_word(&full, "total") } else { full };
    // OpenMetrics has counters, and facts, without the end of their name.
    let (end, series): (_, &[&str]) = match descriptor.kind() {
        Kind::Counter => ("_total", &["_created"]),
        Kind::Histogram => ("", &["_bucket", "_sum", "_count", "_created"]),
        Kind::Gauge | Kind::UpDownCounter | Kind::StateSet => ("_info", &[]),
    };
    let family = full.strip_suffix(end).unwrap_or(&full);
    let mut names: Vec<String> = series.iter().map(|suffix| format!("{family}{suffix}")).collect();
    names.push(family.to_owned());
    names.push(full);
    names
}

/// The name where dots are underscores: what two instances of a metric share.
pub(super) fn underscored(descriptor: &Descriptor) -> String {
    descriptor.name().replace('.', "_")
}

/// The name with a word at its end, unless it is there already.
fn with_word(name: &str, word: &str) -> String {
    let is_there = name.strip_suffix(word).is_some_and(|stem| stem.ends_with('_'));
    if word.is_empty() || is_there { name.to_owned() } else { format!("{name}_{word}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Unit;

    fn of(name: &'static str, unit: Unit, kind: Kind) -> Vec<String> {
        let mut names = claims(&Descriptor::fixed(name, "", unit, kind));
        names.sort();
        names.dedup();
        names
    }

    #[test]
    fn a_metric_takes_the_names_of_its_family_and_of_its_series() {
        let count = Unit::Count("1");
        assert_eq!(of("a.b", count, Kind::Gauge), ["a_b"]);
        assert_eq!(of("a", Unit::Seconds, Kind::UpDownCounter), ["a_seconds"]);
        assert_eq!(
            of("a", Unit::Bytes, Kind::Counter),
            ["a_bytes", "a_bytes_created", "a_bytes_total"]
        );
        assert_eq!(of("a.total", count, Kind::Counter), of("a", count, Kind::Counter));
        assert_eq!(of("a.seconds", Unit::Seconds, Kind::Gauge), ["a_seconds"]);
        assert_eq!(of("a.info", count, Kind::Gauge), ["a", "a_info"]);
        let histogram = ["a", "a_bucket", "a_count", "a_created", "a_sum"];
        assert_eq!(of("a", count, Kind::Histogram), histogram);
    }
}
