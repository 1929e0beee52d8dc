//! A value lies between the bounds of the bucket that it is counted in, in every layout.

use engram_metrics_core::histogram::MAX_BUCKETS;
use engram_metrics_core::{Histogram, Layout, when_enabled};

use crate::input::Input;

/// How many scales there are.
const SCALES: u8 = 6;

/// The highest end of a range.
const HIGHEST: u8 = 52;

/// Records one value, and looks where it is.
///
/// # Panics
/// When it is not in one bucket, when that bucket's bounds do not contain it, or when the buckets have a gap
/// or overlap.
pub fn buckets(data: &[u8]) {
    let mut input = Input(data);
    let (scale, low, width) = (input.byte() % SCALES, input.byte() % HIGHEST, input.byte());
    let high = low + 1 + width % (HIGHEST - low);
    if (usize::from(high - low) << scale) + 2 > MAX_BUCKETS {
        return;
    }
    let layout = Layout::new(scale, low, high, input.byte() % 64);
    nothing_is_between(layout);
    let ticks = input.number();
    let histogram = Histogram::with_layout(layout);
    histogram.record(ticks);
    when_enabled! {
        let snapshot = histogram.snapshot();
        assert_eq!((snapshot.count(), snapshot.sum_ticks()), (1, ticks));
        let bucket = snapshot.counts().iter().position(|count| *count == 1).expect("it is counted");
        let (above, up_to) = layout.bounds(bucket);
        assert!(bucket == 0 || ticks > above, "{ticks} is not above {above}: {layout:?}");
        assert!(up_to.is_none_or(|up_to| ticks <= up_to), "{ticks} is above {up_to:?}: {layout:?}");
    }
}

/// Each bucket begins where the one before ends, and only the last has no end.
fn nothing_is_between(layout: Layout) {
    let mut end = Some(0);
    for bucket in 0..layout.buckets() {
        let (above, up_to) = layout.bounds(bucket);
        assert!(bucket == 0 || end == Some(above), "bucket {bucket} of {layout:?}");
        assert!(up_to.is_none_or(|up_to| up_to >= above), "bucket {bucket} of {layout:?}");
        end = up_to;
    }
    assert_eq!(end, None, "{layout:?}");
}
