use super::*;

const CORE: f64 = 0.05;

fn lines(count: usize, ratio: f64, core: f64) -> Vec<Line> {
    (0..count).map(|_| Line { twin: 2.0, subject: 2.0 * ratio, core }).collect()
}

#[test]
fn what_the_program_prints_is_read() {
    let read = Lines::parse("2.0000 4.5000 0.04790\n1.0000 2.0000 0.05000\n").expect("two lines");
    assert_eq!(read.0[0], Line { twin: 2.0, subject: 4.5, core: 0.0479 });
    assert_eq!(read.0.len(), 2);
    for broken in ["", "1.0 2.0\n", "1.0 2.0 x\n", "1.0 2.0 3.0 4.0\n"] {
        assert!(Lines::parse(broken).is_err(), "{broken}");
    }
}

#[test]
fn lines_with_company_are_left_out_while_others_are_left() {
    let mixed = |quiet: usize, loud: usize| {
        let mut all = lines(quiet, 1.0, CORE);
        all.extend(lines(loud, 2.0, CORE * 1.5));
        Lines(all)
    };
    assert_eq!(mixed(300, 300).alone(CORE).expect("half of them"), Lines(lines(300, 1.0, CORE)));
    assert_eq!(mixed(299, 300).alone(CORE), None);
}

#[test]
fn a_limit_is_wider_in_company() {
    let figure = Lines(lines(300, 1.2, CORE)).ratio();
    assert!(figure.is_over(1.1) && !figure.is_over(1.3));
    assert!(!figure.in_company().is_over(1.1) && figure.in_company().is_over(0.4));
}

#[test]
fn the_tail_is_that_of_the_slowest_hundredth() {
    let mut some = lines(970, 1.0, CORE);
    some.extend(lines(30, 8.0, CORE));
    let lines = Lines(some);
    assert_eq!(lines.ratio().middle, 1.0);
    let tail = lines.tail();
    assert_eq!((tail.middle, tail.least), (8.0, 8.0));
}
