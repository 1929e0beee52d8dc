use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[test]
fn lists_are_read_as_the_kernel_writes_them() {
    for (text, members) in [
        ("", vec![]),
        ("\n", vec![]),
        ("0\n", vec![0]),
        ("0-2,8", vec![0, 1, 2, 8]),
        (" 3 , 5-6 ", vec![3, 5, 6]),
        ("0-7:2/4", vec![0, 1, 4, 5]),
        ("65535", vec![65_535]),
    ] {
        let set = IdSet::from_list(text).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), members, "{text:?}");
    }
}

#[test]
fn what_is_no_list_is_refused_and_allocates_nothing_for_it() {
    for text in ["x", "1-", "-1", "5-2", "65536", "0-4294967295", "+1", "0-7:0/4", "0-7:5/4", "1;2"]
    {
        assert!(IdSet::from_list(text).is_err(), "{text:?}");
    }
}

#[test]
fn masks_have_the_most_significant_group_first() {
    let set = IdSet::from_mask("00000001,80000000,0000010f\n").unwrap();
    assert_eq!(set.to_string(), "0-3,8,63-64");
    assert_eq!(IdSet::from_mask("0x3,,0x1").unwrap().to_string(), "0,64-65");
}

#[test]
fn what_is_no_mask_is_refused() {
    let beyond = "1".to_owned() + &",00000000".repeat(2_048);
    for text in ["g", "+1", "123456789", &beyond] {
        assert!(IdSet::from_mask(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_last_member_is_the_largest() {
    assert_eq!(IdSet::new().last(), None);
    assert_eq!(IdSet::from_list("1,64,127").unwrap().last(), Some(127));
}

proptest! {
    #[test]
    fn sets_behave_as_those_of_the_standard_library(
        a in proptest::collection::btree_set(0_u32..300, 0..40),
        b in proptest::collection::btree_set(0_u32..300, 0..40),
    ) {
        let (left, right): (IdSet, IdSet) = (a.iter().copied().collect(), b.iter().copied().collect());
        let same = |set: IdSet, members: BTreeSet<u32>| set == members.into_iter().collect::<IdSet>();
        prop_assert!(same(left.intersection(&right), &a & &b));
        prop_assert!(same(left.union(&right), &a | &b));
        prop_assert!(same(left.difference(&right), &a - &b));
        for (change, members) in
            [(IdSet::add as fn(&mut IdSet, &IdSet), &a | &b), (IdSet::keep, &a & &b), (IdSet::remove, &a - &b)]
        {
            let mut changed = left.clone();
            change(&mut changed, &right);
            prop_assert!(same(changed, members));
        }
        prop_assert_eq!(left.is_subset(&right), a.is_subset(&b));
        prop_assert_eq!(left.len(), a.len());
        prop_assert_eq!(left.last(), a.last().copied());
        prop_assert_eq!(IdSet::from_list(&left.to_string()).unwrap(), left);
    }
}
