//! A registry inside a meter provider of the OpenTelemetry SDK.
//!
//! The SDK has no way in for data that was recorded elsewhere, but it asks observable instruments. There is one
//! for each metric; together they walk the registry once a collection: whoever is asked a second time begins
//! a new one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use engram_metrics_core::{Descriptor, Kind, Labels, Registry, Value, Visit};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{AsyncInstrument, Meter};

use super::asking::Asking;

/// Shows what `registry` holds as instruments of `meter`, for as long as its provider lives; returns how many.
///
/// Counters, up-down counters and gauges are what they are. There is no observable histogram: one is shown as
/// two counters, its name with `.count` and with `.sum`; an [`Exporter`](crate::Exporter) of this crate sends
/// all of it. A metric that is registered later is not shown; one that panics is not shown either.
///
/// A collection costs an allocation for each series and label, which is how the SDK wants them.
///
/// ```
/// use engram_metrics_core::Registry;
/// use opentelemetry::metrics::MeterProvider;
/// use opentelemetry_sdk::metrics::SdkMeterProvider;
///
/// static REGISTRY: Registry = Registry::new();
///
/// let provider = SdkMeterProvider::builder().build();
/// engram_export_otlp::observe(&REGISTRY, &provider.meter("engram"));
/// ```
pub fn observe(registry: &'static Registry, meter: &Meter) -> usize {
    let mut catalogue = Catalogue(Vec::new());
    registry.collect(&mut catalogue);
    let names: Vec<_> = catalogue.0.iter().map(|it| it.name.clone()).collect();
    let walk = Walk { names, points: Vec::new(), is_asked: Vec::new() };
    let shared = Arc::new(Shared { registry, walk: Mutex::new(walk) });
    for (at, instrument) in catalogue.0.iter().enumerate() {
        instrument.build(meter, at, shared.clone());
    }
    catalogue.0.len()
}

/// What all instruments have in common.
struct Shared {
    registry: &'static Registry,
    walk: Mutex<Walk>,
}

/// What a walk through the registry found, by instrument.
struct Walk {
    names: Vec<String>,
    points: Vec<Vec<Point>>,
    /// Who has been told.
    is_asked: Vec<bool>,
}

/// The value of one series.
struct Point {
    attributes: Vec<KeyValue>,
    number: Number,
}

#[derive(Clone, Copy)]
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// What an instrument is called and shows.
struct Instrument {
    name: String,
    help: String,
    unit: String,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Counter,
    Level,
    Gauge,
    Sum,
}

impl Shared {
    /// Hands over the points of the instrument at `at`.
    fn ask(&self, at: usize, mut take: impl FnMut(&Point)) {
        // Asked by a reader of ours, whose registry may be this one.
        if Asking::is_on() {
            return;
        }
        let _asking = Asking::begin();
        // Only reading is behind the lock: a panic leaves less than there was, not something wrong.
        let mut walk = self.walk.lock().unwrap_or_else(PoisonError::into_inner);
        if walk.is_asked.get(at).copied().unwrap_or(true) {
            walk.again(self.registry);
        }
        walk.is_asked[at] = true;
        walk.points[at].iter().for_each(&mut take);
    }
}

impl Walk {
    fn again(&mut self, registry: &Registry) {
        let len = self.names.len();
        self.is_asked = vec![false; len];
        self.points = std::iter::repeat_with(Vec::new).take(len).collect();
        let mut visitor = Points { walk: self, at: None, sum_at: None };
        // The SDK's reader would end with the panic: what was found so far is shown.
        let _ = catch_unwind(AssertUnwindSafe(|| registry.collect(&mut visitor)));
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|it| it == name)
    }
}

/// Gathers points.
struct Points<'a> {
    walk: &'a mut Walk,
    at: Option<usize>,
    /// Where sums of a histogram go; its count goes to `at`.
    sum_at: Option<usize>,
}

impl Points<'_> {
    fn put(&mut self, at: Option<usize>, labels: Labels<'_>, number: Number) {
        let Some(at) = at else { return };
        let pair = |(name, value): (&str, &str)| KeyValue::new(name.to_owned(), value.to_owned());
        let attributes = labels.iter().map(pair).collect();
        self.walk.points[at].push(Point { attributes, number });
    }
}

impl Visit for Points<'_> {
    fn metric(&mut self, descriptor: &Descriptor) {
        let name = descriptor.name();
        let is_histogram = descriptor.kind() == Kind::Histogram;
        let [first, second] = [count_of(name), sum_of(name)];
        self.at = self.walk.place(if is_histogram { &first } else { name });
        self.sum_at = self.walk.place(&second).filter(|_| is_histogram);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        match value {
            Value::Unsigned(value) => self.put(self.at, labels, Number::Unsigned(value)),
            Value::Signed(value) => self.put(self.at, labels, Number::Signed(value)),
            Value::Float(value) => self.put(self.at, labels, Number::Float(value)),
            Value::Histogram(snapshot) => {
                self.put(self.at, labels, Number::Unsigned(snapshot.count()));
                self.put(self.sum_at, labels, Number::Float(snapshot.sum()));
            }
            // A kind of value that this version does not know has no instrument.
            _ => {}
        }
    }
}

/// Gathers what instruments there have to be.
struct Catalogue(Vec<Instrument>);

impl Visit for Catalogue {
    fn metric(&mut self, descriptor: &Descriptor) {
        let mut put = |name: String, unit: &str, form| {
            let (help, unit) = (descriptor.help().to_owned(), unit.to_owned());
            self.0.push(Instrument { name, help, unit, form });
        };
        let (name, unit) = (descriptor.name(), descriptor.unit().ucum());
        match descriptor.kind() {
            Kind::Counter => put(name.to_owned(), unit, Form::Counter),
            Kind::UpDownCounter | Kind::StateSet => put(name.to_owned(), unit, Form::Level),
            Kind::Gauge => put(name.to_owned(), unit, Form::Gauge),
            Kind::Histogram => {
                put(count_of(name), "{record}", Form::Counter);
                put(sum_of(name), unit, Form::Sum);
            }
        }
    }

    fn series(&mut self, _: Labels<'_>, _: Value<'_>) {}
}

impl Instrument {
    /// Makes the instrument, which lives as long as the meter's provider.
    fn build(&self, meter: &Meter, at: usize, shared: Arc<Shared>) {
        macro_rules! build {
            ($make:ident, $number:ident) => {{
                let callback = move |instrument: &dyn AsyncInstrument<_>| {
                    shared.ask(at, |point| {
                        if let Number::$number(value) = point.number {
                            instrument.observe(value, &point.attributes);
                        }
                    });
                };
                let builder = meter.$make(self.name.clone()).with_unit(self.unit.clone());
                builder.with_description(self.help.clone()).with_callback(callback).build();
            }};
        }
        match self.form {
            Form::Counter => build!(u64_observable_counter, Unsigned),
            Form::Level => build!(i64_observable_up_down_counter, Signed),
            Form::Gauge => build!(f64_observable_gauge, Float),
            Form::Sum => build!(f64_observable_counter, Float),
        }
    }
}

fn count_of(name: &str) -> String {
    format!("{name}.count")
}

fn sum_of(name: &str) -> String {
    format!("{name}.sum")
}
