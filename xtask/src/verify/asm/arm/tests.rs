use super::*;

const ADD: u32 = 0x9100_0400; // add x0, x0, #1
const RET: u32 = 0xd65f_03c0;

fn fault(code: &[u32]) -> String {
    walk(code).unwrap_err().to_string()
}

#[test]
fn a_straight_line_is_counted() {
    // ldr x0, [x1]; add; str x0, [x1]; cbz x0, .; ret
    assert_eq!(walk(&[0xf940_0020, ADD, 0xf900_0020, 0xb400_0000, RET]).unwrap(), 5);
    // b .+8; ret; add; ret
    assert_eq!(walk(&[0x1400_0002, RET, ADD, RET]).unwrap(), 3);
}

#[test]
fn ordered_loads_and_stores_are_no_locks() {
    // ldar x0, [x1]; ldapr x0, [x1]; stlr x0, [x1]
    assert_eq!(walk(&[0xc8df_fc20, 0xf8bf_c020, 0xc89f_fc20, RET]).unwrap(), 4);
}

#[test]
fn calls_are_found() {
    // bl; blr x8; br x8; b backwards, out of the function
    for word in [0x9400_0010, 0xd63f_0100, 0xd61f_0100, 0x17ff_fff0] {
        assert_eq!(fault(&[word, RET]), "a call on the hot path", "{word:x}");
    }
}

#[test]
fn locks_are_found() {
    // ldxr, stxr, ldaxr, stlxr, cas, casal, ldadd, ldaddal, swp
    for word in [
        0xc85f_7c20,
        0xc802_7c20,
        0xc85f_fc20,
        0xc802_fc20,
        0xc8a0_7c22,
        0xc8e0_fc22,
        0xf820_0022,
        0xf8e0_0022,
        0xf820_8022,
    ] {
        assert_eq!(fault(&[word, RET]), "a locked instruction on the hot path", "{word:x}");
    }
}

#[test]
fn a_path_without_an_end_is_found() {
    assert_eq!(fault(&[0x1400_0000]), "the hot path does not end");
    assert_eq!(fault(&[ADD]), "the hot path does not end");
}
