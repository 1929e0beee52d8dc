//! What may be recorded: numbers that were checked, and why others were not.

mod elapsed;
mod ratio;
mod rejection;
mod weights;

#[cfg(test)]
mod tests;

pub use elapsed::Elapsed;
pub use ratio::UnitRatio;
pub use rejection::{Input, Reason, Rejection};
pub use weights::ClsWeights;
