//! The wire format of protobuf: fields as bytes.

/// A message being written.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    bytes: Vec<u8>,
}

/// What follows a tag.
const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;

impl Wire {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes) }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    #[inline]
    pub(crate) fn varint(&mut self, value: u64) {
        varint(value, |byte| self.bytes.push(byte));
    }

    #[inline]
    fn tag(&mut self, field: u32, kind: u32) {
        self.varint(u64::from(field << 3 | kind));
    }

    /// An unsigned or enumerated field.
    #[inline]
    pub(crate) fn uint(&mut self, field: u32, value: u64) {
        self.tag(field, VARINT);
        self.varint(value);
    }

    /// A field of type `sint32` or `sint64`.
    pub(crate) fn sint(&mut self, field: u32, value: i64) {
        self.uint(field, zigzag(value));
    }

    #[inline]
    pub(crate) fn double(&mut self, field: u32, value: f64) {
        self.tag(field, FIXED64);
        self.bytes.extend_from_slice(&value.to_bits().to_le_bytes());
    }

    #[inline]
    pub(crate) fn text(&mut self, field: u32, value: &[u8]) {
        self.tag(field, LENGTH);
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// A message inside this one, or numbers one after the other.
    #[inline]
    pub(crate) fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.tag(field, LENGTH);
        let start = self.bytes.len();
        self.bytes.push(0);
        write(self);
        let len = self.bytes.len() - start - 1;
        if len < 0x80 {
            self.bytes[start] = len as u8;
        } else {
            self.make_room(start, len);
        }
    }

    /// Writes a length that needs more than the byte that was left for it.
    fn make_room(&mut self, start: usize, len: usize) {
        let more = varint_len(len as u64) - 1;
        let end = self.bytes.len();
        self.bytes.resize(end + more, 0);
        self.bytes.copy_within(start + 1..end, start + 1 + more);
        let mut rest = len;
        for byte in &mut self.bytes[start..start + more] {
            *byte = rest as u8 | 0x80;
            rest >>= 7;
        }
        self.bytes[start + more] = rest as u8;
    }
}

/// Bytes that no number needs more of.
pub(crate) const VARINT_BYTES: usize = 10;

/// A number, seven bits a byte, the lowest first.
#[inline]
pub(crate) fn varint(mut value: u64, mut put: impl FnMut(u8)) {
    while value >= 0x80 {
        put(value as u8 | 0x80);
        value >>= 7;
    }
    put(value as u8);
}

/// Bytes of a number.
fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// Small numbers of either sign as small numbers.
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_takes_the_bytes_that_it_needs() {
        for len in [0, 1, 127, 128, 16_383, 16_384, 70_000] {
            let mut wire = Wire::default();
            wire.message(1, |inner| inner.bytes.extend(vec![7; len]));
            wire.uint(2, 3);
            let mut expected = Wire::default();
            expected.text(1, &vec![7; len]);
            expected.uint(2, 3);
            assert_eq!(wire.as_slice(), expected.as_slice(), "{len}");
        }
    }

    #[test]
    fn numbers_are_those_of_the_specification() {
        let mut wire = Wire::default();
        wire.uint(1, 150);
        assert_eq!(wire.as_slice(), [0x08, 0x96, 0x01]);
        assert_eq!(
            [0, -1, 1, -2, i64::MAX, i64::MIN].map(zigzag),
            [0, 1, 2, 3, u64::MAX - 1, u64::MAX]
        );
        assert_eq!([0, 127, 128, u64::MAX].map(varint_len), [1, 1, 2, 10]);
    }
}
