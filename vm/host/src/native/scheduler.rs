//! CPU affinity on Linux: masks of any size.
//!
//! Invariant: the mask's length in bytes is passed with its pointer, and it is a multiple of the size of a `long`.
#![allow(unsafe_code, reason = "system calls; see the invariant above")]

use super::call::done;
use crate::error::{OsError, OsResult};
use crate::processes::Pid;

const BITS: usize = u64::BITS as usize;
/// More CPUs than Linux knows.
const MAX_CPUS: usize = 1 << 20;

pub(super) fn affinity(pid: Pid) -> OsResult<Vec<usize>> {
    let mut cpus = 1024;
    loop {
        let mut mask = vec![0u64; cpus / BITS];
        // SAFETY: see the invariant.
        match done(unsafe {
            libc::sched_getaffinity(pid, size_of_val(&mask[..]), mask.as_mut_ptr().cast())
        }) {
            Ok(()) => {
                return Ok((0..cpus)
                    .filter(|cpu| mask[cpu / BITS] >> (cpu % BITS) & 1 == 1)
                    .collect());
            }
            // The kernel's mask is longer.
            Err(error) if error.errno == libc::EINVAL && cpus < MAX_CPUS => cpus *= 2,
            Err(error) => return Err(error),
        }
    }
}

pub(super) fn set_affinity(pid: Pid, cpus: &[usize]) -> OsResult<()> {
    let highest = cpus.iter().copied().max().unwrap_or(0);
    if highest >= MAX_CPUS {
        return Err(OsError::new(libc::EINVAL));
    }
    let mut mask = vec![0u64; highest / BITS + 1];
    for cpu in cpus {
        mask[cpu / BITS] |= 1 << (cpu % BITS);
    }
    // SAFETY: see the invariant.
    done(unsafe { libc::sched_setaffinity(pid, size_of_val(&mask[..]), mask.as_ptr().cast()) })
}
