use super::check;
use crate::page::exposition::{Dialect, Exposition};

fn findings(page: &str, dialect: Dialect) -> Vec<String> {
    let found = check(&Exposition::read(page, dialect));
    found.into_iter().map(|it| format!("{}: {}", it.line, it.message)).collect()
}

const GOOD: &str = "\
# HELP a_seconds_total A.
# TYPE a_seconds_total counter
a_seconds_total{b=\"c\"} 1
a_seconds_total{b=\"d\"} 2 1700000000
# HELP h_bytes H.
# TYPE h_bytes histogram
h_bytes_bucket{le=\"1\"} 1
h_bytes_bucket{le=\"+Inf\"} 2
h_bytes_sum 3
h_bytes_count 2
";

const GOOD_OPEN: &str = "\
# HELP a_seconds A.
# TYPE a_seconds counter
# UNIT a_seconds seconds
a_seconds_total{b=\"c\"} 1 # {trace_id=\"x\"} 0.5 1.5
a_seconds_created{b=\"c\"} 1.0
# HELP h_bytes H.
# TYPE h_bytes histogram
h_bytes_bucket{le=\"1.0\"} 1 # {trace_id=\"x # {y\"} 0.5
h_bytes_bucket{le=\"+Inf\"} 2
h_bytes_sum 3
h_bytes_count 2
# EOF
";

#[test]
fn good_pages_have_no_findings() {
    assert_eq!(findings(GOOD, Dialect::Text), [""; 0]);
    assert_eq!(findings(GOOD_OPEN, Dialect::OpenMetrics), [""; 0]);
    assert_eq!(findings("", Dialect::Text), [""; 0]);
}

#[test]
fn each_fault_of_a_page_is_found_in_its_line() {
    for (from, to, expected) in [
        ("# HELP a_seconds_total A.\n", "", "1: a_seconds_total: there is no help"),
        ("# TYPE a_seconds_total counter\n", "", "1: a_seconds_total: there is no type"),
        (" counter", " gauge", "1: a_seconds_total: only a counter"),
        ("a_seconds_total", "a_seconds", "1: a_seconds: a counter should end"),
        ("a_seconds_total", "a_ms_total", "1: a_ms_total: units are base units"),
        ("a_seconds_total", "aB_total", "1: aB_total: names are snake_case"),
        ("} 1\n", "} -1\n", "3: a_seconds_total{b=\"c\"}: a counter is not negative"),
        ("b=\"d\"", "b=\"c\"", "4: a_seconds_total{b=\"c\"} is there twice"),
        (
            "b=\"d\"",
            "b=\"d\",b=\"e\"",
            "4: a_seconds_total{b=\"d\",b=\"e\"}: a label is there twice",
        ),
        ("b=\"d\"", "le=\"1\"", "4: a_seconds_total{le=\"1\"}: the label le is for buckets"),
        (" 1700000000", " x", "4: the time: \"x\" is not a number"),
        (" 1700000000", " 1 1", "4: there is more behind"),
        (" 1700000000", " 1.5", "4: the time is not in milliseconds"),
        ("le=\"1\"} 1", "le=\"1\"} 3", "10: h_bytes: the buckets are not cumulative"),
        ("count 2", "count 3", "10: h_bytes: the bucket up to +Inf is not the count"),
        ("h_bytes_bucket{le=\"+Inf\"} 2\n", "", "9: h_bytes: there is no bucket up to +Inf"),
        ("h_bytes_sum 3\n", "", "9: h_bytes: there is no _count or no _sum"),
        ("histogram", "histogramm", "6: the type histogramm is unknown"),
        ("h_bytes_count 2\n", "h_bytes_count 2", "10: the last line has no line feed"),
    ] {
        let found = findings(&GOOD.replace(from, to), Dialect::Text);
        assert!(found.iter().any(|it| it.starts_with(expected)), "{expected}\n{found:#?}");
    }
}

#[test]
fn each_fault_of_an_open_metrics_page_is_found_in_its_line() {
    let long = "x".repeat(130);
    for (from, to, expected) in [
        ("# EOF\n", "", "11: the page has no # EOF"),
        ("# EOF\n", "# EOF\na 1\n", "13: stands behind the end"),
        ("# EOF\n", "\n# EOF\n", "12: OpenMetrics has no empty lines"),
        ("# EOF\n", "# a comment\n# EOF\n", "12: OpenMetrics has no comments"),
        ("seconds_total", "seconds", "4: a_seconds{b=\"c\"}: the sample of a counter"),
        ("a_seconds seconds", "a_seconds bytes", "1: a_seconds: the name has no unit bytes"),
        ("le=\"1.0\"", "le=\"1\"", "8: h_bytes: the bound 1 is written 1.0"),
        ("le=\"1.0\"", "le=\"2e6\"", "8: h_bytes: the bound 2e6 is written 2e+06"),
        (
            "h_bytes_sum 3\n",
            "h_bytes_sum 3 2\nh_bytes_sum 3 1.5\n",
            "11: h_bytes_sum is there again, at an earlier time",
        ),
        (
            "h_bytes_sum 3\n",
            "h_bytes_sum 3 2\nh_bytes_sum 3\n",
            "11: h_bytes_sum has a time in one place and none in another",
        ),
        ("h_bytes_sum 3\n", "h_bytes_sum 3\nh_bytes_sum 3\n", "11: h_bytes_sum is there twice"),
        ("h_bytes_sum 3", "h_bytes_sum 3 # {a=\"b\"} 1", "10: h_bytes_sum: an exemplar is on"),
        ("trace_id=\"x\"", &format!("a=\"{long}\""), "4: a_seconds_total{b=\"c\"}: the labels of"),
    ] {
        let found = findings(&GOOD_OPEN.replace(from, to), Dialect::OpenMetrics);
        assert!(found.iter().any(|it| it.starts_with(expected)), "{expected}\n{found:#?}");
    }
    let found = findings(
        &GOOD.replace("a_seconds_total{b=\"c\"} 1", "a_seconds_total 1 # {} 1"),
        Dialect::Text,
    );
    assert!(found.iter().any(|it| it.contains("only OpenMetrics has exemplars")), "{found:#?}");
}

#[test]
fn samples_of_two_metrics_do_not_mix() {
    let mixed = format!("{GOOD}a_seconds_total{{b=\"e\"}} 1\n");
    let found = findings(&mixed, Dialect::Text);
    assert!(
        found.iter().any(|it| it.contains("a_seconds_total is there in two places")),
        "{found:#?}"
    );
}

#[test]
fn several_values_of_a_series_stand_in_the_order_of_their_times_in_open_metrics_alone() {
    let page = "# HELP a A.\n# TYPE a gauge\na{b=\"c\"} 1 1\na{b=\"c\"} 2 2.5\n";
    assert_eq!(findings(&format!("{page}# EOF\n"), Dialect::OpenMetrics), [""; 0]);
    let whole = page.replace("2.5", "3");
    assert_eq!(findings(&whole, Dialect::Text), ["4: a{b=\"c\"} is there twice"]);
}

#[test]
fn names_that_are_no_identifiers_are_quoted() {
    let page = "# HELP \"a.b\" A.\n# TYPE \"a.b\" gauge\n{\"a.b\",c=\"d\"} 1\n{\"a.b\"} 2\n";
    assert_eq!(findings(page, Dialect::Text), [""; 0]);
    let bare = "# HELP a.b A.\n# TYPE a.b gauge\na.b 1\n";
    let found = findings(bare, Dialect::Text);
    assert!(found.iter().any(|it| it.contains("the name is not")), "{found:#?}");
}
