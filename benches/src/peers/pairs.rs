//! The two labels `method` and `path`, as each crate wants them.

/// Methods, then paths; 8 combinations.
const METHODS: [&str; 2] = ["GET", "PUT"];
const PATHS: [&str; 4] = ["/users", "/users/{id}", "/orders", "/orders/{id}/items"];

/// One combination, as a call site writes it. The fence behind each operation keeps the lookup from being
/// hoisted.
pub(crate) const ONE: [&str; 2] = ["PUT", "/users"];

/// Another combination in each iteration, from tables.
#[inline(always)]
pub(crate) fn changing(at: u32) -> [&'static str; 2] {
    [METHODS[(at & 1) as usize], PATHS[(at >> 1 & 3) as usize]]
}

/// One combination in memory of its own, as if a request had brought it.
pub(crate) fn brought() -> [String; 2] {
    ONE.map(str::to_owned)
}

/// All combinations, likewise.
pub(crate) fn brought_changing() -> [[String; 2]; 8] {
    std::array::from_fn(|at| changing(at as u32).map(str::to_owned))
}

/// For `prometheus-client` and `fastmetrics`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    prometheus_client::encoding::EncodeLabelSet,
    fastmetrics::derive::LabelSet,
)]
pub(crate) struct Fixed {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
}

impl From<[&'static str; 2]> for Fixed {
    fn from([method, path]: [&'static str; 2]) -> Self {
        Self { method, path }
    }
}

/// For `prometheus-client` and `fastmetrics`, with text that is made at run time: they look up by a
/// label set that owns it.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    prometheus_client::encoding::EncodeLabelSet,
    fastmetrics::derive::LabelSet,
)]
pub(crate) struct Owned {
    pub(crate) method: String,
    pub(crate) path: String,
}

impl From<&[String; 2]> for Owned {
    fn from([method, path]: &[String; 2]) -> Self {
        Self { method: method.clone(), path: path.clone() }
    }
}

/// For `measured`, which numbers each text once.
#[derive(Clone, Copy, Debug, PartialEq, measured::LabelGroup)]
#[label(set = NumberedSet)]
pub(crate) struct Numbered<'a> {
    #[label(dynamic_with = measured::lasso::ThreadedRodeo, default)]
    pub(crate) method: &'a str,
    #[label(dynamic_with = measured::lasso::ThreadedRodeo, default)]
    pub(crate) path: &'a str,
}
