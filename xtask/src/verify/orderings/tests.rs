use super::*;
use crate::verify::step::Verdict;

fn trial(site: &str, killed_by: Option<&str>) -> Trial {
    Trial {
        site: site.to_owned(),
        order: "Release".to_owned(),
        weaker: "Relaxed",
        killed_by: killed_by.map(str::to_owned),
    }
}

fn page(text: &str) -> Page {
    Page::parse(text.to_owned())
}

const EXCUSES_B: &str = "| `a` | x |\n\n## What no model notices\n| site | why |\n|---|---|\n| `b` | it waits |\n\n## Next\n| `c` |";

#[test]
fn orderings_that_a_model_needs_pass() {
    let outcome = judge(&[trial("a", Some("m"))], &page("`a`"));
    assert_eq!(outcome, Outcome::passed("1 of 1 weakened orderings noticed"));
}

#[test]
fn an_ordering_that_nobody_misses_fails_unless_it_is_excused() {
    let outcome = judge(&[trial("a", None)], &page("`a`"));
    assert_eq!(outcome, Outcome::failed("no model fails when a is Relaxed"));
    let excused = judge(&[trial("a", Some("m")), trial("b", None)], &page(EXCUSES_B));
    assert_eq!(excused.verdict, Verdict::Passed);
}

#[test]
fn an_excuse_that_is_not_needed_fails() {
    let noticed = judge(&[trial("b", Some("m"))], &page(EXCUSES_B));
    assert!(noticed.note.starts_with("m fails when b is Relaxed: take it off"), "{}", noticed.note);
    let gone = judge(&[trial("a", Some("m"))], &page(EXCUSES_B));
    assert_eq!(gone, Outcome::failed("docs/memory-ordering.md excuses b, which is gone"));
}

#[test]
fn an_ordering_that_the_page_does_not_name_fails() {
    let outcome = judge(&[trial("a", Some("m"))], &page(""));
    assert_eq!(outcome, Outcome::failed("docs/memory-ordering.md does not name a"));
}

#[test]
fn where_nothing_was_weakened_nothing_is_proven() {
    assert_eq!(judge(&[], &page("")).verdict, Verdict::Failed);
}
