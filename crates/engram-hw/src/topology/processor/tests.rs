use super::*;

#[test]
fn an_answer_is_a_cache_with_its_shape() {
    // A core of AMD's Zen 5: 48 KiB of data in 12 ways, and the 32 MiB that eight cores share.
    let data = Described::of([0x0000_0121, 0x02c0_003f, 0x3f]);
    let shape = Shape { size_bytes: 48 << 10, line_bytes: 64, ways: 12 };
    assert_eq!(data, Some(Described { level: 1, kind: CacheKind::Data, shape }));
    let last = Described::of([0x0001_c163, 0x03c0_003f, 0x7fff]);
    let shape = Shape { size_bytes: 32 << 20, line_bytes: 64, ways: 16 };
    assert_eq!(last, Some(Described { level: 3, kind: CacheKind::Unified, shape }));
    // Two lines with one tag, as of the Pentium 4.
    let tagged = Described::of([0x0000_0043, 0x01c0_103f, 0x3ff]).map(|it| it.shape);
    assert_eq!(tagged, Some(Shape { size_bytes: 1 << 20, line_bytes: 64, ways: 8 }));
}

#[test]
fn an_answer_without_a_kind_is_the_end() {
    assert_eq!(Described::of([0, 0x02c0_003f, 0x3f]), None);
    assert_eq!(Described::of([0x0000_0124, 0x02c0_003f, 0x3f]), None);
    assert!(Described::of([u32::MAX; 3]).is_none());
}

#[test]
fn who_has_fewer_caches_than_asked_for_says_nothing() {
    // The answers end after few; no processor has a hundred caches.
    assert!(Own::ask(100).is_none());
}
