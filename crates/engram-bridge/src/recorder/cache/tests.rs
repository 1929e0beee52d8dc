use super::{CAPACITY, Cache, find_or};
use crate::recorder::instrument::Count;
use metrics::{Counter, Key};

fn remembered<H>(cache: &Cache<H>) -> usize {
    cache.0.as_ref().map_or(0, |all| all.len())
}

#[test]
fn a_thread_remembers_so_many_series_and_no_more() {
    let mut cache = Cache::new();
    for number in 0..3 * CAPACITY {
        cache.remember(1, &Key::from_name(number.to_string()), &number);
        assert!(remembered(&cache) <= CAPACITY);
    }
    assert!(remembered(&cache) > 0);
}

#[test]
fn a_key_is_found_for_its_recorder_alone() {
    let (mut cache, key) = (Cache::new(), Key::from_name("key"));
    cache.remember(1, &key, &"first");
    assert_eq!((cache.find(1, &key), cache.find(2, &key)), (Some("first"), None));
    cache.remember(2, &key, &"second");
    assert_eq!((cache.find(1, &key), cache.find(2, &key)), (None, Some("second")));
}

#[test]
fn keys_with_the_same_hash_are_told_apart() {
    let (one, other) = (Key::from_name("one"), Key::from_name("other"));
    let mut cache = Cache::new();
    cache.remember(1, &one, &"one");
    let all = cache.0.as_mut().expect("it remembers something");
    let first = all.remove(&one.get_hash()).expect("it was remembered");
    all.insert(other.get_hash(), first);
    assert_eq!(cache.find(1, &other), None);
}

#[test]
fn what_is_recorded_while_a_series_is_made_finds_none() {
    let key = Key::from_static_name("key");
    let mut inner = Some(Counter::noop());
    let outer = find_or::<Count>(7, &key, || {
        inner = find_or::<Count>(7, &Key::from_static_name("other"), || unreachable!("busy"));
        Counter::noop()
    });
    assert!(outer.is_some() && inner.is_none());
    assert!(find_or::<Count>(7, &Key::from_static_name("other"), Counter::noop).is_some());
}
