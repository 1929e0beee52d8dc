//! Protobuf as bytes: what OTLP needs of it, written in place.
//!
//! A message inside a message is preceded by its length, which is known only at its end. What is short is
//! measured first; what holds thousands of points gets [four bytes](Buffer::open) that are filled in
//! [afterwards](Buffer::close). A length that takes more bytes than it needs is valid protobuf.

pub(crate) mod read;

/// Bytes that the longest varint takes.
pub(crate) const VARINT_MOST: usize = 10;

/// Bytes kept for the length of a message that is open.
const LENGTH: usize = 4;

/// Bytes that a buffer begins with.
const LEAST: usize = 4096;

/// A field's key: its number and how its value is written, in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u8);

impl Tag {
    /// A number of seven bits a byte.
    pub(crate) const fn varint(field: u8) -> Self {
        Self::of(field, 0)
    }

    /// Eight bytes, the lowest first.
    pub(crate) const fn fixed(field: u8) -> Self {
        Self::of(field, 1)
    }

    /// Bytes behind their length: text, messages, packed numbers.
    pub(crate) const fn bytes(field: u8) -> Self {
        Self::of(field, 2)
    }

    const fn of(field: u8, kind: u8) -> Self {
        assert!(field < 16, "keys of one byte have fields below 16");
        Self(field << 3 | kind)
    }
}

/// Bytes that a number takes as a varint.
#[inline]
pub(crate) const fn varint_len(value: u64) -> usize {
    // Seven bits each, and one byte at least.
    (70 - (value | 1).leading_zeros() as usize) / 7
}

/// Bytes that a field of bytes takes, its key included.
#[inline]
pub(crate) const fn field_len(len: usize) -> usize {
    1 + varint_len(len as u64) + len
}

/// A signed number such that small ones of either sign are short.
pub(crate) const fn zigzag(value: i32) -> u64 {
    ((value << 1) ^ (value >> 31)) as u32 as u64
}

/// Bytes that are gathered.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// Bytes that are written, of those that are there.
    len: usize,
}

/// Where the length of an open message goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open(usize);

impl Open {
    /// Where the message begins.
    pub(crate) const fn start(self) -> usize {
        self.0
    }
}

impl Buffer {
    pub(crate) const fn new() -> Self {
        Self { bytes: Vec::new(), len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes that there is room for.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Makes room for `more` bytes, which the calls that follow may then write.
    #[inline]
    pub(crate) fn reserve(&mut self, more: usize) {
        let end = self.len + more;
        if end > self.bytes.len() {
            self.grow(end);
        }
    }

    #[cold]
    fn grow(&mut self, end: usize) {
        self.bytes.resize(end.max(2 * self.bytes.len()).max(LEAST), 0);
    }

    /// Writes a field that holds bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, tag: Tag, value: &[u8]) {
        self.header(tag, value.len());
        self.raw(value);
    }

    /// Writes the key and the length of a field that holds `len` bytes.
    #[inline]
    pub(crate) fn header(&mut self, tag: Tag, len: usize) {
        self.byte(tag.0);
        self.plain_varint(len as u64);
    }

    #[inline]
    pub(crate) fn varint(&mut self, tag: Tag, value: u64) {
        self.byte(tag.0);
        self.plain_varint(value);
    }

    /// Writes a number of eight bytes.
    #[inline]
    pub(crate) fn fixed(&mut self, tag: Tag, value: u64) {
        self.byte(tag.0);
        self.plain_fixed(value);
    }

    #[inline]
    pub(crate) fn double(&mut self, tag: Tag, value: f64) {
        self.fixed(tag, value.to_bits());
    }

    /// Writes a number of eight bytes without a key: an element of a packed field.
    #[inline]
    pub(crate) fn plain_fixed(&mut self, value: u64) {
        self.bytes[self.len..][..8].copy_from_slice(&value.to_le_bytes());
        self.len += 8;
    }

    /// Writes a field of numbers of eight bytes, for each item the one that `bits` makes of it.
    #[inline]
    pub(crate) fn packed<T>(&mut self, tag: Tag, items: &[T], bits: impl Fn(&T) -> u64) {
        self.header(tag, 8 * items.len());
        let (places, _) = self.room(8 * items.len()).as_chunks_mut::<8>();
        places.iter_mut().zip(items).for_each(|(place, item)| *place = bits(item).to_le_bytes());
    }

    /// Writes a varint without a key.
    #[inline]
    pub(crate) fn plain_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.byte(value as u8 | 0x80);
            value >>= 7;
        }
        self.byte(value as u8);
    }

    /// Writes bytes as they are.
    #[inline]
    pub(crate) fn raw(&mut self, value: &[u8]) {
        let end = self.len + value.len();
        copy(&mut self.bytes[self.len..end], value);
        self.len = end;
    }

    /// The next `len` bytes, which the caller has to write: one look at the bounds instead of one per field.
    #[inline]
    pub(crate) fn room(&mut self, len: usize) -> &mut [u8] {
        let start = self.len;
        self.len += len;
        &mut self.bytes[start..self.len]
    }

    /// Writes the key and the length of a field, and gives its place as [`room`](Self::room) does.
    #[inline]
    pub(crate) fn message(&mut self, tag: Tag, len: usize) -> &mut [u8] {
        if len >= 0x80 {
            self.header(tag, len);
            return self.room(len);
        }
        let [key, length, place @ ..] = self.room(2 + len) else { return &mut [] };
        (*key, *length) = (tag.0, len as u8);
        place
    }

    /// Begins a message whose length is not known.
    pub(crate) fn open(&mut self, tag: Tag) -> Open {
        self.reserve(1 + LENGTH);
        self.byte(tag.0);
        self.len += LENGTH;
        Open(self.len)
    }

    /// Ends the message.
    pub(crate) fn close(&mut self, open: Open) {
        let mut rest = self.len - open.0;
        for (at, place) in self.bytes[open.0 - LENGTH..open.0].iter_mut().enumerate() {
            let more = if at + 1 < LENGTH { 0x80 } else { 0 };
            *place = rest as u8 & 0x7f | more;
            rest >>= 7;
        }
        debug_assert_eq!(rest, 0, "a request is far shorter than 2^28 bytes");
    }

    #[inline]
    fn byte(&mut self, value: u8) {
        self.bytes[self.len] = value;
        self.len += 1;
    }
}

/// Copies a text, most often a short one: a call of `memcpy` would take longer than the copying.
#[inline]
pub(crate) fn copy(to: &mut [u8], from: &[u8]) {
    match from.len() {
        0..4 => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
        4..8 => copy_ends::<4>(to, from),
        8..16 => copy_ends::<8>(to, from),
        16..32 => copy_ends::<16>(to, from),
        32..64 => copy_ends::<32>(to, from),
        _ => to.copy_from_slice(from),
    }
}

/// Copies `N` to `2 N` bytes by two moves, which overlap in the middle.
#[inline]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else {
        return;
    };
    if let Some(to) = to.first_chunk_mut() {
        *to = *first;
    }
    if let Some(to) = to.last_chunk_mut() {
        *to = *last;
    }
}

#[cfg(test)]
mod tests;
