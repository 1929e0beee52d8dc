//! The hot path of a counter on aarch64.
//!
//! Instructions have four bytes there and few forms matter here, so that masks from the manual of the
//! architecture tell them apart. As on x86-64, the path is the straight line to the first `ret`.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::program::Program;

pub(in crate::verify) const PACKAGE: &str = "engram-asm-app";
pub(in crate::verify) const PROGRAM: &str = "engram-asm-paths";

/// Of a record that only adds.
const COUNTER: &str = "counter_increment";

/// What an instruction does to the path, or to other processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Branch {
        distance: i64,
    },
    Call,
    Return,
    /// Exclusive, compare-and-swap, or a read-modify-write in one instruction.
    Locked,
}

/// Reads a program and walks the hot path of its counter; returns the figure.
///
/// # Errors
/// When the path calls or locks, or the function is too long.
pub(in crate::verify) fn check(program: &Path) -> Result<String> {
    let program = Program::read(program)?;
    let function = program.function(COUNTER);
    let function = function.with_context(|| format!("{COUNTER} is not in the program"))?;
    let words = function.code.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
    let size = function.code.len();
    let path = walk(&words.collect::<Vec<_>>()).with_context(|| format!("aarch64 {COUNTER}"))?;
    if size >= super::PATH_BYTES {
        bail!("aarch64 {COUNTER} has {size} bytes");
    }
    Ok(format!("{COUNTER} {path} instructions, {} of {size} bytes", path * 4))
}

/// How many instructions a record executes when all is as usual.
fn walk(code: &[u32]) -> Result<usize> {
    let (mut at, mut steps) = (0, 0);
    // A path that is longer than the function has been somewhere twice.
    while let Some(word) = code.get(at).filter(|_| steps <= code.len()) {
        steps += 1;
        at = match kind(*word) {
            Kind::Plain => at + 1,
            Kind::Return => return Ok(steps),
            Kind::Locked => bail!("a locked instruction on the hot path"),
            Kind::Call => bail!("a call on the hot path"),
            Kind::Branch { distance } => match at.checked_add_signed(distance as isize) {
                Some(next) if next < code.len() => next,
                _ => bail!("a call on the hot path"),
            },
        };
    }
    bail!("the hot path does not end")
}

/// The manual's chapter on the encoding of instructions; conditional branches are plain.
const fn kind(word: u32) -> Kind {
    if word & 0xfc00_0000 == 0x1400_0000 {
        // The lower 26 bits, signed.
        return Kind::Branch { distance: ((word << 6) as i32 >> 6) as i64 };
    }
    let is_call = word & 0xfc00_0000 == 0x9400_0000 || word & 0xff9f_fc1f == 0xd61f_0000;
    // Bit 23 of the first is set for loads and stores that are ordered but not exclusive, unless bit 21 is.
    let is_exclusive = word & 0x3f00_0000 == 0x0800_0000 && word & 0x00a0_0000 != 0x0080_0000;
    // The second excepts `ldapr`, an ordered load.
    let is_atomic = word & 0x3b20_0c00 == 0x3820_0000 && word & 0x3fff_fc00 != 0x38bf_c000;
    match word {
        0xd65f_03c0 => Kind::Return,
        _ if is_call => Kind::Call,
        _ if is_exclusive || is_atomic => Kind::Locked,
        _ => Kind::Plain,
    }
}

#[cfg(test)]
mod tests;
