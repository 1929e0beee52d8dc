use super::*;

#[test]
fn the_table_shows_shares_of_the_engine_without_telemetry() {
    let counts = Counts { off: 100_000.0, on: 100_400.0, every_event: 100_600.0 };
    let with = Ratio { least: 1.0, middle: 1.01, most: 1.02 };
    let again = Ratio { least: 0.999, middle: 1.0, most: 1.001 };
    let times = Times { twin: 20_000.0, again, with, beside: 0.0005, rounds: 40 };
    let table = table(&counts, &times);
    assert!(table.contains("| instructions | 100000 | 100400 | 0.40 % |"), "{table}");
    assert!(table.contains("| 100000 | 100600 | 0.60 % |"), "{table}");
    assert!(table.contains("40 rounds | 20000 | 20200 | 1.00 % (0.00 to 2.00) |"), "{table}");
    assert!(
        table.contains("without telemetry | 20000 | 20000 | 0.00 % (-0.10 to 0.10) |"),
        "{table}"
    );
    assert!(table.contains("0.050 % of a processor besides"), "{table}");
    assert!(table.contains("take 21.0 ms of telemetry"), "{table}");
}
