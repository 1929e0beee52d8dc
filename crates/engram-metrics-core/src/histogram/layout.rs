//! Which bucket a value belongs to: base-2 exponential buckets, exact to the integer.
//!
//! At scale `s` every power of two is divided into 2^s buckets whose bounds grow by the factor
//! 2^(2^-s), the upper one inclusive. This is OpenTelemetry's exponential histogram and, with the
//! same number called schema, Prometheus' native histogram.
//!
//! The index is found at [`FINEST`] and shifted down, for buckets nest perfectly: `2^(s-1)` of them
//! make up one at the next coarser scale. At the finest scale, with `m` the value shifted up until its
//! top bit is set:
//!
//! ```text
//!   power of two     e = 63 - leading zeros
//!   fraction         j = how many of BOUNDS are below m          (0..=32)
//!   index            i = 32 e + j - 1
//! ```
//!
//! The top six bits behind the leading one select a bin of the fraction; no bin contains more than one
//! bound, so `j` is a table entry plus one comparison. Nothing is rounded: `m` is an integer, so it is
//! above the true bound exactly when it is above the bound's floor.

/// The finest scale offered; 2^(1/32) bounds the relative error of a quantile by 1.1 %.
pub const FINEST: u8 = 5;

/// Buckets a histogram may have, the two outer ones included.
pub const MAX_BUCKETS: usize = 512;

/// The buckets of an exponential histogram: its scale, its range and the size of its integer unit.
///
/// Values are integers, *ticks*: 2^-30 s for time, so that a power of two of a second is a whole number
/// of ticks and every bound is exact; one byte for sizes. The range goes from `2^low` to `2^high` ticks;
/// what is not above its lower end (zero included) shares the first bucket, what is above its upper end
/// the last. Memory is eight bytes per bucket and recording thread, see [`Layout::bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(super) scale: u8,
    pub(super) low: u8,
    pub(super) high: u8,
    /// Ticks in one base unit, as a power of two.
    pub(super) resolution: u8,
}

impl Layout {
    /// Time from 0.93 ns to 64 s with 8 buckets per power of two: 9 % wide, 2.3 KiB a thread.
    pub const SECONDS: Self = Self::new(3, 0, 36, 30);
    /// Sizes from 1 B to 1 TiB with 4 buckets per power of two: 19 % wide.
    pub const BYTES: Self = Self::new(2, 0, 40, 0);
    /// Ratios from 2^-20 to 1 with 8 buckets per power of two.
    pub const RATIO: Self = Self::new(3, 10, 30, 30);
    /// Counts from 1 to 2^20 with 4 buckets per power of two.
    pub const COUNT: Self = Self::new(2, 0, 20, 0);

    /// Buckets at `scale` from `2^low` to `2^high` ticks of `2^-resolution` base units.
    ///
    /// # Panics
    /// At compile time in a `const`: if the scale is above [`FINEST`], the range is empty or goes
    /// beyond 63 bits, or there would be more than [`MAX_BUCKETS`].
    #[must_use]
    pub const fn new(scale: u8, low: u8, high: u8, resolution: u8) -> Self {
        assert!(scale <= FINEST, "the scale is at most 5");
        assert!(low < high && high < 64, "the range is empty or beyond 2^63 ticks");
        assert!(resolution < 64, "a tick is at least 2^-63 base units");
        let layout = Self { scale, low, high, resolution };
        assert!(layout.buckets() <= MAX_BUCKETS, "too many buckets: choose a coarser scale");
        layout
    }

    /// Buckets, the two outer ones included.
    #[must_use]
    pub const fn buckets(self) -> usize {
        (((self.high - self.low) as usize) << self.scale) + 2
    }

    /// Bytes per recording thread, and once more for the shared cells.
    #[must_use]
    pub const fn bytes(self) -> usize {
        super::cells::run_cells(self.buckets()) as usize * size_of::<u64>()
    }

    /// Buckets per power of two, as a power of two.
    #[must_use]
    pub const fn scale(self) -> i32 {
        self.scale as i32
    }

    /// How far above the true value a quantile can be, as a share of it: `2^(2^-scale) - 1`, the width
    /// of a bucket over its lower bound. Holds for values inside the range; below it the error is at
    /// most the [`zero_threshold`](Self::zero_threshold).
    ///
    /// ```
    /// # use engram_metrics_core::Layout;
    /// assert!((Layout::SECONDS.relative_error() - 0.0905).abs() < 0.0001);
    /// ```
    #[must_use]
    pub fn relative_error(self) -> f64 {
        exp2(-i32::from(self.scale)).exp2() - 1.0
    }

    /// The range in ticks, as exponents of two.
    #[must_use]
    pub const fn range(self) -> (u8, u8) {
        (self.low, self.high)
    }

    /// Base units in one tick.
    #[must_use]
    pub fn tick(self) -> f64 {
        exp2(-i32::from(self.resolution))
    }

    /// The upper bound of the first bucket, in base units: a zero threshold.
    #[must_use]
    pub fn zero_threshold(self) -> f64 {
        self.power(self.low)
    }

    /// `2^exponent` ticks in base units.
    #[must_use]
    pub fn power(self, exponent: u8) -> f64 {
        exp2(i32::from(exponent) - i32::from(self.resolution))
    }

    /// The bounds of a bucket in ticks, the lower exclusive; the last bucket has no upper bound.
    ///
    /// Rounded down to whole ticks, which makes no difference to any integer value.
    #[must_use]
    pub fn bounds(self, bucket: usize) -> (u64, Option<u64>) {
        let upper = |bucket: usize| {
            let index = (bucket << (FINEST - self.scale)) + ((self.low as usize) << FINEST);
            let (power, fraction) = (index >> FINEST, index & (BOUNDS.len() - 1));
            BOUNDS[fraction] >> (63 - power)
        };
        match bucket {
            0 => (0, Some(upper(0))),
            _ if bucket + 1 < self.buckets() => (upper(bucket - 1), Some(upper(bucket))),
            _ => (upper(self.buckets() - 2), None),
        }
    }
}

/// Everything about a layout that recording needs, computed once.
#[derive(Clone, Copy, Debug)]
pub struct Indexer {
    pub(crate) layout: Layout,
    /// From the finest scale to that of the layout.
    shift: u8,
    /// The index, at the layout's scale, of the first bucket.
    first: i32,
    last: i32,
    /// Ticks in one base unit.
    pub(crate) per_unit: f64,
}

impl Indexer {
    pub(crate) const fn new(layout: Layout) -> Self {
        Self {
            layout,
            shift: FINEST - layout.scale,
            first: ((layout.low as i32) << layout.scale) - 1,
            last: layout.buckets() as i32 - 1,
            per_unit: (1_u64 << layout.resolution) as f64,
        }
    }

    /// The bucket of a value: 0 for what is not above the range, the last for what is beyond it.
    #[inline(always)]
    pub(crate) fn bucket(&self, ticks: u64) -> u32 {
        let index = (finest_index(ticks) >> (self.shift & 7)) - self.first;
        // Not `clamp`, which has to be able to panic.
        index.max(0).min(self.last) as u32
    }
}

/// The bucket index at the finest scale; -1 for 0 and 1.
#[inline(always)]
fn finest_index(ticks: u64) -> i32 {
    let value = ticks | u64::from(ticks == 0);
    let zeros = value.leading_zeros();
    let normal = value << zeros;
    let bin = ((normal << 1) >> 58) as usize;
    let fraction = i32::from(BELOW[bin]) + i32::from(normal > NEXT[bin]);
    (63 - zeros as i32) * BOUNDS.len() as i32 + fraction - 1
}

/// Two to an integer power, exact.
pub(super) fn exp2(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// For each of the 64 bins of the fraction, how many bounds lie below its start.
const BELOW: [u8; 64] = {
    let mut table = [0; 64];
    let mut bin = 0;
    while bin < 64 {
        while (table[bin] as usize) < BOUNDS.len() && BOUNDS[table[bin] as usize] < bin_start(bin) {
            table[bin] += 1;
        }
        bin += 1;
    }
    table
};

/// For each bin the first bound that is not below its start: the only one that it can contain.
const NEXT: [u64; 64] = {
    let mut table = [u64::MAX; 64];
    let mut bin = 0;
    while bin < 64 {
        if (BELOW[bin] as usize) < BOUNDS.len() {
            table[bin] = BOUNDS[BELOW[bin] as usize];
        }
        bin += 1;
    }
    table
};

const fn bin_start(bin: usize) -> u64 {
    (1 << 63) | ((bin as u64) << 57)
}

/// `floor(2^63 * 2^(j/32))`, verified in the tests by raising it to the 32nd power.
pub(super) const BOUNDS: [u64; 32] = [
    0x8000_0000_0000_0000,
    0x82cd_8698_ac2b_a1d7,
    0x85aa_c367_cc48_7b14,
    0x8898_0e80_92da_8527,
    0x8b95_c1e3_ea8b_d6e6,
    0x8ea4_398b_45cd_53c0,
    0x91c3_d373_ab11_c336,
    0x94f4_efa8_fef7_0961,
    0x9837_f051_8db8_a96f,
    0x9b8d_39b9_d54e_5538,
    0x9ef5_3260_91a1_11ad,
    0xa270_4303_0c49_6818,
    0xa5fe_d6a9_b151_38ea,
    0xa9a1_5ab4_ea7c_0ef8,
    0xad58_3eea_42a1_4ac6,
    0xb123_f581_d2ac_258f,
    0xb504_f333_f9de_6484,
    0xb8fb_af47_62fb_9ee9,
    0xbd08_a39f_580c_36be,
    0xc12c_4cca_6670_9456,
    0xc567_2a11_5506_dadd,
    0xc9b9_bd86_6e2f_27a2,
    0xce24_8c15_1f84_80e3,
    0xd2a8_1d91_f12a_e45a,
    0xd744_fcca_d69d_6af4,
    0xdbfb_b797_daf2_3755,
    0xe0cc_deec_2a94_e111,
    0xe5b9_06e7_7c83_48a8,
    0xeac0_c6e7_dd24_392e,
    0xefe4_b99b_dcda_f5cb,
    0xf525_7d15_2486_cc2c,
    0xfa83_b2db_722a_033a,
];
