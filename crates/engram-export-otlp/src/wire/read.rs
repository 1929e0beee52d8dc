//! Protobuf messages read field by field: answers of receivers, and our own requests on their way to JSON.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Field<'a> {
    Varint(u64),
    Fixed(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message in the order they stand there. Ends early where the bytes are not a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Field<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = varint(&mut self.0)?;
        let value = match key & 7 {
            0 => Field::Varint(varint(&mut self.0)?),
            1 => Field::Fixed(u64::from_le_bytes(*take(&mut self.0, 8)?.first_chunk()?)),
            2 => {
                let len = usize::try_from(varint(&mut self.0)?).ok()?;
                Field::Bytes(take(&mut self.0, len)?)
            }
            5 => {
                let bytes = *take(&mut self.0, 4)?.first_chunk()?;
                Field::Fixed(u64::from(u32::from_le_bytes(bytes)))
            }
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

impl<'a> Field<'a> {
    pub(crate) fn bytes(self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

/// The number that was written as [`zigzag`](super::zigzag).
#[cfg(feature = "json")]
pub(crate) const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// Takes a varint from the front.
pub(crate) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(taken)
}
