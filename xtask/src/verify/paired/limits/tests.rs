use super::*;

const TEXT: &str =
    "[core]\nprocessor = \"AuthenticAMD 26 2\"\nalone = 0.04790\n\n[ratio]\nmine = 1.300\n";

#[test]
fn limits_are_read() {
    let limits = Limits::parse(TEXT, "AuthenticAMD 26 2").expect("well-formed");
    assert_eq!(limits.of("mine").expect("it has one"), 1.3);
    assert!(limits.of("yours").is_err());
    assert_eq!(limits.alone(), Some(0.0479));
}

#[test]
fn of_another_processor_nobody_knows_how_it_is_alone() {
    assert_eq!(Limits::parse(TEXT, "GenuineIntel 6 143").expect("well-formed").alone(), None);
}

#[test]
fn what_is_missing_is_said() {
    for gone in ["processor = \"AuthenticAMD 26 2\"\n", "alone = 0.04790\n", "[ratio]\n"] {
        assert!(Limits::parse(&TEXT.replace(gone, ""), "").is_err(), "{gone}");
    }
}

#[test]
fn every_pair_has_a_limit_and_every_limit_a_pair() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
    let limits = Limits::read(&path).expect("it is committed");
    let mut names: Vec<_> = PAIRS.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(limits.ratios.keys().collect::<Vec<_>>(), names);
}

#[test]
fn a_processor_is_named_by_vendor_family_and_model() {
    let text = "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: X\n";
    assert_eq!(named(text), "AuthenticAMD 26 2");
    assert_eq!(named(""), "");
}
