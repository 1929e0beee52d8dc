//! `benches/budget.toml`: what each operation may cost.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Cost;

/// How far a cost may be from its budget: a tenth of an instruction, or as much of a share if that is more.
/// Counting is exact to a few thousandths; strings are compared by the C library, which differs a
/// little, and where a pair of locks stands in its table depends on addresses.
const TOLERANCE: f64 = 0.1;
const TOLERANCE_SHARE: f64 = 0.01;

/// Instructions per operation.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Budget {
    instructions: BTreeMap<String, f64>,
}

impl Budget {
    /// What is measured now.
    pub(super) fn of(costs: &[Cost]) -> Self {
        let rounded = |it: &Cost| (it.operation.clone(), (it.instructions * 100.0).round() / 100.0);
        Self { instructions: costs.iter().map(rounded).collect() }
    }

    pub(super) fn read(path: &Path) -> Result<Self> {
        let reading = || format!("cannot read {}", path.display());
        let text = fs::read_to_string(path).with_context(reading)?;
        let table: toml::Table = text.parse().with_context(reading)?;
        let list = table.get("instructions").and_then(toml::Value::as_table);
        let list = list.with_context(|| format!("{} has no [instructions]", path.display()))?;
        let number = |(operation, value): (&String, &toml::Value)| {
            let number = value.as_float().or(value.as_integer().map(|it| it as f64));
            let number = number.with_context(|| format!("{operation} has no number"))?;
            Ok((operation.clone(), number))
        };
        Ok(Self { instructions: list.iter().map(number).collect::<Result<_>>()? })
    }

    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let mut text = String::from(HEAD);
        for (operation, instructions) in &self.instructions {
            writeln!(text, "{operation} = {instructions:.2}")?;
        }
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Where the costs are not as written down, in either direction.
    pub(super) fn faults(&self, costs: &[Cost]) -> Vec<String> {
        let measured: BTreeMap<_, _> =
            costs.iter().map(|it| (it.operation.as_str(), it.instructions)).collect();
        let unmeasured = self.instructions.keys().filter(|it| !measured.contains_key(it.as_str()));
        let mut faults: Vec<_> = unmeasured.map(|it| format!("{it} is not measured")).collect();
        for (operation, cost) in measured {
            let Some(&budget) = self.instructions.get(operation) else {
                faults.push(format!("{operation} costs {cost:.2} and has no budget"));
                continue;
            };
            let tolerance = TOLERANCE.max(budget * TOLERANCE_SHARE);
            if cost > budget + tolerance {
                faults.push(format!(
                    "{operation} costs {cost:.2} instructions, over its budget of {budget:.2}"
                ));
            } else if cost < budget - tolerance {
                faults.push(format!(
                    "{operation} costs {cost:.2} instructions, lower its budget of {budget:.2}"
                ));
            }
        }
        faults
    }

    /// For the documentation.
    pub(super) fn table(&self) -> String {
        let mut text = String::from("| operation | instructions |\n|---|---:|\n");
        for (operation, instructions) in &self.instructions {
            let _ = writeln!(text, "| `{operation}` | {instructions:.2} |");
        }
        text
    }
}

const HEAD: &str = "\
# Instructions that one operation costs on x86-64, in a loop, with a thread that has recorded before.
# `cargo xtask cost` measures them and fails in both directions; `cargo xtask cost --bless` writes this.
# The operations are in benches/cost/src/operations.rs. They hold for the compiler that CI uses, rustc 1.95.

[instructions]
";

#[cfg(test)]
mod tests;
