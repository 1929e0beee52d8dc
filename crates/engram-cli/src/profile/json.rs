//! The report for programs. What is not known is `null` or absent.

use engram_hw::Throttling;
use serde_json::{Map, Value, json};

use super::finding::findings;
use super::report::{RESOURCES, Report};

pub(super) fn json(report: &Report) -> String {
    let used = &report.used;
    let pressure =
        RESOURCES.iter().enumerate().map(|(at, it)| ((*it).to_owned(), json!(report.share(at))));
    let report = json!({
        "command": report.title,
        "seconds": report.seconds(),
        "user_seconds": used.user_time.as_secs_f64(),
        "system_seconds": used.system_time.as_secs_f64(),
        "processors_busy": report.busy(),
        "peak_bytes": used.peak_bytes,
        "minor_faults": used.minor_faults,
        "major_faults": used.major_faults,
        "voluntary_switches": used.voluntary_switches,
        "involuntary_switches": used.involuntary_switches,
        "migrations": report.watched.migrations,
        "pages_by_node": report.watched.pages.iter().map(|(node, pages)| (node.to_string(), json!(pages))).collect::<Map<_, _>>(),
        "pressure": pressure.collect::<Map<_, _>>(),
        "throttling": report.surroundings.throttling.as_ref().map(throttling),
        "quota": report.surroundings.quota,
        "counters": counters(report),
        "ratios": report.counted.ratios.iter().map(|it| json!({
            "name": it.name, "value": it.value, "denominator": it.denominator,
        })).collect::<Vec<_>>(),
        "unavailable": report.counted.unavailable.iter().map(|(reason, (events, advice))| json!({
            "reason": reason, "events": events, "advice": advice,
        })).collect::<Vec<_>>(),
        "findings": findings(report).iter().map(|it| json!({
            "title": it.title, "evidence": it.evidence, "advice": it.advice,
        })).collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

fn throttling(it: &Throttling) -> Value {
    json!({
        "periods": it.periods,
        "throttled_periods": it.throttled_periods,
        "throttled_seconds": it.throttled_time.as_secs_f64(),
    })
}

fn counters(report: &Report) -> Value {
    let counter = |it: &engram_hw::Sample| json!({ "event": it.event.name(), "count": it.count, "running": it.running });
    report.counted.samples.iter().map(counter).collect()
}
