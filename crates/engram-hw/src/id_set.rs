//! Sets of CPUs and of NUMA nodes.

use std::fmt;

/// A set of CPUs or of NUMA nodes, by the numbers that the kernel gives them.
///
/// A bit for each number up to the largest member. Numbers may have gaps, and may be larger than the count of
/// anything; [`MAX`](Self::MAX) bounds what a file can make this allocate to 8 KiB.
///
/// ```
/// use engram_hw::IdSet;
///
/// let set = IdSet::from_list("0-2,8")?;
/// assert_eq!(set.iter().collect::<Vec<_>>(), [0, 1, 2, 8]);
/// assert_eq!(set, IdSet::from_mask("00000107")?);
/// assert_eq!(set.to_string(), "0-2,8");
/// # Ok::<(), engram_hw::InvalidSet>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct IdSet {
    /// The last word is not 0, so that equal sets have equal words.
    words: Vec<u64>,
}

impl IdSet {
    /// The largest number that can be a member: eight times as many CPUs as Linux can be built for.
    pub const MAX: u32 = 65_535;

    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { words: Vec::new() }
    }

    /// Reads the form `0-3,8`, with white space around it; strides (`0-6:1/2`) as the kernel takes them.
    ///
    /// # Errors
    /// When it is something else, or a number is larger than [`MAX`](Self::MAX).
    pub fn from_list(text: &str) -> Result<Self, InvalidSet> {
        let mut set = Self::new();
        let parts = text.trim().split(',').filter(|part| !part.trim().is_empty());
        for part in parts {
            set.insert_range(part.trim()).ok_or_else(|| InvalidSet::of(text))?;
        }
        Ok(set)
    }

    /// Reads the form `00000000,0000010f`: groups of 32 bits, the most significant first, with or without `0x`.
    ///
    /// # Errors
    /// When it is something else, or a number is larger than [`MAX`](Self::MAX).
    pub fn from_mask(text: &str) -> Result<Self, InvalidSet> {
        let mut set = Self::new();
        for (group, digits) in text.trim().rsplit(',').enumerate() {
            let bits = bits(digits).ok_or_else(|| InvalidSet::of(text))?;
            if bits == 0 {
                continue;
            }
            let word = group / 2;
            if word > Self::MAX as usize / 64 {
                return Err(InvalidSet::of(text));
            }
            if word >= set.words.len() {
                set.words.resize(word + 1, 0);
            }
            set.words[word] |= u64::from(bits) << (group % 2 * 32);
        }
        Ok(set)
    }

    /// Adds a member; `None` where the number is larger than [`MAX`](Self::MAX) and was left out.
    pub fn insert(&mut self, id: u32) -> Option<()> {
        if id > Self::MAX {
            return None;
        }
        let word = id as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (id % 64);
        Some(())
    }

    /// Whether the number is a member.
    #[must_use]
    pub fn contains(&self, id: u32) -> bool {
        self.words.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// The members in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let of_word = |(at, word): (usize, &u64)| {
            // The lowest bit goes, until none is left.
            let left = std::iter::successors(Some(*word), |word| Some(word & word.wrapping_sub(1)));
            let bits = left.take_while(|word| *word != 0).map(u64::trailing_zeros);
            bits.map(move |bit| at as u32 * 64 + bit)
        };
        self.words.iter().enumerate().flat_map(of_word)
    }

    /// The smallest member.
    #[must_use]
    pub fn first(&self) -> Option<u32> {
        self.iter().next()
    }

    /// The largest member.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        let word = self.words.last()?;
        Some((self.words.len() as u32 - 1) * 64 + 63 - word.leading_zeros())
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a & b)
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a | b)
    }

    /// What is in this one and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a & !b)
    }

    /// Adds what the other one has.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Leaves out what the other one does not have.
    pub(crate) fn keep(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
        self.trim();
    }

    /// Leaves out what the other one has.
    pub(crate) fn remove(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
        self.trim();
    }

    /// Whether all members are in the other one too.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }

    /// 64 members a word, the first word has the smallest.
    #[cfg(any(test, target_os = "linux"))]
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The set whose words these are.
    #[cfg(any(test, target_os = "linux"))]
    pub(crate) fn of_words(words: &[u64]) -> Self {
        let words = &words[..words.len().min(Self::MAX as usize / 64 + 1)];
        let used = words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        Self { words: words[..used].to_vec() }
    }

    fn combine(&self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        let word = |words: &[u64], at: usize| words.get(at).copied().unwrap_or(0);
        let longest = self.words.len().max(other.words.len());
        let words = (0..longest).map(|at| combine(word(&self.words, at), word(&other.words, at)));
        Self { words: words.collect() }.trimmed()
    }

    fn trimmed(mut self) -> Self {
        self.trim();
        self
    }

    fn trim(&mut self) {
        let used = self.words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        self.words.truncate(used);
    }

    /// Adds `5`, `2-5` or `0-6:1/2`, of each two the first one.
    fn insert_range(&mut self, part: &str) -> Option<()> {
        let (range, stride) = part.split_once(':').unwrap_or((part, "1/1"));
        let (used, period) = stride.split_once('/')?;
        let (used, period): (u32, u32) = (number(used)?, number(period)?);
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (number(first)?, number(last)?);
        if first > last || last > Self::MAX || used == 0 || used > period {
            return None;
        }
        (first..=last).filter(|id| (id - first) % period < used).try_for_each(|id| self.insert(id))
    }
}

/// Up to eight hexadecimal digits. Old kernels and `hwloc` leave out zeroes, so an empty group is a zero as well.
fn bits(digits: &str) -> Option<u32> {
    let digits = digits.trim_start_matches("0x");
    let digit = |bits: u32, it: u8| Some(bits << 4 | char::from(it).to_digit(16)?);
    (digits.len() <= 8).then(|| digits.bytes().try_fold(0, digit))?
}

/// Digits and nothing else: `parse` alone would take a plus sign.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok())?
}

impl FromIterator<u32> for IdSet {
    /// Numbers beyond [`MAX`](Self::MAX) are left out.
    fn from_iter<I: IntoIterator<Item = u32>>(ids: I) -> Self {
        let mut set = Self::new();
        for id in ids {
            let _ = set.insert(id);
        }
        set
    }
}

impl fmt::Display for IdSet {
    /// The form that [`from_list`](Self::from_list) reads.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut members = self.iter().peekable();
        let mut separator = "";
        while let Some(first) = members.next() {
            let mut last = first;
            while let Some(next) = members.next_if(|next| *next == last + 1) {
                last = next;
            }
            match last - first {
                0 => write!(out, "{separator}{first}")?,
                _ => write!(out, "{separator}{first}-{last}")?,
            }
            separator = ",";
        }
        Ok(())
    }
}

impl fmt::Debug for IdSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{{{self}}}")
    }
}

/// A text that is no set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidSet {
    /// How the text begins.
    pub text: String,
}

impl InvalidSet {
    fn of(text: &str) -> Self {
        Self { text: text.chars().take(80).collect() }
    }
}

impl fmt::Display for InvalidSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} is no set of numbers up to {}", self.text, IdSet::MAX)
    }
}

impl std::error::Error for InvalidSet {}

#[cfg(test)]
mod tests;
