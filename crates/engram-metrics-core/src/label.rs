//! Labels: what tells the series of a metric apart.

/// A label whose values are the variants of an enum; made by [`label_enum!`](crate::label_enum!).
pub trait Label: Copy + 'static {
    /// The label's name.
    const KEY: &'static str;
    /// Its values, in the order of [`index`](Self::index).
    const VALUES: &'static [&'static str];

    /// The position of this value in `VALUES`.
    fn index(self) -> usize;
}

/// Is shown the names and values of the labels of one series.
pub type UsePairs<'a> = dyn FnMut(&[(&'static str, &'static str)]) + 'a;

/// One to three enum labels together: the index of a series by arithmetic, no hashing, no lookup.
pub trait LabelSet: Copy + 'static {
    /// The number of combinations, all of which exist from the start.
    const COUNT: usize;

    /// Which combination this is, below `COUNT`.
    fn index(self) -> usize;

    /// Hands the pairs of a combination to `use_pairs`.
    fn pairs(index: usize, use_pairs: &mut UsePairs<'_>);
}

impl<A: Label> LabelSet for A {
    const COUNT: usize = A::VALUES.len();

    #[inline(always)]
    fn index(self) -> usize {
        Label::index(self)
    }

    fn pairs(index: usize, use_pairs: &mut UsePairs<'_>) {
        use_pairs(&[(A::KEY, A::VALUES[index])]);
    }
}

impl<A: Label, B: Label> LabelSet for (A, B) {
    const COUNT: usize = A::VALUES.len() * B::VALUES.len();

    #[inline(always)]
    fn index(self) -> usize {
        self.0.index() * B::VALUES.len() + self.1.index()
    }

    fn pairs(index: usize, use_pairs: &mut UsePairs<'_>) {
        let (a, b) = (index / B::VALUES.len(), index % B::VALUES.len());
        use_pairs(&[(A::KEY, A::VALUES[a]), (B::KEY, B::VALUES[b])]);
    }
}

impl<A: Label, B: Label, C: Label> LabelSet for (A, B, C) {
    const COUNT: usize = A::VALUES.len() * <(B, C)>::COUNT;

    #[inline(always)]
    fn index(self) -> usize {
        self.0.index() * <(B, C)>::COUNT + (self.1, self.2).index()
    }

    fn pairs(index: usize, use_pairs: &mut UsePairs<'_>) {
        let first = (A::KEY, A::VALUES[index / <(B, C)>::COUNT]);
        <(B, C)>::pairs(index % <(B, C)>::COUNT, &mut |rest| use_pairs(&[first, rest[0], rest[1]]));
    }
}

/// Declares an enum and the label whose values are its variants.
///
/// ```
/// engram_metrics_core::label_enum! {
///     /// What was asked.
///     pub enum Operation as "operation" { Search = "search", Recall = "recall" }
/// }
/// use engram_metrics_core::Label;
/// assert_eq!(Operation::VALUES, ["search", "recall"]);
/// ```
///
/// The name is checked when it is compiled:
/// ```compile_fail
/// engram_metrics_core::label_enum! { pub enum Bad as "not-a-label" { A = "a" } }
/// ```
#[macro_export]
macro_rules! label_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident as $key:literal {
            $( $(#[$variant_meta:meta])* $variant:ident = $value:literal ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $vis enum $name {
            $( $(#[$variant_meta])* #[doc = concat!("`", $value, "`.")] $variant, )+
        }

        impl $crate::Label for $name {
            const KEY: &'static str = $crate::label_name($key);
            const VALUES: &'static [&'static str] = &[$($value),+];

            #[inline(always)]
            fn index(self) -> usize {
                self as usize
            }
        }

        const _: &str = <$name as $crate::Label>::KEY;
    };
}

/// Checks a label name at compile time.
///
/// # Panics
/// When the name is not `[a-z][a-z0-9_]*`.
#[doc(hidden)]
#[must_use]
pub const fn label_name(name: &'static str) -> &'static str {
    assert!(crate::descriptor::is_valid_label(name), "a label name is [a-z][a-z0-9_]*");
    name
}

/// The labels of one series as an exporter sees them: those of the instance, then its own.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    instance: &'a [(String, String)],
    own: &'a [(&'a str, &'a str)],
    /// The own labels as [`text`](Labels::text) describes.
    text: Option<&'a str>,
}

impl<'a> Labels<'a> {
    /// A series without labels.
    pub const NONE: Labels<'static> = Labels { instance: &[], own: &[], text: None };

    /// The labels of a series.
    #[must_use]
    pub const fn new(own: &'a [(&'a str, &'a str)]) -> Self {
        Self { instance: &[], own, text: None }
    }

    /// The labels of a series, and what [`label_text`] makes of them.
    ///
    /// A source that keeps its series keeps the text too: a text page then copies one piece per series
    /// instead of looking at every byte of every value again, which is half of what a page costs.
    #[must_use]
    pub const fn with_text(own: &'a [(&'a str, &'a str)], text: &'a str) -> Self {
        Self { instance: &[], own, text: Some(text) }
    }

    /// The same series inside an instance that was registered with labels.
    #[must_use]
    pub(crate) const fn within<'b>(self, instance: &'b [(String, String)]) -> Labels<'b>
    where
        'a: 'b,
    {
        Labels { instance, own: self.own, text: self.text }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.instance.is_empty() && self.own.is_empty()
    }

    /// Name and value of each label.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.instance().chain(self.own())
    }

    /// Name and value of the labels that the source was registered with.
    pub fn instance(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.instance.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Name and value of the labels that the source gave to the series.
    pub fn own(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.own.iter().copied()
    }

    /// The [`own`](Self::own) labels as text formats write them, if the source keeps that.
    #[must_use]
    pub const fn text(&self) -> Option<&'a str> {
        self.text
    }
}

/// Labels as they stand between the braces of a text format: `method="GET",path="/"`.
///
/// A backslash, a quotation mark and a line feed in a value are escaped, as all versions of the
/// Prometheus and the OpenMetrics format want it.
#[must_use]
pub fn label_text(own: &[(&str, &str)]) -> String {
    let label = |(name, value): &(&str, &str)| {
        let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        format!("{name}=\"{value}\"")
    };
    own.iter().map(label).collect::<Vec<_>>().join(",")
}
