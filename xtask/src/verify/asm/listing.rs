//! Machine code for people, and for comparing: names in place of addresses.

use std::collections::BTreeMap;
use std::rc::Rc;

use iced_x86::{
    Decoder, DecoderOptions, Formatter as _, Instruction, IntelFormatter, SymbolResolver,
    SymbolResult,
};

use super::program::{Function, Program};

/// The instructions of a function, in the order of their addresses.
pub(super) fn decode(function: &Function) -> Vec<Instruction> {
    let decoder = Decoder::with_ip(64, &function.code, function.address, DecoderOptions::NONE);
    decoder.into_iter().collect()
}

/// A line per instruction, and one per place that is jumped to.
pub(super) fn listing(program: &Rc<Program>, function: &Function) -> String {
    let code = decode(function);
    let range = function.address..function.address + function.code.len() as u64;
    let mut targets: Vec<u64> = code.iter().map(Instruction::near_branch_target).collect();
    targets.retain(|target| range.contains(target));
    targets.sort_unstable();
    targets.dedup();
    let labels: BTreeMap<u64, String> =
        (1..).zip(targets).map(|(number, target)| (target, format!(".{number}"))).collect();
    let resolver = Names { program: Rc::clone(program), labels: labels.clone() };
    let mut formatter = IntelFormatter::with_options(Some(Box::new(resolver)), None);
    formatter.options_mut().set_space_after_operand_separator(true);
    formatter.options_mut().set_rip_relative_addresses(false);
    let mut text = String::new();
    for instruction in &code {
        if let Some(label) = labels.get(&instruction.ip()) {
            text.push_str(&format!("{label}:\n"));
        }
        let mut line = String::from("    ");
        formatter.format(instruction, &mut line);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

struct Names {
    program: Rc<Program>,
    labels: BTreeMap<u64, String>,
}

impl SymbolResolver for Names {
    fn symbol(
        &mut self,
        instruction: &Instruction,
        operand: u32,
        _: Option<u32>,
        address: u64,
        _: u32,
    ) -> Option<SymbolResult<'_>> {
        if let Some(name) = self.program.local(address) {
            return Some(SymbolResult::with_string(address, short(name)));
        }
        if let Some(label) = self.labels.get(&address) {
            return Some(SymbolResult::with_str(address, label));
        }
        // Any other number is a number, however much it looks like an address.
        let is_address =
            instruction.is_ip_rel_memory_operand() || instruction.near_branch_target() == address;
        let _ = operand;
        let (start, name) = is_address.then(|| self.program.name_of(address))??;
        Some(SymbolResult::with_string(start, name))
    }
}

/// The part of a thread-local's name that is not the standard library's.
fn short(name: &str) -> String {
    let ours = |part: &&str| !part.contains('{') && !part.starts_with("__");
    name.split("::").filter(ours).collect::<Vec<_>>().join("::")
}
