use engram_metrics_core::{Descriptor, Kind, Unit};

use super::Name;

#[test]
fn unit_and_total_are_appended_once() {
    let things = Unit::Count("{thing}");
    let mut written = Name::new();
    for (name, unit, kind, [family, full]) in [
        ("a.b.c", things, Kind::Counter, ["a_b_c", "a_b_c_total"]),
        ("a.total", things, Kind::Counter, ["a", "a_total"]),
        ("a.total.total", things, Kind::Counter, ["a", "a_total"]),
        ("a_total", Unit::Bytes, Kind::Counter, ["a_bytes", "a_bytes_total"]),
        ("a_bytes_total", Unit::Bytes, Kind::Counter, ["a_bytes", "a_bytes_total"]),
        ("a.seconds", Unit::Seconds, Kind::Histogram, ["a_seconds"; 2]),
        ("a.milliseconds", Unit::Seconds, Kind::Histogram, ["a_milliseconds_seconds"; 2]),
        ("a.fill", Unit::Ratio, Kind::Gauge, ["a_fill_ratio"; 2]),
        ("a.queue", things, Kind::UpDownCounter, ["a_queue"; 2]),
        ("total", things, Kind::Counter, ["total", "total_total"]),
    ] {
        written.set(&Descriptor::new(name, "", unit, kind).expect("a valid name"));
        assert_eq!([written.family(), written.full()], [family.as_bytes(), full.as_bytes()]);
    }
}
