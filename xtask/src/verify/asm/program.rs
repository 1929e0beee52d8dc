//! A linked program: what is loaded of it, and where its functions are.
//!
//! Linked, because an object file shows less: there, a thread-local is reached by a call.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use object::elf::{PT_TLS, R_X86_64_RELATIVE, SHF_ALLOC};
use object::read::elf::{ElfFile64, ProgramHeader as _};
use object::{
    Endianness, Object as _, ObjectSection as _, ObjectSymbol as _, RelocationFlags, SectionFlags,
    SymbolKind,
};

/// Everything of a program that the checks look at.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// By name, demangled and without its hash; two instances of a generic function share a name.
    pub(super) functions: Vec<Function>,
    /// What the process sees, by name of the section; notes, such as the build's number, left out.
    pub(super) sections: BTreeMap<String, Section>,
    /// The names of all symbols, as the linker knows them and demangled.
    pub(super) names: Vec<String>,
    /// Functions and statics by address: name and size.
    symbols: BTreeMap<u64, (String, u64)>,
    /// Pointers that the loader fills in: where they are, and where they point.
    pointers: HashMap<u64, u64>,
    /// Thread-locals, by their distance from the thread pointer.
    locals: HashMap<u64, String>,
}

/// A range of the process's memory.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) address: u64,
    /// Empty for what is zero at the start.
    pub(super) bytes: Vec<u8>,
    pub(super) size: u64,
}

/// Machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) address: u64,
    pub(super) code: Vec<u8>,
}

impl Program {
    /// Reads an ELF file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let data = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&data).with_context(|| format!("{} is no program for Linux", path.display()))
    }

    fn parse(data: &[u8]) -> Result<Self> {
        let file = ElfFile64::<Endianness>::parse(data)?;
        let mut program = Self::default();
        for section in file.sections() {
            let is_loaded = matches!(section.flags(),
                SectionFlags::Elf { sh_flags, .. } if sh_flags.contains(SHF_ALLOC));
            let name = section.name()?.to_owned();
            if is_loaded && !name.starts_with(".note") {
                let (address, size) = (section.address(), section.size());
                let bytes = section.data()?.to_vec();
                program.sections.insert(name, Section { address, bytes, size });
            }
        }
        let relocations = file.dynamic_relocations().into_iter().flatten();
        program.pointers = relocations
            .filter(|(_, it)| it.flags() == RelocationFlags::Elf { r_type: R_X86_64_RELATIVE })
            .map(|(at, it)| (at, it.addend().cast_unsigned()))
            .collect();
        program.add_symbols(&file)?;
        Ok(program)
    }

    fn add_symbols(&mut self, file: &ElfFile64<'_, Endianness>) -> Result<()> {
        let tls = file.elf_program_headers().iter().find(|it| it.p_type(file.endian()) == PT_TLS);
        let tls_size = tls.map_or(0, |it| {
            let align = it.p_align(file.endian()).max(1);
            it.p_memsz(file.endian()).next_multiple_of(align)
        });
        for symbol in file.symbols() {
            let mangled = symbol.name()?;
            let name = readable(mangled);
            let (address, size) = (symbol.address(), symbol.size());
            match symbol.kind() {
                SymbolKind::Text if size > 0 => {
                    let code = self.bytes(address, size).unwrap_or_default().to_vec();
                    self.functions.push(Function { name: name.clone(), address, code });
                    self.symbols.insert(address, (name.clone(), size));
                }
                SymbolKind::Data => _ = self.symbols.insert(address, (name.clone(), size)),
                SymbolKind::Tls => {
                    _ = self.locals.insert(address.wrapping_sub(tls_size), name.clone());
                }
                _ => {}
            }
            // The names of compilation units, which the linker lists even if it took nothing from them.
            if symbol.kind() != SymbolKind::File {
                self.names.extend([mangled.to_owned(), name]);
            }
        }
        self.functions.sort_by(|a, b| (&a.name, a.address).cmp(&(&b.name, b.address)));
        Ok(())
    }

    /// The one function whose path ends like this.
    pub(super) fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|it| it.name.rsplit("::").next() == Some(name))
    }

    /// What an address is called, with the start of what the name stands for.
    ///
    /// Constants have names that are hashes: they are called after their section, which they do not leave.
    pub(super) fn name_of(&self, address: u64) -> Option<(u64, String)> {
        if let Some(target) = self.pointers.get(&address).filter(|_| self.is_table(address)) {
            return self.place_of(*target).map(|(_, name)| (address, format!("&{name}")));
        }
        self.place_of(address)
    }

    fn place_of(&self, address: u64) -> Option<(u64, String)> {
        if let Some((start, (name, size))) = self.symbols.range(..=address).next_back()
            && (address < start + size || address == *start)
            && !name.starts_with("anon.")
        {
            return Some((*start, name.clone()));
        }
        let mut sections = self.sections.iter();
        let inside = |it: &Section| (it.address..it.address + it.size).contains(&address);
        sections.find(|(_, it)| inside(it)).map(|(name, _)| (address, name.clone()))
    }

    /// The thread-local at a distance from the thread pointer.
    pub(super) fn local(&self, distance: u64) -> Option<&str> {
        self.locals.get(&distance).map(String::as_str)
    }

    /// Whether a text is anywhere in what is loaded.
    pub(super) fn contains(&self, text: &str) -> bool {
        let is_in = |it: &Section| it.bytes.windows(text.len()).any(|at| at == text.as_bytes());
        self.sections.values().any(is_in)
    }

    /// Whether an address is in the table by which code reaches what the linker placed far away.
    fn is_table(&self, address: u64) -> bool {
        let table = self.sections.get(".got");
        table.is_some_and(|it| (it.address..it.address + it.size).contains(&address))
    }

    fn bytes(&self, address: u64, size: u64) -> Option<&[u8]> {
        let mut sections = self.sections.values();
        let section = sections.find(|it| (it.address..it.address + it.size).contains(&address))?;
        let start = usize::try_from(address - section.address).ok()?;
        section.bytes.get(start..start + usize::try_from(size).ok()?)
    }
}

/// A name as it was written, without the hash that each build may choose anew.
fn readable(mangled: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(mangled))
}
