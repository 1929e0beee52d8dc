use std::collections::BTreeSet;

use super::*;

#[test]
fn what_replaces_a_name_is_in_the_catalogue_or_of_another_crate() {
    for row in REQUESTED {
        for now in row.now.split(", ").filter(|now| *now != "-") {
            let is_other = OTHERS.iter().any(|(name, _)| *name == now);
            assert!(is_other || ENTRIES.iter().any(|entry| entry.name == now), "{now}");
        }
    }
}

#[test]
fn every_alert_that_was_asked_for_leads_to_one_that_exists() {
    for [name, fate, now, _] in REQUESTED_ALERTS {
        assert!(alerts().any(|alert| alert.name == *now), "{name}: {now}");
        assert!(["Kept", "Corrected", "Replaced"].contains(fate), "{name}: {fate}");
    }
    assert_eq!(REQUESTED_ALERTS.len(), 18);
}

#[test]
fn alerts_ask_for_nothing_that_is_not_exported() {
    let mut names: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.name).collect();
    names.extend(OTHERS.iter().map(|(name, _)| *name));
    let text = rules_file();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
    for word in words.filter(|word| word.starts_with("engram_")) {
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|it| word.strip_suffix(it));
        assert!(names.contains(family.unwrap_or(word)), "{word}");
    }
}

#[test]
fn in_a_hurry_every_alert_about_memory_looks_back_seconds() {
    let quick = quick_rules_file();
    let alerts = GROUPS[0].alerts;
    assert_eq!(quick.matches("- alert:").count(), alerts.len());
    assert!(alerts.iter().all(|alert| quick.contains(alert.name)));
    let mut ranges = quick.split('[').skip(1).map(|it| it.split(']').next().unwrap_or_default());
    assert!(ranges.all(|range| ["4s", "10s"].contains(&range)), "{quick}");
    let mut waits = quick.split("for: ").skip(1).map(|it| it.lines().next().unwrap_or_default());
    assert!(waits.all(|wait| ["0s", "6s"].contains(&wait)), "{quick}");
}

#[test]
fn every_alert_has_a_runbook_and_two_histories() {
    for alert in alerts() {
        assert!(alert.runbook.len() > 40, "{}", alert.name);
        assert!(!alert.fires.0.is_empty() && !alert.silent.0.is_empty(), "{}", alert.name);
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
                    Kind::Gauge | Kind::UpDownCounter | Kind::StateSet => "gauge",
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
