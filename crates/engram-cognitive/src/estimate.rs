//! What counts and times say about the memory behind them.
//!
//! Every estimator is a function of its arguments: it records nothing and reads no clock. It returns an
//! [`EstimateError`] or finite numbers.
//!
//! | module | estimates | after |
//! |---|---|---|
//! | [`Proportion`] | a rate, its interval, the difference of two | Wilson 1927; Newcombe 1998 |
//! | [`SignalDetection`] | sensitivity and bias of recognition | Green and Swets 1966; Hautus 1995; Snodgrass and Corwin 1988 |
//! | [`Calibration`] | how far stated confidence is from what happened | Murphy 1973 |
//! | [`Moments`] | mean and variance in one pass | Welford 1962; Chan, Golub and LeVeque 1983 |
//! | [`Line`] | a line through points, correlation | least squares |
//! | [`Forgetting`] | power, exponential and logarithmic curves | Wixted and Ebbesen 1991; Ebbinghaus 1885 |
//! | [`activation`] | how available a memory is, given when it was used | Anderson and Schooler 1991; Petrov 2006; Pavlik and Anderson 2005 |
//! | [`fan`] | how the facts about a concept share its activation | Anderson 1974; Anderson and Reder 1999 |
//! | [`priming`] | what a prime does, and how long | Welch 1947 |

pub mod activation;
pub mod fan;
pub mod priming;

mod calibration;
mod detection;
mod error;
mod forgetting;
mod line;
mod moments;
mod normal;
mod proportion;

#[cfg(test)]
mod tests;

pub use calibration::Calibration;
pub use detection::SignalDetection;
pub use error::EstimateError;
pub use forgetting::{Curve, Forgetting, Retained};
pub use line::Line;
pub use moments::Moments;
pub use normal::quantile as normal_quantile;
pub use proportion::{Interval, Proportion};
