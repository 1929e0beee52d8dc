//! Where memory is, and where it shall be.

use std::ptr::NonNull;

use super::placing::Placing;
use crate::id_set::IdSet;
use crate::unavailable::{Reason, Unavailable};

/// As the kernel numbers them.
const DEFAULT: i32 = 0;
const PREFERRED: i32 = 1;
const BIND: i32 = 2;
const INTERLEAVE: i32 = 3;

/// `MPOL_MF_STRICT | MPOL_MF_MOVE`: pages that are elsewhere are moved, or it is an error.
const STRICT_MOVE: u32 = 1 | 2;

/// `MPOL_MF_MOVE`: pages that only this process has.
const MOVE: i32 = 2;

/// Room for four times as many nodes as Linux can be built for. The kernel refuses masks of more than a page.
const WORDS: usize = 64;

impl Placing<'_> {
    /// The rule's number and the words of its nodes.
    fn parts(&self) -> (i32, &[u64]) {
        match self {
            Self::Default => (DEFAULT, &[]),
            Self::Prefer(nodes) => (PREFERRED, nodes.words()),
            Self::Bind(nodes) => (BIND, nodes.words()),
            Self::Interleave(nodes) => (INTERLEAVE, nodes.words()),
        }
    }
}

/// The kernel takes the number of bits plus one, and for no nodes at all a pointer to nowhere.
fn mask(words: &[u64]) -> (*const u64, usize) {
    if words.is_empty() { (std::ptr::null(), 0) } else { (words.as_ptr(), words.len() * 64 + 1) }
}

/// Of the calling thread from now on, and of threads that it starts.
pub(crate) fn set_policy_of_thread(placing: Placing<'_>) -> Result<(), Unavailable> {
    let (mode, words) = placing.parts();
    let (nodes, bits) = mask(words);
    // SAFETY: the kernel reads `bits` bits less one of a slice that is that long, or nothing.
    let done = unsafe { libc::syscall(libc::SYS_set_mempolicy, mode, nodes, bits) };
    if done == 0 { Ok(()) } else { Err(refused("set_mempolicy")) }
}

/// The number of the rule that the calling thread has, and its nodes.
pub(crate) fn policy_of_thread() -> Result<(i32, IdSet), Unavailable> {
    let (mut mode, mut words) = (0_i32, [0_u64; WORDS]);
    let mode_pointer = &raw mut mode;
    let words_pointer = words.as_mut_ptr();
    // SAFETY: the kernel writes an `int` and at most as many bits as the array has; both live during the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_get_mempolicy,
            mode_pointer,
            words_pointer,
            WORDS * 64,
            0_usize,
            0_usize,
        )
    };
    if done == 0 { Ok((mode, IdSet::of_words(&words))) } else { Err(refused("get_mempolicy")) }
}

/// The nodes that the calling thread may have memory of.
pub(crate) fn allowed_nodes() -> Result<IdSet, Unavailable> {
    /// `MPOL_F_MEMS_ALLOWED`: not the rule, but what it may name.
    const ALLOWED: usize = 4;
    let mut words = [0_u64; WORDS];
    let (rule, nodes, nowhere) = (std::ptr::null_mut::<i32>(), words.as_mut_ptr(), 0_usize);
    let (call, bits) = (libc::SYS_get_mempolicy, WORDS * 64);
    // SAFETY: the kernel writes at most as many bits as the array has, and no rule where the pointer is null.
    let done = unsafe { libc::syscall(call, rule, nodes, bits, nowhere, ALLOWED) };
    if done == 0 { Ok(IdSet::of_words(&words)) } else { Err(refused("get_mempolicy")) }
}

/// Where each page is; an error for those that are nowhere, as before their first use.
pub(crate) fn nodes_of_pages(pages: &[*const u8]) -> Result<Vec<Result<u32, i32>>, Unavailable> {
    pages_call(pages, None)
}

/// Moves pages; where each of them is afterwards.
pub(crate) fn move_pages(
    pages: &[*const u8],
    node: u32,
) -> Result<Vec<Result<u32, i32>>, Unavailable> {
    let node =
        i32::try_from(node).map_err(|_| Unavailable::because(Reason::Missing, "move_pages"))?;
    pages_call(pages, Some(&vec![node; pages.len()]))
}

fn pages_call(
    pages: &[*const u8],
    nodes: Option<&[i32]>,
) -> Result<Vec<Result<u32, i32>>, Unavailable> {
    let mut status = vec![0_i32; pages.len()];
    let nodes = nodes.map_or(std::ptr::null(), <[i32]>::as_ptr);
    let (count, from, to) = (pages.len(), pages.as_ptr(), status.as_mut_ptr());
    // SAFETY: arrays of `count` elements each, or none of nodes; addresses are only looked up, in this process,
    // and moving a page changes nothing that a program can see.
    let done = unsafe { libc::syscall(libc::SYS_move_pages, 0_i32, count, from, nodes, to, MOVE) };
    // A positive number is how many could not be moved; their status says why.
    if done < 0 {
        return Err(refused("move_pages"));
    }
    Ok(status.iter().map(|it| u32::try_from(*it).map_err(|_| -it)).collect())
}

/// Pages that nobody else has.
#[derive(Debug)]
pub(crate) struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: it owns its pages; what is done with them goes through `&self` or `&mut self`.
unsafe impl Send for Mapping {}
// SAFETY: through `&self` the pages can only be read.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Zeroes, in whole pages.
    pub(crate) fn new(length: usize) -> Result<Self, Unavailable> {
        const WHAT: &str = "mmap";
        let page = page_size();
        let length = length.max(1).checked_next_multiple_of(page);
        let length = length.ok_or(Unavailable::because(Reason::Limit, WHAT))?;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let rights = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: new pages at a place that the kernel chooses; nothing that exists is touched.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), length, rights, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(refused(WHAT));
        }
        let start = NonNull::new(start.cast()).ok_or(Unavailable::because(Reason::Limit, WHAT))?;
        Ok(Self { start, length })
    }

    /// Where its pages come from; those that it has already are moved.
    pub(crate) fn place(&self, placing: Placing<'_>) -> Result<(), Unavailable> {
        let (mode, words) = placing.parts();
        let (start, length) = (self.start.as_ptr(), self.length);
        let (nodes, bits) = mask(words);
        // SAFETY: the pages are this mapping's own, and the kernel reads no more of `words` than it has.
        let done = unsafe {
            libc::syscall(libc::SYS_mbind, start, length, mode, nodes, bits, STRICT_MOVE)
        };
        if done == 0 { Ok(()) } else { Err(refused("mbind")) }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the pages are readable, were zeroed by the kernel, and stay until `self` is dropped.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`; they are writable, and `&mut self` is the only way to them.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }

    /// The address of each page.
    pub(crate) fn pages(&self) -> Vec<*const u8> {
        self.bytes().chunks(page_size()).map(<[u8]>::as_ptr).collect()
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what `new` mapped, and nobody borrows it any more.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

pub(crate) fn page_size() -> usize {
    // SAFETY: asks for a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4_096)
}

/// In which the kernel counts times of processes.
pub(crate) fn ticks_per_second() -> u64 {
    // SAFETY: asks for a number.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    u64::try_from(ticks).unwrap_or(100).max(1)
}

fn refused(what: &'static str) -> Unavailable {
    let errno = super::errno();
    let reason = match errno {
        // Containers forbid these calls to who has no CAP_SYS_NICE, and the filter says EPERM.
        libc::EPERM => Reason::Seccomp,
        libc::EACCES => Reason::Permission,
        libc::ENOSYS => Reason::NotSupported,
        // No such node, or none that the cpuset allows.
        libc::EINVAL | libc::ENODEV => Reason::Missing,
        // A page that could not be moved.
        libc::EIO | libc::ENOMEM => Reason::Limit,
        _ => Reason::NotSupported,
    };
    Unavailable { reason, what, errno: Some(errno) }
}
