//! Only `gate.rs` knows whether telemetry is compiled in, and only a binary decides it.

use toml::Value;

use super::manifest::{Entry, Manifest, is_ours};
use super::{Finding, Source};

/// Asking for the feature or the overriding cfg anywhere but in `gate.rs`.
pub(super) fn check_source(source: &Source) -> Vec<Finding> {
    if source.name() == "gate.rs" && source.path.contains("/src/") {
        return Vec::new();
    }
    let advice = "write it once on top of `Live`, or use `when_enabled!` from the crate's gate.rs";
    let feature = source.find(&["feature", "=", "\"enabled\""]);
    let cfg = source.find(&["engram_off"]);
    let message = "a second place knows whether telemetry is compiled in";
    feature.chain(cfg).map(|line| source.finding(line, message.to_owned(), advice)).collect()
}

/// Switching the feature on for everybody, or leaving the default features on.
pub(super) fn check_manifest(manifest: &Manifest) -> Vec<Finding> {
    let ours = manifest.entries().into_iter().filter(|entry| is_ours(package(entry)));
    let forwards = forwards(manifest);
    ours.flat_map(|entry| {
        let enables = has_enabled(&entry.value).then_some((
            "switches `enabled` on behind the binary's back",
            "forward it: enabled = [\"that-crate/enabled\"] in [features]",
        ));
        let inherits = entry.value.get("workspace") == Some(&Value::Boolean(true));
        let is_off = entry.value.get("default-features") == Some(&Value::Boolean(false));
        let defaults = (!inherits && !is_off).then_some((
            "takes the default features of one of ours",
            "say `default-features = false` in [workspace.dependencies], `workspace = true` elsewhere",
        ));
        let reactivates = inherits && entry.value.get("default-features") == Some(&Value::Boolean(true));
        let reactivates = reactivates.then_some((
            "takes the default features of one of ours",
            "leave out `default-features = true`",
        ));
        let line = manifest.line_of(&entry);
        let found = [enables, defaults, reactivates].into_iter().flatten();
        found
            .map(|(what, advice)| manifest.finding(line, format!("{} {what}", entry.name), advice))
            .collect::<Vec<_>>()
    })
    .chain(forwards)
    .collect()
}

/// What a dependency is called where it comes from.
fn package(entry: &Entry) -> &str {
    entry.value.get("package").and_then(Value::as_str).unwrap_or(&entry.name)
}

/// Another feature that switches telemetry on: `--no-default-features --features fast` would not be off.
fn forwards(manifest: &Manifest) -> Vec<Finding> {
    let switches = |(_, list): &(&String, &Value)| {
        let mut list = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        list.any(|it| it == "enabled" || it.ends_with("/enabled"))
    };
    let features = manifest.features().filter(switches).map(|(name, _)| name.as_str());
    let others = features.filter(|name| !["enabled", "default"].contains(name));
    let advice = "forward it from the feature `enabled` alone";
    let message = |name| format!("the feature {name} switches telemetry on");
    others.map(|name| manifest.finding(1, message(name), advice)).collect()
}

fn has_enabled(value: &Value) -> bool {
    let features = value.get("features").and_then(Value::as_array);
    features.is_some_and(|features| features.iter().any(|it| it.as_str() == Some("enabled")))
}

#[cfg(test)]
mod tests;
