//! Memory stays flat when label values do not end. The only test here, for it reads the memory of the
//! whole process.

use engram_metrics_core::{Counter, DynamicFamily};

#[test]
#[cfg(target_os = "linux")]
fn a_million_values_take_no_memory_beyond_the_limit() {
    static FAMILY: DynamicFamily<1, Counter> = DynamicFamily::new(["user"]);
    let record = |range: std::ops::Range<u32>| {
        let mut value = String::with_capacity(16);
        for number in range {
            value.clear();
            std::fmt::Write::write_fmt(&mut value, format_args!("user-{number}"))
                .expect("a string grows");
            FAMILY.at([&value]).increment();
        }
    };
    record(0..10_000);
    let before = resident_bytes();
    record(10_000..1_000_000);
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 1 << 20, "{grown} bytes");
    engram_metrics_core::when_enabled! {
        assert_eq!((FAMILY.series(), FAMILY.overflowed()), (2_000, 998_000));
    }
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("procfs is mounted");
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    4096 * pages.expect("the second number is the resident set")
}
