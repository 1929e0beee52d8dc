use super::super::invalid;
use crate::page::exposition::{Dialect, Exposition};

fn findings(page: &str) -> Vec<String> {
    let found = invalid(&Exposition::read(page, Dialect::OpenMetrics));
    found.into_iter().map(|it| it.message).collect()
}

#[test]
fn what_open_metrics_forbids_is_found() {
    for (page, expected) in [
        ("# TYPE a_created gauge\n# TYPE a counter", "a_created is a sample of a"),
        ("# TYPE a histogram\na_bucket{le=\"+Inf\"} NaN", "a count or a sum is a number"),
        (
            "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} -1",
            "a count, a sum or a quantile is not",
        ),
        ("# TYPE a summary\na{quantile=\"2\"} 1", "a quantile is from 0 to 1"),
        ("# TYPE a summary\na 1", "a quantile is from 0 to 1"),
        ("# TYPE a info\na_info 2", "an info ends with _info and is 1"),
        ("# TYPE a stateset\na 1", "a state has the label that is named after it"),
        ("# TYPE a_s info\n# UNIT a_s s", "what is no number has no unit"),
        (
            "a{b=\"1\"} 1 1\na{b=\"2\"} 1 1\na{b=\"1\"} 1 2",
            "the samples of a series are not together",
        ),
        ("# TYPE a histogram\na_sum 1\na_count 1", "there are no buckets"),
        (
            "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gsum 1",
            "the sum and the number stand",
        ),
        (
            "# TYPE a histogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1",
            "with negative bounds there is no sum",
        ),
        (
            "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum -1\na_count 1",
            "without negative bounds the sum is not negative",
        ),
        ("# TYPE a histogram\na_bucket{le=\"+INF\"} 1", "infinity is written +Inf"),
        ("# TYPE a untyped", "the type untyped is unknown"),
        ("# HELP a", "a keyword, a name and what is said of it"),
        ("a  1", "one space too many"),
        ("a{b=\"c\"}1", "no space stands before the value"),
        ("a{b=\"c\",} 1", "a comma stands behind the last label"),
        ("a 1 NaN", "the time NaN is none"),
        ("a_total 1 # {b=\"c\"} 1 Inf", "the time Inf is none"),
        ("a{1=\"b\"} 1", "the label 1 is not [a-zA-Z_]"),
        ("0a 1", "the name is not [a-zA-Z_:]"),
    ] {
        let found = findings(&format!("{page}\n# EOF\n"));
        assert!(found.iter().any(|it| it.contains(expected)), "{page}\n{found:?}");
    }
}

#[test]
fn what_open_metrics_allows_is_not_found() {
    for page in [
        "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1\na_gsum -1\na_gcount 1",
        "# TYPE a histogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1",
        "# TYPE a summary\na{quantile=\"0.5\"} NaN\na_sum 1\na_count 1",
        "# TYPE a stateset\na{a=\"x\"} 0\na{a=\"y\"} 1",
        "# TYPE a info\na_info{b=\"c\"} 1",
        "a{b=\"\\z\"} 1 1\na{b=\"\\z\"} 2 1",
        "# HELP a \n# TYPE a unknown\n# UNIT a \na 1",
    ] {
        assert_eq!(findings(&format!("{page}\n# EOF")), [""; 0], "{page}");
    }
}

/// `ENGRAM_OPENMETRICS` names the folder `tests/testdata/parsers` of the project OpenMetrics, whose cases are not
/// in this repository: a page each, and whether it is one.
#[test]
fn pages_are_invalid_where_the_corpus_of_open_metrics_says_so() {
    let Some(folder) = std::env::var_os("ENGRAM_OPENMETRICS") else {
        println!("skipped: ENGRAM_OPENMETRICS does not say where the corpus is");
        return;
    };
    let cases = std::fs::read_dir(folder).expect("the folder is there");
    let cases: Vec<_> = cases.map(|case| case.expect("it can be read").path()).collect();
    for case in &cases {
        let expected = std::fs::read(case.join("test.json")).expect("what is expected");
        let expected: serde_json::Value = serde_json::from_slice(&expected).expect("it is JSON");
        let page = std::fs::read(case.join("metrics")).expect("a page");
        let found = findings(&String::from_utf8_lossy(&page));
        assert_eq!(expected["shouldParse"], found.is_empty(), "{}: {found:?}", case.display());
    }
    assert!(cases.len() > 200, "{} cases", cases.len());
    println!("{} cases", cases.len());
}
