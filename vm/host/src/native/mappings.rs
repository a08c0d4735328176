//! Memory mappings on the real machine.
//!
//! Invariants
//! 1. `address` and `length` are those of a live mapping that this value owns alone; it is unmapped once, on drop.
//! 2. Offsets are checked against the length before they are used.
#![allow(unsafe_code, reason = "mmap; see the invariants above")]

use std::ptr::null_mut;

use super::Native;
use super::call::{c_string, cvt, done};
use crate::error::{OsError, OsResult};
use crate::files::Fd;
use crate::system::{Mapping, Mappings};

/// A mapping of the kernel. `address` is null if the length is 0.
pub(crate) struct MappedMemory {
    address: *mut u8,
    length: usize,
    /// What it is mapped from, to map it again with another length.
    source: Option<(Fd, i64)>,
    /// `PROT_*`
    protection: i32,
}

// SAFETY: the value owns the memory; who reads and writes through `address` orders that itself (the GIL).
unsafe impl Send for MappedMemory {}
// SAFETY: as above; `&self` methods only pass the address on to the kernel.
unsafe impl Sync for MappedMemory {}

impl MappedMemory {
    /// Maps a descriptor (which it takes over), or anonymous memory for -1.
    pub(crate) fn new(
        fd: Fd,
        length: usize,
        protection: i32,
        flags: i32,
        offset: i64,
    ) -> OsResult<Self> {
        // SAFETY: the kernel chooses a free place; `MAP_FIXED` is refused below.
        if flags & libc::MAP_FIXED != 0 {
            return Err(OsError::refused(
                libc::EINVAL,
                "a mapping at a fixed address could overwrite memory in use",
            ));
        }
        // SAFETY: without `MAP_FIXED` nothing that exists is touched.
        let address = unsafe { libc::mmap(null_mut(), length, protection, flags, fd, offset) };
        if address == libc::MAP_FAILED {
            return Err(OsError::last());
        }
        Ok(Self {
            address: address.cast(),
            length,
            source: (fd >= 0).then_some((fd, offset)),
            protection,
        })
    }

    fn check(&self, offset: usize, length: usize) -> OsResult<()> {
        match offset.checked_add(length) {
            Some(end) if end <= self.length => Ok(()),
            _ => Err(OsError::new(libc::EINVAL)),
        }
    }
}

impl Mapping for MappedMemory {
    fn address(&self) -> *mut u8 {
        self.address
    }

    fn length(&self) -> usize {
        self.length
    }

    fn flush(&self, offset: usize, length: usize, flags: i32) -> OsResult<()> {
        self.check(offset, length)?;
        // SAFETY: invariants 1 and 2.
        done(unsafe { libc::msync(self.address.add(offset).cast(), length, flags) })
    }

    #[cfg(target_os = "linux")]
    fn resize(&mut self, length: usize) -> OsResult<()> {
        if let Some((fd, offset)) = self.source {
            let size = i64::try_from(length)
                .ok()
                .and_then(|length| length.checked_add(offset));
            let size = size.ok_or(OsError::new(libc::EINVAL))?;
            // SAFETY: no pointers.
            done(unsafe { libc::ftruncate(fd, size) })?;
        }
        // SAFETY: invariant 1, and the caller promised that nobody uses the old address.
        let address = unsafe {
            libc::mremap(
                self.address.cast(),
                self.length,
                length,
                libc::MREMAP_MAYMOVE,
            )
        };
        if address == libc::MAP_FAILED {
            return Err(OsError::last());
        }
        self.address = address.cast();
        self.length = length;
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn resize(&mut self, _length: usize) -> OsResult<()> {
        Err(OsError::new(libc::ENOSYS))
    }

    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        if self.length == 0 || self.protection & (libc::PROT_READ | libc::PROT_WRITE) == 0 {
            return f(&[]);
        }
        // SAFETY: invariant 1; the memory may be read.
        f(unsafe { std::slice::from_raw_parts(self.address, self.length) });
    }

    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        if self.protection & libc::PROT_WRITE == 0 {
            return false;
        }
        if self.length == 0 {
            f(&mut []);
            return true;
        }
        // SAFETY: invariant 1; the memory may be written, and the GIL keeps others of the process away.
        f(unsafe { std::slice::from_raw_parts_mut(self.address, self.length) });
        true
    }

    fn file(&self) -> Option<Fd> {
        self.source.map(|(fd, _)| fd)
    }

    fn forget_file(&mut self) {
        if let Some((fd, _)) = self.source.take() {
            // SAFETY: the copy is ours.
            unsafe { libc::close(fd) };
        }
    }

    fn advise(&self, offset: usize, length: usize, advice: i32) -> OsResult<()> {
        self.check(offset, length)?;
        // SAFETY: invariants 1 and 2. Advice that drops contents is what the caller asks for.
        done(unsafe { libc::madvise(self.address.add(offset).cast(), length, advice) })
    }
}

impl Drop for MappedMemory {
    fn drop(&mut self) {
        // SAFETY: invariant 1.
        unsafe { libc::munmap(self.address.cast(), self.length) };
        if let Some((fd, _)) = self.source {
            // SAFETY: the copy is ours.
            unsafe { libc::close(fd) };
        }
    }
}

impl Mappings for Native {
    fn mmap(
        &self,
        fd: Fd,
        length: usize,
        protection: i32,
        flags: i32,
        offset: i64,
    ) -> OsResult<Box<dyn Mapping>> {
        if fd < 0 {
            return Ok(Box::new(MappedMemory::new(
                -1, length, protection, flags, offset,
            )?));
        }
        // The mapping outlives the caller's descriptor.
        // SAFETY: no pointers.
        let copy = cvt(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?;
        match MappedMemory::new(copy, length, protection, flags, offset) {
            Ok(mapping) => Ok(Box::new(mapping)),
            Err(error) => {
                // SAFETY: the copy is ours.
                unsafe { libc::close(copy) };
                Err(error)
            }
        }
    }

    fn shm_open(&self, name: &[u8], flags: i32, mode: u32) -> OsResult<Fd> {
        let name = c_string(name)?;
        // SAFETY: the string lives through the call.
        cvt(unsafe { libc::shm_open(name.as_ptr(), flags | libc::O_CLOEXEC, mode as libc::mode_t) })
    }

    fn shm_unlink(&self, name: &[u8]) -> OsResult<()> {
        let name = c_string(name)?;
        // SAFETY: the string lives through the call.
        done(unsafe { libc::shm_unlink(name.as_ptr()) })
    }
}
