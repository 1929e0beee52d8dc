use super::*;

const WRITTEN: &str = "#2\tINITED cov: 310 ft: 400 corp: 5/1Kb exec/s: 0 rss: 30Mb\n\
    #900\tDONE   cov: 412 ft: 900 corp: 9/2Kb lim: 4 exec/s: 15 rss: 31Mb\n\
    stat::number_of_executed_units: 900\n";

#[test]
fn inputs_and_edges_are_the_figure() {
    assert_eq!(judge("page", WRITTEN, Some(0)), Ok("page: 900 inputs, 412 edges".to_owned()));
}

#[test]
fn a_fuzzer_that_counts_nothing_is_blind() {
    assert!(judge("page", "stat::number_of_executed_units: 900\n", Some(0)).is_err());
}

#[test]
fn a_panic_is_named() {
    let written = format!("{WRITTEN}thread '<unnamed>' panicked at fuzz/src/page.rs:3:4:\n");
    let fault = judge("page", &written, Some(77)).expect_err("it panicked");
    assert!(fault.contains("panicked at fuzz/src/page.rs"));
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    for target in TARGETS {
        assert!(fuzz.join(format!("targets/{target}.rs")).is_file());
    }
    assert_eq!(fs::read_dir(fuzz.join("corpus")).expect("it is there").count(), TARGETS.len());
    assert_eq!(fs::read_dir(fuzz.join("targets")).expect("it is there").count(), TARGETS.len());
}
