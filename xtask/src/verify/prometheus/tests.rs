use super::*;
use crate::verify::step::Verdict;

fn page(text: &str) -> BTreeMap<Series, f64> {
    page::parse(text).unwrap()
}

#[test]
fn equal_series_pass_and_a_different_missing_or_additional_one_fails() {
    let shown = page("engram_workload_operations_total 5\na{x=\"1\"} 2\n");
    assert_eq!(compare(&shown, &shown).verdict, Verdict::Passed);
    for stored in [
        "engram_workload_operations_total 5\na{x=\"1\"} 3\n",
        "engram_workload_operations_total 5\n",
        "engram_workload_operations_total 5\na{x=\"1\"} 2\nb 1\n",
    ] {
        assert_eq!(compare(&shown, &page(stored)).verdict, Verdict::Failed, "{stored}");
    }
}

#[test]
fn an_empty_page_fails() {
    assert_eq!(compare(&page(""), &page("")).verdict, Verdict::Failed);
}

#[test]
fn a_result_of_prometheus_is_read_without_what_scraping_adds() {
    let result = serde_json::json!({
        "metric": {"__name__": "a", "job": "engram", "instance": "i", "le": "1"},
        "value": [0, "2.5"],
    });
    let (series, value) = stored_sample(&result).unwrap();
    assert_eq!((series, value), page("a{le=\"1.0\"} 2.5\n").pop_first().unwrap());
}

#[test]
fn the_target_is_the_address_without_its_path() {
    let configuration = configuration_for("http://127.0.0.1:9464/metrics").unwrap();
    assert!(configuration.contains("targets: [\"127.0.0.1:9464\"]"));
    assert!(configuration_for("somewhere").is_err());
}
