//! Bytes that are gathered, made for many short texts.
//!
//! A page is tens of thousands of texts of a few bytes. Each would be a call of `memcpy`, which takes
//! longer than the copying; here they are copied by one or two moves of a fixed size, and what is
//! written often is kept in [`Block`]s, whose unused bytes are copied too and overwritten by the next.

/// Bytes that are copied at once.
pub(crate) const BLOCK: usize = 32;

/// Bytes that a buffer grows by, more than it was asked for.
const STEP: usize = 64 * 1024;

/// Text of at most `N` bytes, which are copied at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<const N: usize = BLOCK> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Block<N> {
    /// No text.
    pub(crate) const EMPTY: Self = Self { bytes: [0; N], len: 0 };

    /// The text of a buffer.
    #[inline]
    pub(crate) fn of(buffer: &Buffer) -> Self {
        let mut block = Self { len: buffer.len, ..Self::EMPTY };
        block.bytes[..buffer.len].copy_from_slice(buffer.as_slice());
        block
    }

    /// Becomes what `write` writes.
    #[inline(always)]
    pub(crate) fn set(&mut self, write: impl FnOnce(&mut Line<'_>)) {
        let mut line = Line { room: &mut self.bytes, len: 0 };
        write(&mut line);
        self.len = line.len;
    }
}

/// Lines that are gathered.
#[derive(Debug)]
pub(crate) struct Buffer {
    /// Longer than the text by at least one block.
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    /// Room for `len` bytes.
    pub(crate) fn new(len: usize) -> Self {
        Self { bytes: vec![0; len + BLOCK], len: 0 }
    }

    /// A buffer that writes over `bytes`.
    pub(crate) const fn over(bytes: Vec<u8>) -> Self {
        Self { bytes, len: 0 }
    }

    /// The text as a vector.
    pub(crate) fn into_vec(mut self) -> Vec<u8> {
        self.bytes.truncate(self.len);
        self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Appends what `write` writes: at most `limit` bytes.
    #[inline(always)]
    pub(crate) fn append(&mut self, limit: usize, write: impl FnOnce(&mut Line<'_>)) {
        let end = self.len + limit + BLOCK;
        if end > self.bytes.len() {
            self.grow(end);
        }
        let mut line = Line { room: &mut self.bytes[self.len..end], len: 0 };
        write(&mut line);
        self.len += line.len;
    }

    /// Puts the text in front of each of `rests`: by a move of a fixed size where it is short.
    #[inline(always)]
    pub(crate) fn each_behind<T>(
        &self,
        lines: &mut Line<'_>,
        rests: impl Iterator<Item = T>,
        mut put: impl FnMut(&mut Line<'_>, T),
    ) {
        match self.len.div_ceil(BLOCK) {
            0 | 1 => lines.put_each(&Block::<BLOCK>::of(self), rests, put),
            2 => lines.put_each(&Block::<{ 2 * BLOCK }>::of(self), rests, put),
            3 => lines.put_each(&Block::<{ 3 * BLOCK }>::of(self), rests, put),
            _ => rests.for_each(|rest| {
                lines.put(self.as_slice());
                put(lines, rest);
            }),
        }
    }

    #[cold]
    fn grow(&mut self, end: usize) {
        let wanted = end + STEP;
        let there = self.bytes.capacity();
        self.bytes.resize(if there < end { wanted } else { wanted.min(there) }, 0);
    }
}

/// The place behind a buffer's text. How far it is written is a local variable: kept in the buffer, every
/// text would wait for the one before to be counted there.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// What may be written, and one block.
    room: &'a mut [u8],
    len: usize,
}

impl Line<'_> {
    /// Appends a text.
    #[inline]
    pub(crate) fn put(&mut self, text: &[u8]) {
        let end = self.len + text.len();
        copy(&mut self.room[self.len..end], text);
        self.len = end;
    }

    /// Appends a text whose length the compiler knows.
    #[inline]
    pub(crate) fn put_fixed<const N: usize>(&mut self, text: &[u8; N]) {
        self.room[self.len..][..N].copy_from_slice(text);
        self.len += N;
    }

    /// Appends the lowest `len` bytes of a word, the lowest one first.
    #[inline]
    pub(crate) fn put_start(&mut self, word: u64, len: usize) {
        self.room[self.len..][..8].copy_from_slice(&word.to_le_bytes());
        self.len += len;
    }

    /// Appends a block of at most [`BLOCK`] bytes more than its text.
    #[inline(always)]
    pub(crate) fn put_block<const N: usize>(&mut self, block: &Block<N>) {
        self.room[self.len..][..N].copy_from_slice(&block.bytes);
        self.len += block.len;
    }

    /// Appends a block and what belongs behind it, for each of `rests`.
    #[inline(always)]
    fn put_each<const N: usize, T>(
        &mut self,
        block: &Block<N>,
        rests: impl Iterator<Item = T>,
        mut put: impl FnMut(&mut Self, T),
    ) {
        for rest in rests {
            self.put_block(block);
            put(self, rest);
        }
    }
}

/// Copies a text, most often a short one.
#[inline]
fn copy(to: &mut [u8], from: &[u8]) {
    // The first question is the one that the labels of a series answer with yes.
    match from.len() {
        32..=64 => copy_ends::<32>(to, from),
        16..32 => copy_ends::<16>(to, from),
        8..16 => copy_ends::<8>(to, from),
        4..8 => copy_ends::<4>(to, from),
        0..4 => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
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
