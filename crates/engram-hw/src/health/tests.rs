use super::*;
use crate::sys::Mapping;

#[test]
fn a_look_shows_what_was_used_since_the_one_before() {
    let mut health = Health::new("/");
    let before = health.snapshot();
    let mut sum = 0_u64;
    while health.snapshot().cpu_time == before.cpu_time {
        sum = (0..100_000).fold(sum, |sum, it| std::hint::black_box(sum ^ it));
    }
    // Not compared with before: other tests give memory back meanwhile.
    let mut memory = Mapping::new(32 << 20).unwrap();
    memory.bytes_mut().fill(1);
    let after = health.snapshot();
    assert!(after.cpu_time > before.cpu_time);
    assert!(after.resident_bytes > Some(16 << 20), "{after:?}");
}

#[test]
fn where_there_is_nothing_nothing_is_said() {
    let mut health = Health::new("/nowhere");
    let snapshot = health.snapshot();
    assert_eq!(
        (snapshot.resident_bytes, snapshot.cpu_pressure, snapshot.throttling),
        (None, None, None)
    );
}

#[test]
fn numbers_are_read_from_their_places() {
    assert_eq!(resident("100 7 3 1 0 5 0"), Some(7 * crate::sys::page_size() as u64));
    assert_eq!([resident(""), resident("1"), resident("1 x")], [None; 3]);
    assert_eq!(run_delay("5 1500 3\n"), Some(Duration::from_nanos(1_500)));
}
