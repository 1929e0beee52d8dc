//! Which versions of this crate are linked into the program.
//!
//! Two of them have a storage each: what is recorded through one never reaches a registry of the other, and
//! nothing fails. Cargo links both without a word where two libraries ask for versions that do not agree. So
//! each leaves its number in a section that all versions know by its name, and the linker puts them in a row.

/// How long a number is there, zeros at its end included. Versions to come rely on it as on the name.
const WIDTH: usize = 16;

/// The number of a version as it stands in the section.
type Mark = [u8; WIDTH];

/// The versions of this crate in the program, or in the shared library that this is part of.
///
/// One is as it should be. Empty when compiled out; on other systems than Linux, only the one that is asked.
/// Cost: a few allocations.
#[must_use]
pub fn versions() -> Vec<&'static str> {
    let mut versions: Vec<_> = marks().iter().filter_map(read).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}

fn read(mark: &'static Mark) -> Option<&'static str> {
    let length = mark.iter().position(|byte| *byte == 0).unwrap_or(WIDTH);
    str::from_utf8(&mark[..length]).ok().filter(|version| !version.is_empty())
}

crate::when_enabled! {
    #[cfg_attr(target_os = "linux", used, unsafe(link_section = "engram_core"))]
    static OWN: Mark = mark(env!("CARGO_PKG_VERSION"));

    const fn mark(version: &str) -> Mark {
        let (mut mark, bytes, mut index) = ([0; WIDTH], version.as_bytes(), 0);
        while index < bytes.len() && index < WIDTH {
            mark[index] = bytes[index];
            index += 1;
        }
        mark
    }

    #[cfg(target_os = "linux")]
    fn marks() -> &'static [Mark] {
        // The linker defines both for a section whose name is one of C.
        unsafe extern "C" {
            #[link_name = "__start_engram_core"]
            static START: Mark;
            #[link_name = "__stop_engram_core"]
            static STOP: Mark;
        }
        let (start, stop) = (&raw const START, &raw const STOP);
        let count = (stop.addr() - start.addr()) / WIDTH;
        // SAFETY: between the two stand the marks of all versions, each an array of WIDTH bytes without
        // padding between them, which nobody writes. `OWN` is one of them, so the section is there.
        unsafe { core::slice::from_raw_parts(start, count) }
    }

    #[cfg(not(target_os = "linux"))]
    fn marks() -> &'static [Mark] {
        core::slice::from_ref(&OWN)
    }
}

crate::when_disabled! {
    fn marks() -> &'static [Mark] {
        &[]
    }
}
