//! A set of operations that are measured together.

use crate::harness::{Contender, Outcome};

/// Makes all contenders of an operation, given its name.
pub(crate) type Make = fn(&'static str) -> Vec<Contender>;

/// Measures what the harness cannot: operations that are chosen among its own, or all.
type MeasureMore = fn(&dyn Fn(&str) -> bool) -> Vec<Outcome>;

/// One of the things that can be measured.
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// What is compared, and who can do it.
    pub(crate) operations: &'static [(&'static str, Make)],
    /// What the costs are multiples of.
    pub(crate) unit: Unit,
    /// Operations that take their own time.
    pub(crate) more: Option<More>,
}

/// What costs one.
pub(crate) enum Unit {
    /// One contender of one operation, for all of them.
    Baseline(Baseline),
    /// In each operation the first of these contenders that takes part.
    OneOf(&'static [&'static str]),
}

/// A contender that is measured for the sake of the others.
pub(crate) struct Baseline {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) make: fn(&'static str) -> Contender,
}

/// Operations beyond the harness.
pub(crate) struct More {
    pub(crate) operations: &'static [&'static str],
    pub(crate) measure: MeasureMore,
}

impl Suite {
    /// The names of all operations.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static str> {
        let more = self.more.iter().flat_map(|more| more.operations);
        self.operations.iter().map(|(name, _)| *name).chain(more.copied())
    }

    /// The contenders of the chosen operations, of all when none is chosen, and always the baseline.
    pub(crate) fn contenders(&self, chosen: &[String]) -> Vec<Contender> {
        let mut all = Vec::new();
        if let Unit::Baseline(baseline) = &self.unit {
            all.push((baseline.make)(baseline.operation));
        }
        for (name, contenders) in self.operations.iter().filter(|(name, _)| is_chosen(chosen, name))
        {
            all.extend(contenders(name));
        }
        all
    }

    /// What the harness does not measure, of the chosen operations.
    pub(crate) fn measure_more(&self, chosen: &[String]) -> Vec<Outcome> {
        let more = self.more.iter();
        more.flat_map(|more| (more.measure)(&|name| is_chosen(chosen, name))).collect()
    }
}

fn is_chosen(chosen: &[String], name: &str) -> bool {
    chosen.is_empty() || chosen.iter().any(|it| it == name)
}
