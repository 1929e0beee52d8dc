use super::*;

fn cycle(first: Site, second: Site) -> Finding {
    let place = |what: &str, site| Place { what: what.to_owned(), site };
    let edge = |thread: &str, holds, wants| Edge { thread: thread.to_owned(), holds, wants };
    Finding::new(ErrorCode::OrderInversion, "a -> b", "a and b are taken in both orders")
        .with_edge(edge("one", place("lock a", first), place("lock b", second)))
        .with_edge(edge("two", place("lock b", second), place("lock a", first)))
}

#[test]
fn a_code_is_found_by_its_number_and_numbers_are_unique() {
    for code in ErrorCode::ALL {
        assert_eq!(ErrorCode::parse(&code.as_str().to_lowercase()), Some(*code));
    }
    assert_eq!(ErrorCode::parse("E9999"), None);
}

#[test]
fn every_code_has_a_page_that_says_what_there_is_to_say() {
    for code in ErrorCode::ALL {
        let page = code.page();
        let title = format!("# {code}: {}\n\n", code.title());
        assert!(page.starts_with(&title), "{code}: {}", page.lines().next().unwrap());
        for part in
            ["\n## A program\n", "\n```rust\n", "\n## Mending it\n", "\n## Suppressing it\n"]
        {
            assert!(page.contains(part), "{code} lacks {part:?}");
        }
        assert!(page.lines().all(|line| line.chars().count() <= 120), "{code} has a long line");
    }
}

#[test]
fn every_page_is_that_of_a_code() {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("findings");
    for file in std::fs::read_dir(pages).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let code = name.strip_suffix(".md").and_then(ErrorCode::parse);
        assert!(code.is_some_and(|code| format!("{code}.md") == name), "{name} is of no code");
    }
}

#[test]
fn the_text_names_every_site_and_both_threads() {
    let (first, second) = (Site::caller(), Site::caller());
    let text = cycle(first, second).to_string();
    assert!(text.starts_with("POTENTIAL E0102 lock order inversion: "), "{text}");
    assert_eq!(text.matches(&first.to_string()).count(), 2, "{text}");
    assert_eq!(text.matches(&second.to_string()).count(), 2, "{text}");
    assert!(text.contains("threads: one, two"), "{text}");
    assert!(text.contains("T2: lock a   <- waits"), "{text}");
}

#[test]
fn json_has_what_the_text_has() {
    let (first, second) = (Site::caller(), Site::caller());
    let json = cycle(first, second).to_json();
    assert_eq!(json["code"], "E0102");
    assert_eq!(json["edges"][1]["wants"]["site"]["line"], first.line());
    assert_eq!(json["threads"][1], "two");
}

#[test]
fn a_cycle_is_the_same_wherever_it_begins() {
    let (first, second) = (Site::caller(), Site::caller());
    let one = cycle(first, second);
    let mut other = one.clone();
    other.edges.rotate_left(1);
    assert_eq!(one.identity(), other.identity());
    let elsewhere = cycle(first, Site::caller());
    assert_ne!(one.identity(), elsewhere.identity());
}
