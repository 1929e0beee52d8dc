//! From outcomes to what they say: `cargo run -p engram-cognitive --example outcomes`.

use engram_cognitive::estimate::{EstimateError, Proportion, SignalDetection};
use engram_cognitive::metrics::{FALSE_MEMORY, LureOutcome, Paradigm};

/// One call per opportunity, whether or not it was a false memory.
fn record(is_recalled: bool) {
    let outcome =
        if is_recalled { LureOutcome::FalseMemory } else { LureOutcome::CorrectRejection };
    FALSE_MEMORY.trial(Paradigm::DrmRecall, outcome);
}

fn judge() -> Result<String, EstimateError> {
    let studied = Proportion::new(149, 240)?;
    let lures = Proportion::new(132, 240)?;
    let interval = lures.wilson();
    let sensitivity = SignalDetection::new(studied, lures).sensitivity();
    Ok(format!("lures [{:.3}, {:.3}], d' {sensitivity:.2}", interval.lower, interval.upper))
}

#[expect(clippy::print_stdout, reason = "an example shows what it did")]
fn main() -> Result<(), EstimateError> {
    (0..240).for_each(|trial| record(trial < 132));
    println!("{}", judge()?);
    Ok(())
}
