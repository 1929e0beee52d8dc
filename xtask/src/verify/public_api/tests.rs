use super::*;

const OLD: &str = "pub fn a::add(u64)\npub fn a::get() -> u64\n";

#[test]
fn what_stays_is_no_difference() {
    assert_eq!(difference(OLD, OLD), "");
}

#[test]
fn what_goes_comes_or_changes_is_named() {
    assert_eq!(difference(OLD, "pub fn a::get() -> u64\n"), "- pub fn a::add(u64)\n");
    let changed = OLD.replace("-> u64", "-> u32");
    assert_eq!(difference(OLD, &changed), "- pub fn a::get() -> u64\n+ pub fn a::get() -> u32\n");
}

#[test]
fn a_crate_that_nothing_is_written_down_of_is_all_new() {
    assert_eq!(difference("", OLD).lines().count(), 2);
}
