//! Rows beside what an exporter sees that knows of none.

use std::time::{Duration, Instant};

use crate::collect::{Value, Visit};
use crate::descriptor::Descriptor;
use crate::dynamic::{DynamicFamily, Plain};
use crate::label::{Labels, label_text};
use crate::rows::{Numbers, Rows};
use crate::set::Instrument;
use crate::{Counter, Gauge, UpDownCounter};

/// Series by their text, one after the other.
#[derive(Debug, Default, PartialEq)]
struct Single(Vec<(String, String)>);

impl Visit for Single {
    fn metric(&mut self, _: &Descriptor) {}

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let pairs: Vec<_> = labels.iter().collect();
        let text = label_text(&pairs);
        assert!(labels.text().is_none_or(|kept| kept == text), "{labels:?}");
        self.0.push((text, format!("{value:?}")));
    }
}

/// The same by rows, and their rosters.
#[derive(Debug, Default)]
struct Together(Single, Vec<u64>);

impl Visit for Together {
    fn metric(&mut self, _: &Descriptor) {}

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        self.0.series(labels, value);
    }

    fn rows(&mut self, rows: &Rows<'_>) {
        assert_eq!(self.0.0.len(), rows.first(), "rows go on where those before ended");
        assert!(!rows.is_empty() && rows.len() <= Rows::MOST);
        self.1.push(rows.roster());
        let values: Vec<_> = match rows.numbers() {
            Numbers::Unsigned(values) => {
                values.iter().map(|it| format!("{:?}", Value::Unsigned(*it))).collect()
            }
            Numbers::Signed(values) => {
                values.iter().map(|it| format!("{:?}", Value::Signed(*it))).collect()
            }
            Numbers::Float(values) => {
                values.iter().map(|it| format!("{:?}", Value::Float(*it))).collect()
            }
        };
        let texts = rows.texts().map(|text| String::from_utf8(text.to_vec()).expect("text"));
        assert_eq!(rows.texts().map(<[u8]>::len).sum::<usize>(), rows.text_len());
        self.0.0.extend(texts.zip(values));
    }
}

/// What a family shows to both, which has to be the same, and the number of its roster.
fn shown(family: &impl Instrument) -> (Vec<(String, String)>, u64) {
    let (mut single, mut together) = (Single::default(), Together::default());
    family.collect(&mut single);
    family.collect(&mut together);
    assert_eq!(single, together.0);
    let Together(_, mut rosters) = together;
    rosters.dedup();
    assert!(rosters.len() < 2, "one roster for all rows: {rosters:?}");
    (single.0, rosters.first().copied().unwrap_or_default())
}

/// Fills a family from several threads, with a series that was never recorded into in the middle.
fn filled<M: Plain>(record: impl Fn(&M, u32) + Sync) -> Vec<(String, String)> {
    let family = DynamicFamily::<2, M>::new(["number", "text"]).with_limit(150);
    let number = |at: u32| at.to_string();
    std::thread::scope(|scope| {
        for first in [0, 20, 40] {
            let (family, record) = (&family, &record);
            scope.spawn(move || {
                for at in first..first + 90 {
                    let handle = family.handle([&number(at), "a\"\\\n"]);
                    record(&handle, at);
                }
            });
        }
    });
    drop(family.handle(["never", ""]));
    let before = shown(&family).0;
    record(&family.handle(["never", ""]), 7);
    // Beyond the limit.
    (0..40).for_each(|at| record(&family.handle(["beyond", &number(at)]), at));
    let after = shown(&family).0;
    assert_eq!(before.len(), 131);
    assert_eq!(after.len(), 151, "the limit, and the overflow");
    after
}

#[test]
fn rows_are_what_one_after_the_other_would_be() {
    let counters = filled::<Counter>(|counter, at| counter.add(u64::from(at)));
    assert!(counters.contains(&("number=\"never\",text=\"\"".into(), "Unsigned(7)".into())));
    let levels = filled::<UpDownCounter>(|counter, at| counter.add(-i64::from(at)));
    assert!(levels.contains(&("number=\"never\",text=\"\"".into(), "Signed(-7)".into())));
    let gauges = filled::<Gauge>(|gauge, at| gauge.set(f64::from(at) / 4.0));
    assert!(gauges.contains(&("number=\"never\",text=\"\"".into(), "Float(1.75)".into())));
}

#[test]
fn a_roster_grows_and_becomes_another_one_when_a_series_leaves() {
    const IDLE: Duration = Duration::from_secs(3600);
    let family = DynamicFamily::<1, Counter>::new(["name"]).with_eviction(IDLE);
    let other = DynamicFamily::<1, Counter>::new(["name"]);
    other.at(["a"]).increment();
    let handle = family.handle(["a"]);
    handle.increment();
    family.at(["b"]).increment();
    let (_, first) = shown(&family);
    assert_eq!(shown(&family).1, first);
    assert_ne!(shown(&other).1, first);
    family.at(["c"]).add(3);
    let (series, grown) = shown(&family);
    assert_eq!((series.len(), grown), (3, first));
    let now = Instant::now();
    assert_eq!(family.evict_idle(now), 0);
    assert_eq!(family.evict_idle(now + IDLE), 2);
    family.at(["c"]).add(5);
    let (series, another) = shown(&family);
    let expected = [("name=\"a\"", "Unsigned(1)"), ("name=\"c\"", "Unsigned(5)")];
    assert_eq!(series, expected.map(|(text, value)| (text.to_owned(), value.to_owned())));
    assert_ne!(another, first);
}
