use super::*;

#[test]
fn a_special_byte_is_found_wherever_it_stands() {
    for len in 1..40 {
        for at in 0..len {
            for special in *b"\\\n\"" {
                let mut text = vec![b'a'; len];
                assert!(!has_special(&text));
                text[at] = special;
                assert!(has_special(&text), "{text:?}");
            }
        }
    }
}

#[test]
fn no_other_byte_is_special() {
    for byte in 0..=u8::MAX {
        for next in 0..=u8::MAX {
            let text = [byte, next, byte, next, b'a', byte, next, next];
            let expected = text.iter().any(|it| b"\\\n\"".contains(it));
            assert_eq!(has_special(&text), expected, "{text:?}");
        }
    }
}
