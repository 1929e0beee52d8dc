//! Any name that is accepted, any help, any label and any value survive the way through a page.

use std::sync::Arc;

use engram_export_prom::{Encoder, Format};
use engram_metrics_core::{
    Collect, Descriptor, ENABLED, Kind, Labels, Registry, Unit, Value, Visit,
};

use crate::input::Input;
use crate::parser::{Page, parse};

/// Writes one metric with one series and reads it again.
///
/// # Panics
/// When what is read is not what was written, or when a name is accepted that Prometheus would not take.
pub fn page(data: &[u8]) {
    let mut input = Input(data);
    let (name, help) = (input.text(), input.text());
    let values = [input.text(), input.text()];
    let value = f64::from_bits(input.number());
    let unit = Unit::Count("{thing}");
    let Ok(descriptor) = Descriptor::new(name.clone(), help.clone(), unit, Kind::Gauge) else {
        assert!(!is_plain(&name), "{name:?} is refused");
        return;
    };
    let name = name.replace('.', "_");
    assert!(is_name(&name), "{name:?} is accepted");
    let text = write(Source { descriptor, values: values.clone(), value });
    let [one, two] = values;
    let labels = vec![("one".to_owned(), one), ("two".to_owned(), two)];
    // What surrounds a help is layout: doc comments are one of the ways to write it.
    let help = help.trim().to_owned();
    // All that is not a number is one and the same, and zero has no sign.
    let value = if value.is_nan() { f64::NAN } else { value + 0.0 }.to_bits();
    // Compiled out, a page is one comment.
    let written = ENABLED.then_some(Page { name, help, labels, value });
    assert_eq!(parse(&text), written, "{text}");
}

fn write(source: Source) -> String {
    let registry = Registry::new();
    registry.register_shared(&[], Arc::new(source)).expect("nothing else has the name");
    let mut text = Vec::new();
    Encoder::new(Format::Text).encode_whole(&registry, &mut text);
    String::from_utf8(text).expect("texts are UTF-8")
}

/// What Prometheus takes for a name.
fn is_name(name: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_alphabetic() || it == '_' || it == ':';
    name.starts_with(is_letter) && name.chars().all(|it| is_letter(it) || it.is_ascii_digit())
}

/// What nobody could object to.
fn is_plain(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|it| it.is_ascii_lowercase())
}

/// One metric with one series of two labels.
struct Source {
    descriptor: Descriptor,
    values: [String; 2],
    value: f64,
}

impl Collect for Source {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.descriptor)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        let [one, two] = &self.values;
        visit.series(Labels::new(&[("one", one), ("two", two)]), Value::Float(self.value));
    }
}
