//! From labels of the facade to ours: sorted, with names that every exporter can write, each there once.

use engram_metrics_core::MAX_VALUE_BYTES;

use super::name::cleaned;

/// Names and values.
pub(super) type Labels = Box<[(String, String)]>;

/// What a page says itself.
const RESERVED: [&str; 3] = ["le", "quantile", "otel_metric_overflow"];

/// The labels of a series, and whether two names became the same one; `None` when a value is too long.
///
/// The order of the labels in the key makes no difference.
pub(super) fn translate(key: &metrics::Key) -> Option<(Labels, bool)> {
    let mut pairs: Vec<_> = key.labels().map(|it| (it.key(), it.value())).collect();
    if pairs.iter().any(|(_, value)| value.len() > MAX_VALUE_BYTES) {
        return None;
    }
    pairs.sort_unstable();
    let mut labels: Vec<(String, String)> = Vec::with_capacity(pairs.len());
    let mut is_repeated = false;
    for (name, value) in pairs {
        let name = label_name(name);
        let free = first_free(&name, |name| labels.iter().any(|(other, _)| other == name));
        is_repeated |= free != name;
        labels.push((free, value.to_owned()));
    }
    labels.sort_unstable();
    Some((labels.into(), is_repeated))
}

fn label_name(name: &str) -> String {
    let name = cleaned(name, "label_").replace('.', "_");
    if RESERVED.contains(&name.as_str()) { format!("label_{name}") } else { name }
}

/// `name`, or with the first number behind it that is not taken.
pub(super) fn first_free(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u32..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).expect("there are more numbers than labels")
}
