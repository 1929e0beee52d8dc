use std::collections::BTreeSet;

use super::*;

#[test]
fn what_replaces_a_name_is_in_the_catalogue_or_of_another_crate() {
    for row in REQUESTED {
        for now in row.now.split(", ").filter(|now| *now != "-") {
            let family = now.trim_end_matches("_count");
            let is_other =
                ["engram_workload_", "engram_metrics_"].iter().any(|it| now.starts_with(it));
            assert!(is_other || ENTRIES.iter().any(|entry| entry.name == family), "{now}");
        }
    }
}

#[test]
fn every_alert_that_was_asked_for_leads_to_one_that_exists_or_to_none() {
    for [name, _, now, _] in REQUESTED_ALERTS {
        assert!(*now == "-" || ALERTS.iter().any(|alert| alert.name == *now), "{name}: {now}");
    }
    assert_eq!(REQUESTED_ALERTS.len(), 18);
}

#[test]
fn alerts_ask_for_nothing_that_is_not_exported() {
    let names: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.name).collect();
    let text = rules_file();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
    for word in words.filter(|word| word.starts_with("engram_")) {
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|it| word.strip_suffix(it));
        assert!(names.contains(family.unwrap_or(word)), "{word}");
    }
}

#[test]
fn names_are_there_once() {
    let names: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), ENTRIES.len());
    let asked: BTreeSet<_> = REQUESTED.iter().map(|row| row.name).collect();
    assert_eq!(asked.len(), REQUESTED.len());
}

engram_metrics_core::when_enabled! {
    use engram_metrics_core::{Descriptor, Kind, Labels, Value, Visit};

    use crate::metrics::SETS;

    /// The names of the labels of the first series.
    #[derive(Default)]
    struct Names(Option<Vec<String>>);

    impl Visit for Names {
        fn metric(&mut self, _: &Descriptor) {}

        fn series(&mut self, labels: Labels<'_>, _: Value<'_>) {
            self.0.get_or_insert_with(|| labels.iter().map(|(name, _)| name.to_owned()).collect());
        }
    }

    /// The name on a Prometheus page.
    fn shown(descriptor: &Descriptor) -> String {
        let suffix = descriptor.unit().suffix();
        let unit = if suffix.is_empty() { String::new() } else { format!("_{suffix}") };
        let total = if descriptor.kind() == Kind::Counter { "_total" } else { "" };
        format!("{}{unit}{total}", descriptor.name().replace('.', "_"))
    }

    #[test]
    fn each_metric_has_its_entry_and_each_entry_its_metric() {
        let mut entries = ENTRIES.iter();
        for set in SETS {
            for (at, descriptor) in (0..).map_while(|at| Some((at, set.descriptor(at)?))) {
                let entry = entries.next().expect("as many entries as metrics");
                assert_eq!(entry.name, shown(descriptor));
                let kind = match descriptor.kind() {
                    Kind::Counter => "counter",
                    Kind::Gauge | Kind::UpDownCounter => "gauge",
                    Kind::Histogram => "histogram",
                };
                assert_eq!(entry.kind, kind, "{}", entry.name);
                let mut names = Names::default();
                set.collect(at, &mut names);
                assert_eq!(entry.labels, names.0.unwrap_or_default().join(", "), "{}", entry.name);
            }
        }
        assert!(entries.next().is_none());
    }
}
