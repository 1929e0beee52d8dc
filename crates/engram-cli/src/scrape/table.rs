//! A page for people: the samples of each metric side by side, the buckets of a histogram left out.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

use crate::page::exposition::{Exposition, Family, Line};

pub(super) fn table(page: &Exposition) -> String {
    page.families.iter().map(family).collect()
}

fn family(family: &Family) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    let shown = family.samples.iter().filter(|sample| !sample.name.ends_with("_bucket"));
    for sample in shown {
        table.add_row([format!("  {}", series(sample)), sample.value.to_string()]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let unit = family.unit.as_deref().map(|unit| format!(" in {unit}")).unwrap_or_default();
    let help = family.help.as_deref().unwrap_or("without help");
    format!("{} ({}{unit}): {help}\n{}\n", family.name, family.kind, table.trim_fmt())
}

/// The name and the labels as they stand on the page.
pub(super) fn series(sample: &Line) -> String {
    let label = |(name, value): &(String, String)| format!("{name}={value:?}");
    match sample.labels.as_slice() {
        [] => sample.name.clone(),
        labels => {
            let labels: Vec<_> = labels.iter().map(label).collect();
            format!("{}{{{}}}", sample.name, labels.join(","))
        }
    }
}
