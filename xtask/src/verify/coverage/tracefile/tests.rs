use super::*;

const ONE: &str = "SF:/w/crates/a/src/x.rs\nFN:1,f\nDA:1,3\nDA:2,0\nDA:3,0\nLH:1\nend_of_record\n\
    SF:/w/crates/ab/src/x.rs\nDA:1,0\nend_of_record\n";

const OTHER: &str = "SF:/w/crates/a/src/x.rs\nDA:1,0\nDA:3,7\nend_of_record\n\
    SF:/w/crates/a/src/y.rs\nDA:9,1\nend_of_record\n";

fn both() -> Tracefile {
    let mut both = Tracefile::default();
    both.add(ONE).expect("it is one");
    both.add(OTHER).expect("it is one");
    both
}

#[test]
fn a_line_is_run_if_one_of_the_programs_runs_it() {
    let lines = both().below(Path::new("/w/crates/a/src"));
    assert_eq!(lines, Lines { run: 3, all: 4 });
    assert_eq!(lines.percent(), Some(75.0));
}

#[test]
fn lines_are_those_of_one_folder() {
    assert_eq!(both().below(Path::new("/w/crates/ab")), Lines { run: 0, all: 1 });
    assert_eq!(both().below(Path::new("/w/crates/c")).percent(), None);
}

#[test]
fn what_is_written_is_read_again() {
    let mut again = Tracefile::default();
    again.add(&both().to_string()).expect("it is one");
    assert_eq!(again, both());
}

#[test]
fn a_broken_line_is_an_error() {
    for broken in ["DA:1", "DA:x,1", "DA:1,-1"] {
        assert!(Tracefile::default().add(broken).is_err(), "{broken}");
    }
}
