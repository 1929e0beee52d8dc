//! How a page is compressed, of `Accept-Encoding`.

use super::element::{Element, elements};

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// As it is.
    Identity,
    /// The one that Prometheus asks for.
    Gzip,
    /// Smaller and cheaper, where the client knows it.
    Zstd,
}

impl Coding {
    /// Its name in `Content-Encoding`; none for what is as it is.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    fn is(self, name: &str) -> bool {
        let names: &[&str] = match self {
            Self::Identity => &["identity"],
            Self::Gzip => &["gzip", "x-gzip"],
            Self::Zstd => &["zstd"],
        };
        names.iter().any(|own| name.eq_ignore_ascii_case(own))
    }
}

/// The coding to answer with; `None` when the client takes none of `offered`, which is status 406.
///
/// The one with the highest weight wins, among equals the one that is offered first. `Identity` need not
/// be offered: it is taken wherever the client does not refuse it and nothing else was chosen.
#[must_use]
pub fn coding(accept_encoding: Option<&str>, offered: &[Coding]) -> Option<Coding> {
    let wanted: Vec<Element<'_>> = elements(accept_encoding.unwrap_or("")).collect();
    let weight = |coding: Coding| {
        let own = wanted.iter().find(|element| coding.is(element.value));
        let any = || wanted.iter().find(|element| element.value == "*");
        own.or_else(any).map(|element| element.weight)
    };
    let mut chosen = None;
    for coding in offered {
        let default = if *coding == Coding::Identity { IDENTITY } else { 0 };
        let weight = weight(*coding).unwrap_or(default);
        if weight > chosen.map_or(0, |(best, _)| best) {
            chosen = Some((weight, *coding));
        }
    }
    let identity = || (weight(Coding::Identity) != Some(0)).then_some(Coding::Identity);
    chosen.map(|(_, coding)| coding).or_else(identity)
}

/// The weight of what is as it is where the client does not name it: acceptable, and below all it names.
const IDENTITY: u16 = 1;
