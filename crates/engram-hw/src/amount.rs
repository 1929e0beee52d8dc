//! Amounts for people.

/// Binary prefixes, one decimal below ten.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut amount = bytes as f64;
    let mut unit = 0;
    while amount >= 1024.0 {
        amount /= 1024.0;
        unit += 1;
    }
    let decimals = usize::from(amount < 10.0);
    let amount = format!("{amount:.decimals$}");
    format!("{} {}", amount.trim_end_matches(".0"), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn amounts_have_the_largest_unit_that_leaves_one() {
        for (amount, text) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_536, "1.5 KiB"),
            (8_189, "8 KiB"),
            (32 << 10, "32 KiB"),
            (16 << 30, "16 GiB"),
            (u64::MAX, "16 EiB"),
        ] {
            assert_eq!(bytes(amount), text);
        }
    }
}
