use proptest::prelude::*;

use super::*;
use crate::Reason;

#[test]
fn memory_that_was_bound_is_on_its_node_and_can_be_moved() {
    let Ok(mut memory) = NodeMemory::new(64 << 10, &MemoryPolicy::Bind([0].into_iter().collect()))
    else {
        eprintln!("not run: this system does not let memory be bound");
        return;
    };
    assert!(
        memory.nodes().unwrap().iter().all(Option::is_none),
        "pages that nobody used are nowhere"
    );
    memory.fill(1);
    assert!(memory.nodes().unwrap().iter().all(|node| *node == Some(0)));
    memory.migrate(0).unwrap();
    assert!(memory.iter().all(|byte| *byte == 1));
}

#[test]
fn a_node_that_is_not_there_is_refused() {
    let nowhere = MemoryPolicy::Bind([1_000].into_iter().collect());
    let error = NodeMemory::new(4_096, &nowhere).unwrap_err();
    assert!(
        [Reason::Missing, Reason::Seccomp, Reason::NotSupported].contains(&error.reason),
        "{error}"
    );
    assert!(PolicyScope::enter(&nowhere).is_err());
}

#[test]
fn a_policy_ends_with_its_scope() {
    let Ok(before) = MemoryPolicy::of_thread() else {
        eprintln!("not run: this system does not tell the policy");
        return;
    };
    let scope = PolicyScope::enter(&MemoryPolicy::Prefer(0)).unwrap();
    assert_eq!(MemoryPolicy::of_thread(), Ok(MemoryPolicy::Prefer(0)));
    drop(scope);
    assert_eq!(MemoryPolicy::of_thread(), Ok(before));
}

#[test]
fn ranges_do_not_overlap() {
    let mut map = AddressMap::new();
    map.insert(10..20, 0).unwrap();
    for range in [9..11, 10..20, 12..13, 19..30, 0..100, 5..5] {
        assert!(map.insert(range.clone(), 1).is_err(), "{range:?}");
    }
    map.insert(20..30, 1).unwrap();
    assert_eq!((map.node_of(19), map.node_of(20), map.node_of(30)), (Some(0), Some(1), None));
    assert!(map.remove(10) && !map.remove(10));
    assert_eq!((map.node_of(19), map.len()), (None, 1));
}

proptest! {
    #[test]
    fn an_address_is_where_a_search_through_all_ranges_finds_it(
        ranges in proptest::collection::vec((0_usize..1_000, 1_usize..50, 0_u32..4), 0..40),
        addresses in proptest::collection::vec(0_usize..1_100, 20),
    ) {
        let mut map = AddressMap::new();
        let mut plain = Vec::new();
        for (start, length, node) in ranges {
            if map.insert(start..start + length, node).is_ok() {
                plain.push((start..start + length, node));
            }
        }
        for address in addresses {
            let expected = plain.iter().find(|(range, _)| range.contains(&address)).map(|it| it.1);
            prop_assert_eq!(map.node_of(address), expected);
        }
    }
}

engram_metrics_core::when_enabled! {
    use engram_metrics_core::{Reading, Registry};

    #[test]
    fn crossings_are_a_share_of_what_is_known_and_absent_before_the_first() {
        static ACCESSES: AccessMetrics = AccessMetrics::new();
        static SOURCE: CrossingsSource = CrossingsSource::new(&ACCESSES).with_target(0.3);
        let registry = Registry::new();
        registry.register(&SOURCE).unwrap();
        ACCESSES.record(AccessKind::Read, Locality::Unknown);
        assert_eq!((ACCESSES.crossings(), SOURCE.is_exceeded()), (None, None));
        assert_eq!(Reading::of(&registry).number("engram.numa.crossings", &[]), None);
        for locality in [Locality::Local, Locality::Local, Locality::Local, Locality::Remote(1)] {
            ACCESSES.record(AccessKind::Write, locality);
        }
        assert_eq!((ACCESSES.crossings(), SOURCE.is_exceeded()), (Some(0.25), Some(false)));
        let mut map = AddressMap::new();
        // A node that no thread comes to.
        map.insert(0x1000..0x2000, 1_000).unwrap();
        ACCESSES.record_at(AccessKind::Atomic, &map, 0x1800);
        assert_eq!((ACCESSES.crossings(), SOURCE.is_exceeded()), (Some(0.4), Some(true)));
        let reading = Reading::of(&registry);
        assert_eq!(reading.number("engram.numa.crossings", &[]), Some(0.4));
        assert_eq!(reading.number("engram.numa.crossings_target", &[]), Some(0.3));
    }
}
