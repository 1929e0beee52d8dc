//! What is on the page: of each hundred lines fifty counters, twenty-five gauges, and two histograms of
//! thirteen lines.

/// So many series.
#[derive(Clone, Copy)]
pub(super) struct Mix {
    /// 1 is about 10,000 lines.
    pub(super) scale: usize,
}

/// Of the counters and gauges: the two labels of a series, and a number that tells it from others.
pub(super) type Pair<'a> = (&'a [String; 2], u64);

pub(super) const COUNTER_FAMILIES: usize = 10;
pub(super) const GAUGE_FAMILIES: usize = 10;
pub(super) const HISTOGRAM_FAMILIES: usize = 12;

/// Ten bounds, eleven buckets.
pub(super) const BOUNDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

impl Mix {
    pub(super) const SMALL: Self = Self { scale: 1 };
    pub(super) const LARGE: Self = Self { scale: 10 };

    /// Series of all kinds.
    pub(super) const fn series(self) -> usize {
        (5_000 + 2_500 + 192) * self.scale
    }

    /// Lines with values on a text page.
    pub(super) const fn lines(self) -> usize {
        (5_000 + 2_500 + 192 * (BOUNDS.len() + 3)) * self.scale
    }

    pub(super) fn each_counter(self, record: &mut dyn FnMut(Pair<'_>)) {
        pairs(500 * self.scale, record);
    }

    pub(super) fn each_gauge(self, record: &mut dyn FnMut(Pair<'_>)) {
        pairs(250 * self.scale, record);
    }

    /// Eleven values for each series, one in every bucket.
    pub(super) fn each_histogram(self, record: &mut dyn FnMut(&[String; 2], f64)) {
        pairs(16 * self.scale, &mut |(labels, _)| {
            record(labels, 9.0);
            BOUNDS.iter().for_each(|bound| record(labels, bound * 0.9));
        });
    }
}

fn pairs(count: usize, record: &mut dyn FnMut(Pair<'_>)) {
    let methods = ["GET", "PUT", "POST", "DELETE"];
    for at in 0..count {
        let labels = [methods[at % 4].to_owned(), format!("/v1/items/{:04}", at / 4)];
        record((&labels, (at as u64 * 7919) % 1_000_000));
    }
}
