//! What a client can read, and what it wants most: RFC 9110, sections 12.4.2, 12.5.1 and 12.5.3.
//!
//! Pure functions of the headers. Several header lines of one name are one list: join them with commas.
//!
//! ```
//! use engram_export_prom::{Format, negotiate};
//!
//! let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
//! assert_eq!(negotiate::format(Some(accept)), Some(Format::OpenMetrics));
//! assert_eq!(negotiate::format(None), Some(Format::Text));
//! assert_eq!(negotiate::format(Some("image/png")), None); // 406
//! ```

mod coding;
mod element;
mod range;

use std::cmp::Reverse;

use crate::format::Format;
pub use coding::{Coding, coding};
use range::Range;

/// The format to answer with; `None` when the client takes none of ours, which is status 406.
///
/// The one with the highest weight wins. Among equals it is the one that is named more exactly, then the
/// one that is named first; the text format 0.0.4 where that leaves a choice, as for `*/*` or without a
/// header. A format's own weight is that of the most exact range that matches it. What is not of the
/// grammar is ignored, and so is the whole header if nothing else is in it.
#[must_use]
pub fn format(accept: Option<&str>) -> Option<Format> {
    let ranges: Vec<Range<'_>> =
        element::elements(accept.unwrap_or("")).filter_map(Range::of).collect();
    if ranges.is_empty() {
        return Some(Format::Text);
    }
    let ranked = Format::ALL.iter().enumerate().filter_map(|(own, format)| {
        let matching = ranges.iter().enumerate().filter(|(_, range)| range.matches(*format));
        let (place, range) =
            matching.max_by_key(|(at, range)| (range.precedence(), Reverse(*at)))?;
        let wish = (range.weight, range.kind(), Reverse(place), Reverse(own));
        (range.weight > 0).then_some((wish, *format))
    });
    ranked.max_by_key(|(wish, _)| *wish).map(|(_, format)| format)
}

#[cfg(test)]
mod tests;
