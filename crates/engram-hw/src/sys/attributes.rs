//! What `perf_event_open` is asked for.

/// What is to be counted, as the kernel takes it: version 5 of its structure, which Linux 4.1 knows.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Attributes {
    pub(super) kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    flags: u64,
    wakeup: u32,
    bp_type: u32,
    config1: u64,
    config2: u64,
    branch_sample_type: u64,
    sample_regs_user: u64,
    sample_stack_user: u32,
    clockid: i32,
    sample_regs_intr: u64,
    aux_watermark: u32,
    sample_max_stack: u16,
    reserved: u16,
}

impl Attributes {
    /// An event and how it is counted.
    pub(crate) fn new((kind, config): (u32, u64), flags: u64, read_format: u64) -> Self {
        Self { kind, config, flags, read_format, size: size_of::<Self>() as u32, ..Self::default() }
    }
}

/// Bits of `flags`.
pub(crate) const DISABLED: u64 = 1;
pub(crate) const INHERIT: u64 = 1 << 1;
pub(crate) const EXCLUDE_KERNEL: u64 = 1 << 5;
pub(crate) const EXCLUDE_HV: u64 = 1 << 6;
pub(crate) const ENABLE_ON_EXEC: u64 = 1 << 12;

/// Bits of `read_format`.
pub(crate) const WITH_TIMES: u64 = 1 | 2;
pub(crate) const WHOLE_GROUP: u64 = 8;

/// What is done to a group of counters, as numbers of `ioctl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    Enable = 0x2400,
    Disable = 0x2401,
    Reset = 0x2403,
}

#[cfg(test)]
mod tests {
    use super::Attributes;

    #[test]
    fn the_structure_is_as_long_as_version_5_of_it() {
        assert_eq!(size_of::<Attributes>(), 112);
    }
}
