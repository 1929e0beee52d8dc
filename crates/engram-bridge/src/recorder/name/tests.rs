use super::{Scale, cleaned, translate};
use engram_metrics_core::{Descriptor, Kind, Unit};
use metrics::Unit as Described;
use proptest::prelude::*;

const NONE: Scale = Scale { unit: Unit::Count(""), times: 1.0, per: 1.0 };
const SECONDS: Scale = Scale { unit: Unit::Seconds, times: 1.0, per: 1.0 };
const BYTES: Scale = Scale { unit: Unit::Bytes, times: 1.0, per: 1.0 };

#[test]
fn a_name_becomes_the_nearest_valid_one() {
    for (name, ours) in [
        ("requests", "requests"),
        ("HTTP-Requests", "http_requests"),
        ("tokio::poll", "tokio__poll"),
        ("rpc.server.calls", "rpc.server.calls"),
        ("_private_", "private"),
        ("5xx", "metric_5xx"),
        ("", "metric"),
        ("größe", "gr__e"),
    ] {
        assert_eq!(translate(name, Kind::Gauge, None), (ours.to_owned(), NONE), "{name:?}");
    }
}

#[test]
fn a_counter_says_total_once_and_others_keep_the_word() {
    assert_eq!(translate("rows_total", Kind::Counter, None).0, "rows");
    assert_eq!(translate("rows.total", Kind::Counter, None).0, "rows");
    assert_eq!(translate("total", Kind::Counter, None).0, "total");
    assert_eq!(translate("rows_total", Kind::Gauge, None).0, "rows_total");
}

#[test]
fn a_unit_in_the_name_is_believed_when_it_is_a_whole_word() {
    let of = |name| translate(name, Kind::Histogram, None);
    assert_eq!(of("query_seconds"), ("query".into(), SECONDS));
    assert_eq!(of("query.size.bytes"), ("query.size".into(), BYTES));
    assert_eq!(of("requests_us"), ("requests_us".into(), NONE));
    assert_eq!(of("seconds"), ("seconds".into(), NONE));
    let (name, scale) = of("wait_milliseconds");
    assert_eq!((name.as_str(), scale.unit, scale.per), ("wait", Unit::Seconds, 1e3));
}

#[test]
fn a_description_counts_more_than_the_name() {
    let (name, scale) = translate("wait_ms", Kind::Histogram, Some(Described::Milliseconds));
    assert_eq!((name.as_str(), scale.unit, scale.per), ("wait", Unit::Seconds, 1e3));
    let (name, scale) = translate("size_seconds", Kind::Gauge, Some(Described::Bytes));
    assert_eq!((name.as_str(), scale), ("size_seconds", BYTES));
    let (name, scale) = translate("load", Kind::Gauge, Some(Described::Percent));
    assert_eq!((name.as_str(), scale.unit, scale.per), ("load", Unit::Ratio, 100.0));
}

#[test]
fn a_counter_is_converted_only_where_it_stays_exact() {
    let (name, scale) = translate("read_kib_total", Kind::Counter, Some(Described::Kibibytes));
    assert_eq!((name.as_str(), scale.unit, scale.times), ("read", Unit::Bytes, 1024.0));
    let (name, scale) = translate("wait_milliseconds_total", Kind::Counter, None);
    assert_eq!((name.as_str(), scale), ("wait_milliseconds", NONE));
    let (_, scale) = translate("wait_ms", Kind::Counter, Some(Described::Milliseconds));
    assert_eq!(scale.unit, Unit::Count("ms"));
    let (name, scale) = translate("busy_seconds_total", Kind::Counter, None);
    assert_eq!((name.as_str(), scale), ("busy", SECONDS));
}

proptest! {
    #[test]
    fn every_name_becomes_a_valid_one(name in any::<String>(), long in 0_usize..40) {
        let name = name.repeat(long);
        for kind in [Kind::Counter, Kind::Gauge, Kind::Histogram] {
            let (ours, scale) = translate(&name, kind, None);
            prop_assert!(Descriptor::new(ours, "help", scale.unit, kind).is_ok());
        }
    }

    #[test]
    fn a_valid_name_stays_as_it_is(name in "[a-z]([a-z0-9_.]{0,50}[a-z0-9])?") {
        prop_assert_eq!(cleaned(&name, "metric_"), name);
    }
}
