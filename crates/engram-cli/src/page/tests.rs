use super::{Sample, parse};

fn sample(name: &str, labels: &[(&str, &str)], value: f64) -> Sample {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Sample { name: name.to_owned(), labels: labels.iter().map(owned).collect(), value }
}

#[test]
fn lines_become_samples() {
    let page = "# HELP a A.\n# TYPE a counter\na 1\n\na{b=\"c\",d=\"e\"} 2.5\na{} +Inf\na{x=\"\\\\ \\\" \\n}\"} 4 123\n";
    let expected = [
        sample("a", &[], 1.0),
        sample("a", &[("b", "c"), ("d", "e")], 2.5),
        sample("a", &[], f64::INFINITY),
        sample("a", &[("x", "\\ \" \n}")], 4.0),
    ];
    assert_eq!(parse(page).expect("a valid page"), expected);
}

#[test]
fn what_is_not_a_line_of_the_format_is_named() {
    for line in [
        "a",
        "a{b=\"c} 1",
        "a{b} 1",
        "a one",
        "a{b=\"c\" 1",
        "a{b=\"c\"d=\"e\"} 1",
        "a{\"b\"} 1",
        "{\"a\",\"b\"} 1",
        "{\"a\" 1",
        "{\"a} 1",
        "{a} 1",
    ] {
        let error = parse(&format!("ok 1\n{line}\n")).expect_err(line);
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}

#[test]
fn what_is_no_escape_stands_for_itself() {
    let samples = parse("a{b=\"\\x\"} 1\n").expect("a page");
    assert_eq!(samples, [sample("a", &[("b", "\\x")], 1.0)]);
}

#[test]
fn a_name_may_stand_quoted_inside_the_braces() {
    let page = "{\"a.b\"} 1\n{\"a \\\"b\\\\\",c=\"d\"} 2\n{c=\"d\",\"e f\",\"g h\"=\"i\",} 3\n";
    let expected = [
        sample("a.b", &[], 1.0),
        sample("a \"b\\", &[("c", "d")], 2.0),
        sample("e f", &[("c", "d"), ("g h", "i")], 3.0),
    ];
    assert_eq!(parse(page).expect("a valid page"), expected);
}
