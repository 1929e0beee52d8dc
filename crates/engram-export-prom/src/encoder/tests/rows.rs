//! Pages of families that hand over many series at once, beside those of the same series one by one.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use engram_metrics_core::{
    Control, Counter, Descriptor, DynamicFamily, Exemplify, Gauge, Instrument, Kind, Labels, Named, Plain,
    Registry, Unit, UpDownCounter, Value, Visit,
};

use crate::pieces::LINES_BYTES;
use crate::{Encoder, Format, PIECE_BYTES};

/// A family that shows one series after the other.
struct OneByOne<F>(F);

/// What it shows them to.
struct Single<'a>(&'a mut dyn Visit);

impl<F: Instrument> Instrument for OneByOne<F> {
    const KIND: Kind = F::KIND;

    fn collect(&self, visit: &mut dyn Visit) {
        self.0.collect(&mut Single(visit));
    }

    fn control(&self) -> Option<&dyn Control> {
        self.0.control()
    }
}

impl Visit for Single<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        self.0.metric(descriptor);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        self.0.series(labels, value);
    }

    fn exemplify(&mut self, source: &dyn Exemplify) {
        self.0.exemplify(source);
    }
}

/// Registers a source of these series, which may have labels of its own.
fn registry(what: &Descriptor, instrument: impl Instrument + Send + Sync + 'static) -> Registry {
    let registry = Registry::new();
    let labels = [("instance", "a \"quoted\" \\ one"), ("zone", "b")];
    let labels = &labels[..if what.name().ends_with("within") { 2 } else { 0 }];
    let source = Arc::new(Named::new(what.clone(), instrument));
    registry.register_shared(labels, source).expect("registers");
    registry
}

/// Compares the pages of a family with those of the same family one by one.
fn compare<M: Plain>(name: &'static str, values: usize, record: impl Fn(&M, usize)) {
    let family = || {
        let family = DynamicFamily::<2, M>::new(["path", "b"]).with_limit(1000);
        for at in 0..values {
            let path = ["/\\\"\n", &"x".repeat(at % 150), &at.to_string()].concat();
            record(&family.handle([&path, "y"]), at);
        }
        // More than a line may take of a piece.
        let long = "z".repeat(1000);
        (0..70).for_each(|at| record(&family.handle([&long, &at.to_string()]), at));
        family
    };
    let what = Descriptor::fixed(name, "Help.", Unit::Count("{x}"), M::KIND);
    let (together, single) = (registry(&what, family()), registry(&what, OneByOne(family())));
    for format in [Format::Text, Format::TextUtf8, Format::OpenMetrics, Format::Protobuf] {
        for created in [None, Some(UNIX_EPOCH)] {
            let encoder = || {
                let encoder = Encoder::new(format).at(UNIX_EPOCH);
                created.map_or(encoder, |created| Encoder::new(format).with_created(created))
            };
            let (mut page, mut expected) = (Vec::new(), Vec::new());
            encoder().encode_whole(&together, &mut page);
            encoder().encode_whole(&single, &mut expected);
            assert!(page == expected, "{name} {format:?}");
            let mut pieces = Vec::new();
            encoder().encode(&together, |piece| {
                assert!(format == Format::Protobuf || piece.ends_with(b"\n"));
                assert!(piece.len() < PIECE_BYTES + 4 * LINES_BYTES, "{}", piece.len());
                pieces.extend_from_slice(piece);
            });
            assert!(page == pieces, "{name} {format:?} in pieces");
        }
    }
}

#[test]
fn many_series_at_once_make_the_same_page() {
    let count = |counter: &Counter, at: usize| counter.add(7_u64.wrapping_pow(at as u32));
    compare("counts", 700, count);
    compare("counts.within", 100, count);
    let level = |counter: &UpDownCounter, at: usize| {
        counter.add([-1, 1][at % 2] * 7_i64.wrapping_pow(at as u32 / 2));
    };
    compare("levels", 300, level);
    compare("levels.within", 65, level);
    let extremes = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MIN, -0.0];
    let set = |gauge: &Gauge, at: usize| {
        let value = (at as f64 - 100.0) * 10_f64.powi(at as i32 % 40 - 20);
        gauge.set(extremes.get(at).copied().unwrap_or(value));
    };
    compare("settings", 600, set);
    compare("settings.within", 129, set);
    // A type of its own in OpenMetrics.
    compare("fact.info", 80, |gauge: &Gauge, at| gauge.set((at % 2) as f64));
}
