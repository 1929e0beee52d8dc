//! What was seen last, so that what changed can be told.

use std::collections::BTreeMap;
use std::time::SystemTime;

use engram_metrics_core::{Descriptor, Labels, Registry, Value, Visit, label_text};

/// Bytes that an event has at most.
const MOST: usize = 1024 * 1024;

/// The series of a registry, by name and labels.
#[derive(Debug, Default)]
pub(super) struct State {
    series: BTreeMap<String, Seen>,
    /// How often the registry was looked at.
    looks: u64,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    shown: Shown,
    /// The look in which it was there, and the one in which it changed.
    last: u64,
    changed: u64,
}

/// A value as an event shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shown {
    Unsigned(u64),
    Signed(i64),
    /// Bits, so that a gauge that is not a number does not change all the time.
    Float(u64),
    Histogram {
        count: u64,
        sum: u64,
    },
}

impl State {
    /// Looks at the registry; `None` when nothing changed.
    pub(super) fn changed(&mut self, registry: &Registry, now: SystemTime) -> Option<String> {
        self.looks += 1;
        registry.collect(&mut Look { state: self, name: String::new() });
        let looks = self.looks;
        self.series.retain(|_, seen| seen.last == looks);
        let changed = || self.series.iter().filter(|(_, seen)| seen.changed == looks);
        changed().next().is_some().then(|| event("changed", now, changed()))
    }

    /// All series.
    pub(super) fn all(&self, now: SystemTime) -> String {
        event("all", now, self.series.iter())
    }
}

/// Writes an event.
fn event<'a>(
    kind: &str,
    now: SystemTime,
    series: impl Iterator<Item = (&'a String, &'a Seen)>,
) -> String {
    let time = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut out =
        format!("event: {kind}\ndata: {{\"time\":{:.3},\"series\":{{", time.as_secs_f64());
    let (mut separator, mut left_out) = ("", 0);
    for (name, seen) in series {
        if out.len() + name.len() > MOST {
            left_out += 1;
            continue;
        }
        let name = serde_json::Value::from(name.as_str());
        out.push_str(&format!("{separator}{name}:{}", seen.shown.json()));
        separator = ",";
    }
    out.push('}');
    if left_out > 0 {
        out.push_str(&format!(",\"left_out\":{left_out}"));
    }
    out + "}\n\n"
}

impl Shown {
    fn of(value: Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Unsigned(value) => Self::Unsigned(value),
            Value::Signed(value) => Self::Signed(value),
            Value::Float(value) => Self::Float(value.to_bits()),
            Value::Histogram(it) => Self::Histogram { count: it.count(), sum: it.sum().to_bits() },
            _ => return None,
        })
    }

    /// What JSON has no number for is null.
    fn json(self) -> serde_json::Value {
        match self {
            Self::Unsigned(value) => value.into(),
            Self::Signed(value) => value.into(),
            Self::Float(bits) => f64::from_bits(bits).into(),
            Self::Histogram { count, sum } => {
                serde_json::json!({ "count": count, "sum": f64::from_bits(sum) })
            }
        }
    }
}

/// A walk over the registry.
struct Look<'a> {
    state: &'a mut State,
    name: String,
}

impl Visit for Look<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        descriptor.name().clone_into(&mut self.name);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let Some(shown) = Shown::of(value) else { return };
        let pairs: Vec<_> = labels.iter().collect();
        let key = match pairs.as_slice() {
            [] => self.name.clone(),
            pairs => format!("{}{{{}}}", self.name, label_text(pairs)),
        };
        let looks = self.state.looks;
        let new = Seen { shown, last: looks, changed: looks };
        let seen = self.state.series.entry(key).or_insert(new);
        if seen.shown != shown {
            *seen = new;
        }
        seen.last = looks;
    }
}

#[cfg(test)]
mod tests {
    use engram_metrics_core::{Counter, Gauge, Histogram, Unit, metric_set, when_enabled};

    use super::*;

    metric_set! {
        struct Example {
            /// Things.
            things: Counter = "things", Unit::Count("{thing}");
            /// Fill.
            fill: Gauge = "fill", Unit::Ratio;
            /// Sizes.
            sizes: Histogram = "sizes", Unit::Bytes;
        }
    }

    static EXAMPLE: Example = Example::new();

    #[test]
    fn only_what_changed_is_told() {
        let registry = Registry::new();
        registry.register_with(&[("shard", "a\"b")], &EXAMPLE).expect("registers");
        let (mut state, now) = (State::default(), SystemTime::UNIX_EPOCH);
        let first = state.changed(&registry, now);
        assert_eq!(state.changed(&registry, now), None, "nothing happened");
        EXAMPLE.things.add(3);
        EXAMPLE.fill.set(f64::NAN);
        let second = state.changed(&registry, now);
        EXAMPLE.sizes.record(4);
        let third = state.changed(&registry, now);
        when_enabled! {
            assert_eq!(state.changed(&registry, now), None, "no number equals itself");
            let event = |changed: &str| {
                Some(format!("event: changed\ndata: {{\"time\":0.000,\"series\":{{{changed}}}}}\n\n"))
            };
            let key = |name: &str| format!(r#""{name}{{shard=\"a\\\"b\"}}""#);
            let [things, fill, sizes] = ["things", "fill", "sizes"].map(key);
            assert_eq!(second, event(&format!("{fill}:null,{things}:3")));
            assert_eq!(third, event(&format!("{sizes}:{{\"count\":1,\"sum\":4.0}}")));
            assert!(first.as_ref().expect("all is new").contains(&things));
            assert_eq!(state.all(now).matches("shard").count(), 3);
        }
        let _ = (first, second, third);
    }

    #[test]
    fn an_event_is_bounded_and_says_what_it_left_out() {
        let seen = Seen { shown: Shown::Unsigned(1), last: 1, changed: 1 };
        let series = (0..3_000).map(|at| (format!("{at:01000}"), seen)).collect();
        let state = State { series, looks: 1 };
        let event = state.all(SystemTime::UNIX_EPOCH);
        assert!(event.len() < MOST + 2_000, "{}", event.len());
        let data = event.lines().nth(1).and_then(|line| line.strip_prefix("data: "));
        let data: serde_json::Value = serde_json::from_str(data.expect("data")).expect("JSON");
        let shown = data["series"].as_object().expect("an object").len() as u64;
        assert_eq!(shown + data["left_out"].as_u64().expect("a number"), 3_000);
    }
}
