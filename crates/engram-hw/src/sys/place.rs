//! Where a thread runs.

/// CPU and node as the C library says.
#[cold]
pub(crate) fn place() -> (u32, u32) {
    let (mut cpu, mut node) = (0_u32, 0_u32);
    #[cfg(target_env = "gnu")]
    {
        unsafe extern "C" {
            // glibc has it since 2.29, and asks the vDSO.
            fn getcpu(cpu: *mut u32, node: *mut u32) -> i32;
        }
        let (cpu, node) = (&raw mut cpu, &raw mut node);
        // SAFETY: two numbers that live during the call.
        unsafe { getcpu(cpu, node) };
    }
    #[cfg(not(target_env = "gnu"))]
    {
        let (cpu, node) = (&raw mut cpu, &raw mut node);
        // SAFETY: two numbers that live during the call; the third argument is unused since Linux 2.6.24.
        unsafe { libc::syscall(libc::SYS_getcpu, cpu, node, 0_usize) };
    }
    (cpu, node)
}
