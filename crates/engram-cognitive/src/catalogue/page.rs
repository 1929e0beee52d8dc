//! The pages for people.

use std::fmt::Write as _;

use super::{ENTRIES, Fate, REQUESTED, REQUESTED_ALERTS, alerts};

const WRITTEN: &str =
    "<!-- written by `cargo run -p engram-cognitive --example catalogue -- docs` -->\n";

const INTRODUCTION: &str = "
Every metric of `engram-cognitive`, as a Prometheus page shows it. Units are base units and part of the name.
Ratios are never stored: both outcomes are counted, and the column *reading* says how to divide. Labels are
closed enums. What has no place in a metric is counted in `engram_cognitive_rejected_inputs_total` and touches
nothing else. [Alerts and what to do about them](operations/engram-cognitive.md).

Not everything is done by one engine. `engram demo` records contributions, consolidation, completion, false memory,
spreading, reconsolidation, searches and batches as it works; `engram experiment` the fan effect, retention and spacing,
which are experiments. Priming and interference take people or a model of them: no program here records them, and
the metrics are for those who have either.
";

const ABSENT: &str = "
## Deliberately absent
- *System 2 reasoning*: it has no definition that could be counted. Dwell times of consolidation and durations
  of completion are what can be measured of slow processes.
- *Plausibility beside that of people*: no such data were published. What can be known of a stated plausibility
  is how often it was right: the calibration error.
- *A window of false memories inside the process*: a query over counters has any window, and its interval.
- *Sums of squares of response times*: the difference of two means is exact, its error needs the variance, which
  buckets give only roughly. Programs have `engram_cognitive::estimate::Moments`.
";

/// `docs/metrics.md`.
#[must_use]
pub fn metrics_page() -> String {
    let mut page = format!("# Metrics of memory\n{WRITTEN}{INTRODUCTION}\n");
    page.push_str(
        "| metric | kind, labels | meaning and range | reading | after |\n|---|---|---|---|---|\n",
    );
    for entry in ENTRIES {
        let labels =
            if entry.labels.is_empty() { String::new() } else { format!("; {}", entry.labels) };
        let _ = writeln!(
            page,
            "| `{}` | {}{labels} | {} | {} | {} |",
            entry.name, entry.kind, entry.meaning, entry.reading, entry.source
        );
    }
    page.push_str("\n## Names that were asked for\n");
    page.push_str(
        "What this crate was planned with, and what became of it. Names that are not above are metrics of our other \
         crates.\n\n",
    );
    page.push_str("| asked for | fate | now | why |\n|---|---|---|---|\n");
    for row in REQUESTED {
        let fate = match row.fate {
            Fate::Kept => "kept",
            Fate::Renamed => "renamed",
            Fate::Replaced => "replaced",
        };
        let _ = writeln!(page, "| `{}` | {fate} | {} | {} |", row.name, code(row.now), row.reason);
    }
    page.push_str(ABSENT);
    page
}

/// `docs/operations/engram-cognitive.md`.
#[must_use]
pub fn runbooks_page() -> String {
    let mut page = format!("# Alerts about memory\n{WRITTEN}");
    page.push_str(
        "\nThe rules are in [engram-cognitive.rules.yml](engram-cognitive.rules.yml). Each alert has a history that makes \
         it fire and one that does not, in [engram-cognitive.test.yml](engram-cognitive.test.yml):\n\n```sh\n\
         promtool check rules docs/operations/engram-cognitive.rules.yml\n\
         promtool test rules docs/operations/engram-cognitive.test.yml\n```\n",
    );
    for alert in alerts() {
        let _ = write!(
            page,
            "\n## {}\n{}, after {}: {}.\n\n```promql\n{}\n```\n\n{}\n",
            alert.name, alert.severity, alert.wait, alert.summary, alert.expression, alert.runbook
        );
    }
    page.push_str(
        "\n## Alerts that were asked for\n\n| asked for | fate | now | why |\n|---|---|---|---|\n",
    );
    for [name, fate, now, reason] in REQUESTED_ALERTS {
        let _ = writeln!(page, "| {name} | {} | {now} | {reason} |", fate.to_lowercase());
    }
    page
}

/// Names as code, what is none as it is.
fn code(names: &str) -> String {
    let names: Vec<_> = names
        .split(", ")
        .map(|it| if it == "-" { it.to_owned() } else { format!("`{it}`") })
        .collect();
    names.join(", ")
}
