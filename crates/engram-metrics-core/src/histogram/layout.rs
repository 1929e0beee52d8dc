//! Which bucket a value belongs to: base-2 exponential buckets, exact to the integer.
//!
//! At scale `s` every power of two is divided into 2^s buckets whose bounds grow by the factor
//! 2^(2^-s), the upper one inclusive. This is OpenTelemetry's exponential histogram and, with the
//! same number called schema, Prometheus' native histogram.
//! How the bucket of a value is found: `histogram/indexer.rs`.

/// The finest scale offered; 2^(1/32) bounds the relative error of a quantile by 1.1 %.
pub const FINEST: u8 = 5;

/// The largest exponent that a range can end with: up to there, and one beyond, an integer is exact as a
/// floating-point number, which is what finding its bucket rests on.
pub const HIGHEST: u8 = 52;

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
    /// beyond 2^52 ticks, or there would be more than [`MAX_BUCKETS`].
    #[must_use]
    pub const fn new(scale: u8, low: u8, high: u8, resolution: u8) -> Self {
        assert!(scale <= FINEST, "the scale is at most 5");
        assert!(low < high && high <= HIGHEST, "the range is empty or beyond 2^52 ticks");
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

/// Two to an integer power, exact.
pub(super) fn exp2(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
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
