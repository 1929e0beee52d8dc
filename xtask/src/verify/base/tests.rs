use super::super::paired::lines::Line;
use super::*;

#[test]
fn a_process_is_known_by_its_fastest_tenth() {
    let line = |at: u32| Line { twin: 1.0, subject: f64::from(at), core: 0.05 };
    assert_eq!(fastest(&Lines((1..=400).map(line).collect())), 40.0);
}
