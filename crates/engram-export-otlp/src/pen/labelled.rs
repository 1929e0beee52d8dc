//! The attributes of the next point.
//!
//! Sources keep the labels of a series as the text of a page, and show their series in the same order each time.
//! So what an export wrote is kept, in that order, with the text that it was written for: the next export compares
//! the text with the one that is expected, and has the attributes.
//!
//! ```text
//!   method="GET",path="/a" │ attributes │ method="PUT",path="/a" │ attributes │ …
//!   └── the same text? ───────► copied     └── not the same: forgotten from here on, and written anew
//! ```

use std::ops::Range;

use engram_metrics_core::Labels;

use crate::attribute;
use crate::wire::{Buffer, Tag};

#[derive(Debug)]
pub(super) struct Labelled {
    /// Texts and attributes in turn, as they were written by the visit before, or by this one.
    kept: Vec<u8>,
    places: Vec<Place>,
    /// The series that is expected next, and where it stands.
    next: usize,
    offset: usize,
    /// Attributes that are not kept, and those that are about to be.
    fresh: Buffer,
    /// Where the present ones are in what is kept; otherwise they are fresh.
    present: Option<Range<usize>>,
}

/// How long both are.
#[derive(Clone, Copy, Debug)]
struct Place {
    tag: Tag,
    text: u32,
    attributes: u32,
}

impl Labelled {
    pub(super) const fn new() -> Self {
        Self {
            kept: Vec::new(),
            places: Vec::new(),
            next: 0,
            offset: 0,
            fresh: Buffer::new(),
            present: None,
        }
    }

    /// A visit begins.
    pub(super) fn begin(&mut self) {
        (self.next, self.offset, self.present) = (0, 0, None);
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[u8] {
        match &self.present {
            Some(range) => &self.kept[range.clone()],
            None => self.fresh.as_slice(),
        }
    }

    /// Attributes as they were before.
    pub(super) fn again(&mut self, attributes: &[u8]) {
        self.present = None;
        self.fresh.clear();
        self.fresh.reserve(attributes.len());
        self.fresh.raw(attributes);
    }

    /// The labels of a series, each as the field `tag`.
    #[inline]
    pub(super) fn set(&mut self, labels: Labels<'_>, tag: Tag) {
        // Labels of a whole source are not in the text.
        match labels.text().filter(|_| labels.instance().next().is_none()) {
            Some(text) => self.find(text.as_bytes(), labels, tag),
            None => self.write(labels, tag),
        }
    }

    #[inline]
    fn find(&mut self, text: &[u8], labels: Labels<'_>, tag: Tag) {
        if let Some(place) = self.places.get(self.next) {
            let start = self.offset + place.text as usize;
            let end = start + place.attributes as usize;
            if place.tag == tag && self.kept.get(self.offset..start) == Some(text) {
                (self.next, self.offset, self.present) = (self.next + 1, end, Some(start..end));
                return;
            }
        }
        self.keep(text, labels, tag);
    }

    /// A series that was not expected: it and all behind it are written anew.
    #[cold]
    fn keep(&mut self, text: &[u8], labels: Labels<'_>, tag: Tag) {
        self.places.truncate(self.next);
        self.kept.truncate(self.offset);
        self.write(labels, tag);
        let attributes = self.fresh.as_slice();
        // What is longer than 4 GiB fits into no request, but must not be mistaken for something else.
        let (Ok(text_len), Ok(len)) = (u32::try_from(text.len()), u32::try_from(attributes.len()))
        else {
            return;
        };
        self.kept.extend_from_slice(text);
        self.kept.extend_from_slice(attributes);
        self.places.push(Place { tag, text: text_len, attributes: len });
        (self.next, self.offset) = (self.next + 1, self.kept.len());
    }

    fn write(&mut self, labels: Labels<'_>, tag: Tag) {
        self.present = None;
        self.fresh.clear();
        // Two loops, because a chain asks at each label which of its halves is the present one.
        labels.instance().for_each(|pair| attribute::put(&mut self.fresh, tag, pair));
        labels.own().for_each(|pair| attribute::put(&mut self.fresh, tag, pair));
    }
}

#[cfg(test)]
mod tests;
