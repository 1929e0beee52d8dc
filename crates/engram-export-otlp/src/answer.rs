//! What an answer means: the retry rules of OTLP as one table.
//!
//! | answer                                             | taken    | again                    |
//! |----------------------------------------------------|----------|--------------------------|
//! | 2xx                                                | yes      | no                       |
//! | 429, 503                                           | no       | yes, `Retry-After`       |
//! | 502, 504                                           | unknown  | yes, `Retry-After`       |
//! | any other status                                   | no       | no                       |
//! | gRPC OK                                            | yes      | no                       |
//! | UNAVAILABLE, OUT_OF_RANGE                          | no       | yes, `RetryInfo`         |
//! | RESOURCE_EXHAUSTED with `RetryInfo`                | no       | yes, `RetryInfo`         |
//! | CANCELLED, DEADLINE_EXCEEDED, ABORTED, DATA_LOSS   | unknown  | yes, `RetryInfo`         |
//! | any other code                                     | no       | no                       |
//! | not connected                                      | no       | yes                      |
//! | timed out, broken off, body cut short              | unknown  | yes                      |
//!
//! A gateway that gives up (502, 504) does not know what the server behind it did, nor does a deadline.

use std::time::{Duration, SystemTime};

#[cfg(any(feature = "grpc", test))]
use crate::wire::read::{Field, Fields};

/// What came back for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// An HTTP status and the header `Retry-After`.
    Http {
        /// The status.
        status: u16,
        /// Seconds, or a date.
        retry_after: Option<&'a str>,
    },
    /// A gRPC code and the delay of its `RetryInfo`.
    Grpc {
        /// The code; 0 is OK.
        code: i32,
        /// When the server wants to be asked again.
        delay: Option<Duration>,
    },
    /// The connection was never made.
    NotConnected,
    /// The request was sent, at least in part, and no complete answer came.
    BrokenOff,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver took it.
    Accepted,
    /// It can be sent again, not before the delay that the receiver asked for.
    Again {
        /// What the receiver asked for.
        after: Option<Duration>,
        /// Whether it was certainly not taken.
        is_refused: bool,
    },
    /// It was not taken and never will be.
    Final,
}

impl Answer<'_> {
    /// What is to be done; `now` gives a date its distance.
    #[must_use]
    pub fn verdict(&self, now: SystemTime) -> Verdict {
        match *self {
            Self::Http { status: 200..=299, .. } | Self::Grpc { code: 0, .. } => Verdict::Accepted,
            Self::Http { status: status @ (429 | 502..=504), retry_after } => {
                let after = retry_after.and_then(|text| delay(text, now));
                Verdict::Again { after, is_refused: matches!(status, 429 | 503) }
            }
            Self::Grpc { code: RESOURCE_EXHAUSTED, delay: None } => Verdict::Final,
            Self::Grpc { code: RESOURCE_EXHAUSTED | UNAVAILABLE | OUT_OF_RANGE, delay } => {
                Verdict::Again { after: delay, is_refused: true }
            }
            Self::Grpc { code: CANCELLED | DEADLINE_EXCEEDED | ABORTED | DATA_LOSS, delay } => {
                Verdict::Again { after: delay, is_refused: false }
            }
            Self::Http { .. } | Self::Grpc { .. } => Verdict::Final,
            Self::NotConnected => Verdict::Again { after: None, is_refused: true },
            Self::BrokenOff => Verdict::Again { after: None, is_refused: false },
        }
    }
}

/// `Retry-After` as a delay: seconds, or a date, which is over when it is in the past.
fn delay(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    text.parse().map(Duration::from_secs).ok().or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?;
        Some(date.duration_since(now).unwrap_or_default())
    })
}

/// The delay of the `google.rpc.RetryInfo` in the details of a gRPC status, which are a `google.rpc.Status`.
#[cfg(any(feature = "grpc", test))]
pub(crate) fn retry_info(details: &[u8]) -> Option<Duration> {
    let details = Fields(details).filter(|(field, _)| *field == 3);
    let messages = details.filter_map(|(_, any)| any.bytes());
    let info = messages.filter_map(retry_info_of).next()?;
    let (_, delay) = Fields(info).find(|(field, _)| *field == 1)?;
    let (mut seconds, mut nanos) = (0, 0);
    for field in Fields(delay.bytes()?) {
        match field {
            (1, Field::Varint(value)) => seconds = value,
            (2, Field::Varint(value)) => nanos = value,
            _ => {}
        }
    }
    // A negative number reads as one that is far too large: there is no such delay.
    let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    i64::try_from(seconds).ok().map(|seconds| Duration::new(seconds.cast_unsigned(), nanos))
}

/// The message inside a `google.protobuf.Any`, if it is a `RetryInfo`.
#[cfg(any(feature = "grpc", test))]
fn retry_info_of(any: &[u8]) -> Option<&[u8]> {
    let field = |wanted| Fields(any).find(|(field, _)| *field == wanted)?.1.bytes();
    field(1).filter(|name| name.ends_with(b"/google.rpc.RetryInfo"))?;
    field(2)
}

const CANCELLED: i32 = 1;
const DEADLINE_EXCEEDED: i32 = 4;
const RESOURCE_EXHAUSTED: i32 = 8;
const ABORTED: i32 = 10;
const OUT_OF_RANGE: i32 = 11;
const UNAVAILABLE: i32 = 14;
const DATA_LOSS: i32 = 15;

#[cfg(test)]
mod tests;
