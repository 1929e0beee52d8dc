//! What a registry shows, one line per series.

use engram_metrics_core::{Descriptor, Labels, Registry, Value, Visit};

/// Writes down what a registry shows, one line per series.
#[derive(Default)]
struct Page {
    metric: String,
    lines: Vec<String>,
}

impl Visit for Page {
    fn metric(&mut self, descriptor: &Descriptor) {
        descriptor.name().clone_into(&mut self.metric);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let value = match value {
            Value::Unsigned(n) => n.to_string(),
            Value::Signed(n) => n.to_string(),
            Value::Float(n) => n.to_string(),
            Value::Histogram(snapshot) => format!("{} values", snapshot.count()),
            _ => "unknown".to_owned(),
        };
        self.lines.push(format!("{}{{{}}} {value}", self.metric, labels.join(",")));
    }
}

/// The lines of a registry.
pub(crate) fn page(registry: &Registry) -> Vec<String> {
    let mut page = Page::default();
    registry.collect(&mut page);
    page.lines
}
