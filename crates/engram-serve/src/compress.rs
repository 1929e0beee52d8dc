//! Compresses a page on its way out.

use std::io;
#[cfg(any(feature = "gzip", feature = "zstd"))]
use std::io::Write as _;

use engram_export_prom::negotiate::Coding;

/// Compressed bytes that are gathered before they are sent.
const FULL: usize = 32 * 1024;

/// A content coding at work. Level 1: further levels cost more than what they save of a page.
pub(crate) enum Compress {
    Identity(Vec<u8>),
    #[cfg(feature = "gzip")]
    Gzip(flate2::write::GzEncoder<Vec<u8>>),
    #[cfg(feature = "zstd")]
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

/// Codings that we can do, the best first.
pub(crate) const CODINGS: &[Coding] = &[
    #[cfg(feature = "zstd")]
    Coding::Zstd,
    #[cfg(feature = "gzip")]
    Coding::Gzip,
    Coding::Identity,
];

impl Compress {
    pub(crate) fn new(coding: Coding) -> io::Result<Self> {
        Ok(match coding {
            #[cfg(feature = "gzip")]
            Coding::Gzip => {
                Self::Gzip(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()))
            }
            #[cfg(feature = "zstd")]
            Coding::Zstd => Self::Zstd(zstd::stream::write::Encoder::new(Vec::new(), 1)?),
            _ => Self::Identity(Vec::new()),
        })
    }

    /// Takes a piece, and gives what is worth sending.
    pub(crate) fn push(&mut self, piece: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let full = if matches!(self, Self::Identity(_)) { 1 } else { FULL };
        match self {
            Self::Identity(out) => out.extend_from_slice(piece),
            #[cfg(feature = "gzip")]
            Self::Gzip(encoder) => encoder.write_all(piece)?,
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.write_all(piece)?,
        }
        let out = match self {
            Self::Identity(out) => out,
            #[cfg(feature = "gzip")]
            Self::Gzip(encoder) => encoder.get_mut(),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.get_mut(),
        };
        Ok((out.len() >= full).then(|| std::mem::take(out)))
    }

    /// What is left.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Identity(out) => Ok(out),
            #[cfg(feature = "gzip")]
            Self::Gzip(encoder) => encoder.finish(),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}
