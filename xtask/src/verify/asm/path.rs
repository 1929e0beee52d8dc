//! What a record executes when all is as usual.
//!
//! The hot path is the straight line from the first instruction to a `ret`: conditional jumps are not
//! taken, unconditional ones are followed. That is how a compiler lays out code whose other branches it
//! was told to be cold: a call behind such a branch may be there, a call on the line may not.

use anyhow::{Result, bail};
use iced_x86::{FlowControl, Instruction, Mnemonic, OpKind};

use super::listing::decode;
use super::program::Function;

/// The figures of a hot path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) instructions: usize,
    pub(super) bytes: usize,
}

/// Walks the hot path.
///
/// # Errors
/// When it calls, locks, loops, or does not end in a `ret`.
pub(super) fn walk(function: &Function) -> Result<Path> {
    let code = decode(function);
    let mut path = Path { instructions: 0, bytes: 0 };
    let mut at = 0;
    // A path that is longer than the function has been somewhere twice.
    while let Some(instruction) = code.get(at).filter(|_| path.instructions <= code.len()) {
        path.instructions += 1;
        path.bytes += instruction.len();
        if is_locked(instruction) {
            bail!("a locked instruction on the hot path");
        }
        at = match instruction.flow_control() {
            FlowControl::Next | FlowControl::ConditionalBranch => at + 1,
            FlowControl::Return => return Ok(path),
            FlowControl::UnconditionalBranch => {
                let target = instruction.near_branch_target();
                match code.iter().position(|it| it.ip() == target) {
                    Some(next) => next,
                    None => bail!("a call on the hot path"),
                }
            }
            _ => bail!("a call on the hot path"),
        };
    }
    bail!("the hot path does not end")
}

/// Whether the processor takes the line for itself; `xchg` with memory does so without a prefix.
fn is_locked(instruction: &Instruction) -> bool {
    let touches_memory = [instruction.op0_kind(), instruction.op1_kind()].contains(&OpKind::Memory);
    instruction.has_lock_prefix() || (instruction.mnemonic() == Mnemonic::Xchg && touches_memory)
}

#[cfg(test)]
mod tests;
