//! A receiver that took a request, but not all of it.

use crate::wire::read::{Field, Fields};

/// What the receiver left out, by its own account. It says how many and not which, and does not want them
/// again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partial {
    /// Points, records or spans that it rejected; 0 goes with a warning.
    pub rejected: u64,
    /// Why.
    pub message: String,
}

impl Partial {
    /// Reads an `Export…ServiceResponse`; `None` when all was taken and nothing is to be said.
    pub(crate) fn read(answer: &[u8]) -> Option<Self> {
        let (_, partial) = Fields(answer).find(|(field, _)| *field == 1)?;
        let mut found = Self { rejected: 0, message: String::new() };
        for field in Fields(partial.bytes()?) {
            match field {
                (1, Field::Varint(rejected)) => found.rejected = rejected,
                (2, Field::Bytes(text)) => {
                    found.message = String::from_utf8_lossy(text).into_owned();
                }
                _ => {}
            }
        }
        found.says_something()
    }

    /// The same of an answer in JSON, where a number of 64 bits may be a text.
    #[cfg(feature = "json")]
    pub(crate) fn read_json(answer: &[u8]) -> Option<Self> {
        let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
        let partial = answer.get("partialSuccess")?;
        let rejected = ["rejectedDataPoints", "rejectedLogRecords", "rejectedSpans"]
            .into_iter()
            .find_map(|name| partial.get(name))
            .and_then(|it| it.as_u64().or_else(|| it.as_str()?.parse().ok()));
        let message = partial.get("errorMessage").and_then(|it| it.as_str());
        let message = message.unwrap_or_default().to_owned();
        Self { rejected: rejected.unwrap_or(0), message }.says_something()
    }

    fn says_something(self) -> Option<Self> {
        (self.rejected > 0 || !self.message.is_empty()).then_some(self)
    }
}
