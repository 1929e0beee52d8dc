//! Bodies packed, by what this build can do.

use std::io;

use crate::config::{Compression, ConfigError};

/// Whether this build can pack as it is told.
pub(super) fn check(compression: Compression) -> Result<(), ConfigError> {
    let tried = pack(compression, &[], &mut Vec::new());
    tried.map(|_| ()).map_err(|error| {
        let asked = format!("{compression:?}");
        ConfigError::new("compression", &asked, format!("cannot be done: {error}"))
    })
}

/// Packs a body into `packed`, replacing what was there; the name of what was done, if anything was.
pub(super) fn pack(
    compression: Compression,
    body: &[u8],
    packed: &mut Vec<u8>,
) -> io::Result<Option<&'static str>> {
    packed.clear();
    match compression {
        Compression::None => Ok(None),
        Compression::Gzip => gzip(body, packed).map(|()| Some("gzip")),
        Compression::Zstd => zstd(body, packed).map(|()| Some("zstd")),
    }
}

#[cfg(feature = "gzip")]
fn gzip(body: &[u8], packed: &mut Vec<u8>) -> io::Result<()> {
    let mut packer = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
    io::Write::write_all(&mut packer, body)?;
    packer.finish().map(|_| ())
}

#[cfg(not(feature = "gzip"))]
fn gzip(_: &[u8], _: &mut Vec<u8>) -> io::Result<()> {
    Err(io::Error::other("gzip needs the feature `gzip` of engram-export-otlp"))
}

#[cfg(feature = "zstd")]
fn zstd(body: &[u8], packed: &mut Vec<u8>) -> io::Result<()> {
    zstd::stream::copy_encode(body, packed, 1)
}

#[cfg(not(feature = "zstd"))]
fn zstd(_: &[u8], _: &mut Vec<u8>) -> io::Result<()> {
    Err(io::Error::other("zstd needs the feature `zstd` of engram-export-otlp"))
}
