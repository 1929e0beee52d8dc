use super::*;

fn series(name: &str, labels: &[(&str, &str)]) -> Series {
    let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    (name.to_owned(), labels.collect())
}

#[test]
fn samples_are_found_by_series() {
    let page = "# TYPE a counter\na 1\nb{x=\"1\",y=\"two\"} 2.5\n";
    let samples = parse(page).unwrap();
    assert_eq!(samples[&series("a", &[])], 1.0);
    assert_eq!(samples[&series("b", &[("x", "1"), ("y", "two")])], 2.5);
}

#[test]
fn escapes_and_braces_in_labels_are_read() {
    let samples = parse("a{x=\"q\\\"}, b=\\\\ \\n\"} 3\n").unwrap();
    assert_eq!(samples[&series("a", &[("x", "q\"}, b=\\ \n")])], 3.0);
}

#[test]
fn bounds_are_the_same_in_any_spelling() {
    assert_eq!(label("le", "1"), label("le", "1.0"));
    assert_eq!(label("le", "+Inf").1, "inf");
    assert_ne!(label("other", "1"), label("other", "1.0"));
}

#[test]
fn a_broken_page_is_an_error() {
    assert!(parse("a{x=\"1\" 2\n").is_err());
    assert!(parse("a\n").is_err());
    assert!(parse("a 1\na 1\n").is_err());
}
