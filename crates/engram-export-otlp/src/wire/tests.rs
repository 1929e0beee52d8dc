use proptest::prelude::*;

use super::read::{Field, Fields, varint};
use super::*;

proptest! {
    #[test]
    fn a_varint_reads_back_and_has_the_length_that_was_foretold(shift in 0_u32..64, low: u64) {
        let value = low >> shift;
        let mut buffer = Buffer::new();
        buffer.reserve(VARINT_MOST);
        buffer.plain_varint(value);
        prop_assert_eq!(buffer.len(), varint_len(value));
        prop_assert_eq!(varint(&mut buffer.as_slice()), Some(value));
    }

    #[test]
    fn bytes_of_any_length_read_back(value: Vec<u8>) {
        let mut buffer = Buffer::new();
        buffer.reserve(field_len(value.len()));
        buffer.bytes(Tag::bytes(3), &value);
        prop_assert_eq!(buffer.len(), field_len(value.len()));
        let read: Vec<_> = Fields(buffer.as_slice()).collect();
        prop_assert_eq!(read, [(3, Field::Bytes(&value[..]))]);
    }

    #[test]
    fn bytes_that_are_not_a_message_end_it(bytes: Vec<u8>) {
        prop_assert!(Fields(&bytes).count() <= bytes.len());
    }
}

#[test]
fn a_length_that_was_filled_in_afterwards_reads_back() {
    let mut buffer = Buffer::new();
    let outer = buffer.open(Tag::bytes(1));
    let inner = buffer.open(Tag::bytes(2));
    buffer.reserve(1000);
    buffer.raw(&[7; 1000]);
    buffer.close(inner);
    buffer.close(outer);
    let (_, outer) = Fields(buffer.as_slice()).next().expect("a field");
    let (_, inner) = Fields(outer.bytes().expect("bytes")).next().expect("a field");
    assert_eq!(inner, Field::Bytes(&[7; 1000]));
}

#[test]
fn small_numbers_of_either_sign_are_short() {
    assert_eq!([0, -1, 1, -2, i32::MIN].map(zigzag), [0, 1, 2, 3, u64::from(u32::MAX)]);
}
