use engram_metrics_core::{Descriptor, Kind, Unit};

fn prometheus_name(name: &'static str, unit: Unit, kind: Kind) -> String {
    let descriptor = Descriptor::new(name, "", unit, kind).expect("a valid name");
    let mut out = b"what was there before".to_vec();
    super::write(&mut out, &descriptor);
    String::from_utf8(out).expect("ASCII")
}

#[test]
fn unit_and_total_are_appended_once() {
    let things = Unit::Count("{thing}");
    for (name, unit, kind, expected) in [
        ("a.b.c", things, Kind::Counter, "a_b_c_total"),
        ("a.total", things, Kind::Counter, "a_total"),
        ("a_total", Unit::Bytes, Kind::Counter, "a_bytes_total"),
        ("a_bytes_total", Unit::Bytes, Kind::Counter, "a_bytes_total"),
        ("a.seconds", Unit::Seconds, Kind::Histogram, "a_seconds"),
        ("a.milliseconds", Unit::Seconds, Kind::Histogram, "a_milliseconds_seconds"),
        ("a.fill", Unit::Ratio, Kind::Gauge, "a_fill_ratio"),
        ("a.queue", things, Kind::UpDownCounter, "a_queue"),
        ("total", things, Kind::Counter, "total_total"),
    ] {
        assert_eq!(prometheus_name(name, unit, kind), expected);
    }
}
