use super::*;

const SAID: &str = "Resource attributes:
     -> service.name: Str(x)
     -> Name: a.b
     -> Unit: s
     -> DataType: Sum
NumberDataPoints #0
Data point attributes:
     -> kind: Str(one (1))
Value: 3
NumberDataPoints #1
Value: 4
     -> Name: h
     -> Unit: {x}
     -> DataType: ExponentialHistogram
ExponentialHistogramDataPoints #0
Count: 7
Bucket (1, 2], Count: 7
";

fn series(name: &str, labels: &[(&str, &str)]) -> Series {
    let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    (name.to_owned(), labels.collect())
}

#[test]
fn what_a_collector_prints_is_read_as_series_of_prometheus() {
    let wanted = [
        (series("a_b_seconds_total", &[("kind", "one (1)")]), 3.0),
        (series("a_b_seconds_total", &[]), 4.0),
        (series("h_count", &[]), 7.0),
    ];
    assert_eq!(shown(SAID), BTreeMap::from(wanted));
}

#[test]
fn a_series_that_one_of_the_three_has_otherwise_is_a_failure() {
    let tally = BTreeMap::from_iter((0..30).map(|at| (series(&format!("{at}_total"), &[]), 1.0)));
    let failed = |scraped: &_, pushed: &_| {
        compare(&tally, scraped, pushed)
            != Outcome::passed("30 series equal in the engine, Prometheus and the collector")
    };
    assert!(!failed(&tally, &tally));
    let mut other = tally.clone();
    other.insert(series("7_total", &[]), 2.0);
    assert!(failed(&other, &tally) && failed(&tally, &other));
    other.remove(&series("7_total", &[]));
    assert!(failed(&other, &tally) && failed(&tally, &other));
    assert_ne!(compare(&BTreeMap::new(), &tally, &tally), Outcome::passed(""));
}

const LOGS: &str = "ScopeLogs #0
LogRecord #0
Timestamp: 1
EventName: engram.search
Attributes:
     -> hops: Int(3)
Trace ID: 0a
Span ID: 01
LogRecord #1
EventName: engram.trace.gap
Trace ID: 
LogRecord #2
EventName: engram.recall
Trace ID: 0b
";

#[test]
fn every_event_has_to_be_a_record_and_every_exemplar_to_lead_to_one() {
    let records = Records::read(LOGS);
    assert_eq!((records.events, records.gaps), (2, 1));
    let page = "a_bucket 1 # {trace_id=\"0b\",span_id=\"01\"} 0.5 1.0";
    assert_eq!(records.fault(2.0, &records::exemplars(page)), None);
    assert!(records.fault(3.0, &records::exemplars(page)).is_some(), "one is missing");
    assert!(records.fault(2.0, &records::exemplars("")).is_some(), "there are no exemplars");
    let other = records::exemplars(&page.replace("0b", "0c"));
    assert!(records.fault(2.0, &other).is_some(), "it leads nowhere");
    assert!(
        Records::read("").fault(0.0, &records::exemplars(page)).is_some(),
        "nothing is not enough"
    );
}
