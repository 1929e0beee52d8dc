//! Families, labels and values.

use super::model::MetricType;
use super::*;

metric_set! {
    struct Example {
        /// Bytes sent.
        sent: Counter = "net.sent", Unit::Bytes;
        /// Entries.
        entries: UpDownCounter = "entries", Unit::Count("{entry}");
        /// Fill level.
        fill: Gauge = "fill", Unit::Ratio;
        /// Wait.
        wait: ExplicitHistogram = "wait", Unit::Seconds,
            ExplicitHistogram::new(Unit::Seconds, &[0.5, 1.0]);
    }
}

static EXAMPLE: Example = Example::new();

#[test]
fn a_decoder_that_is_not_ours_reads_names_kinds_units_and_values() {
    let registry = Registry::new();
    registry.register_with(&[("shard", "left")], &EXAMPLE).expect("registers");
    EXAMPLE.sent.add(1 << 40);
    EXAMPLE.entries.add(-3);
    EXAMPLE.fill.set(0.125);
    EXAMPLE.wait.record_f64(0.75);
    let created = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(Format::Protobuf).with_created(created);
    encoder.encode_whole(&registry, &mut bytes);
    let families = families(&bytes);
    let shown: Vec<_> = families
        .iter()
        .map(|it| (it.name.as_str(), it.help.as_str(), it.r#type(), it.unit.as_str()))
        .collect();
    assert_eq!(shown, [
        ("net_sent_bytes_total", "Bytes sent.", MetricType::Counter, "bytes"),
        ("entries", "Entries.", MetricType::Gauge, ""),
        ("fill_ratio", "Fill level.", MetricType::Gauge, "ratio"),
        ("wait_seconds", "Wait.", MetricType::Histogram, "seconds"),
    ]);
    let [sent, entries, fill, wait] = [0, 1, 2, 3].map(|at| &families[at].metric[0]);
    assert_eq!((sent.label[0].name.as_str(), sent.label[0].value.as_str()), ("shard", "left"));
    let sent = sent.counter.as_ref().expect("a counter");
    assert_eq!(sent.value, (1_u64 << 40) as f64);
    let since = sent.created_timestamp.expect("asked for");
    assert_eq!((since.seconds, since.nanos), (1_700_000_000, 5));
    assert_eq!(entries.gauge.as_ref().expect("a gauge").value, -3.0);
    assert_eq!(fill.gauge.as_ref().expect("a gauge").value, 0.125);
    let wait = wait.histogram.as_ref().expect("a histogram");
    let buckets: Vec<_> =
        wait.bucket.iter().map(|it| (it.upper_bound, it.cumulative_count)).collect();
    assert_eq!(buckets, [(0.5, 0), (1.0, 1), (f64::INFINITY, 1)]);
    assert_eq!((wait.sample_count, wait.sample_sum), (1, 0.75));
    assert_eq!(wait.created_timestamp, Some(since));
    assert!(wait.native().is_empty() && wait.zero_threshold == 0.0, "bounds that a user gave");
}

#[test]
fn only_the_families_that_were_asked_for_are_written() {
    let registry = Registry::new();
    registry.register(&EXAMPLE).expect("registers");
    let mut encoder = Encoder::new(Format::Protobuf);
    encoder.select(Names::only(["fill_ratio"]));
    let mut bytes = Vec::new();
    encoder.encode_whole(&registry, &mut bytes);
    let names: Vec<_> = families(&bytes).into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["fill_ratio"]);
}

/// Series that a test chooses.
struct Chosen(Descriptor, Vec<(String, f64)>);

impl Collect for Chosen {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        for (label, value) in &self.1 {
            visit.series(Labels::new(&[("label.1", label)]), Value::Float(*value));
        }
    }
}

fn chosen(series: Vec<(String, f64)>) -> Registry {
    let descriptor = Descriptor::fixed("chosen", "", Unit::Ratio, Kind::Gauge);
    let registry = Registry::new();
    registry.register_shared(&[], Arc::new(Chosen(descriptor, series))).expect("registers");
    registry
}

#[test]
fn a_large_family_comes_in_messages_of_bounded_size_in_pieces_of_bounded_size() {
    let series: Vec<_> = (0..20_000).map(|at| (format!("label {at}"), f64::from(at))).collect();
    let registry = chosen(series.clone());
    let (mut bytes, mut largest) = (Vec::new(), 0);
    Encoder::new(Format::Protobuf).encode(&registry, |piece| {
        largest = largest.max(piece.len());
        bytes.extend_from_slice(piece);
    });
    assert!(largest < crate::PIECE_BYTES + 34 * 1024, "{largest}");
    let families = families(&bytes);
    assert!(families.len() > 5, "{}", families.len());
    assert!(families.iter().all(|it| it.name == "chosen_ratio"));
    let read = families.iter().flat_map(|it| &it.metric);
    let read: Vec<_> = read
        .map(|it| (it.label[0].value.clone(), it.gauge.as_ref().expect("a gauge").value))
        .collect();
    assert_eq!(read, series);
}

proptest! {
    #[test]
    fn any_label_and_value_comes_back(label in "\\PC*", bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        let families = page(&chosen(vec![(label.clone(), value)]));
        let metric = &families[0].metric[0];
        prop_assert_eq!(&metric.label[0].name, "label_1");
        prop_assert_eq!(&metric.label[0].value, &label);
        prop_assert_eq!(metric.gauge.as_ref().expect("a gauge").value.to_bits(), bits);
    }
}
