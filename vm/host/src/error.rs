//! `OsError`: a failed call to the outside, as an `errno` with the operating system's own text.
//!
//! CPython's counterpart is `OSError` made from `errno` (`PyErr_SetFromErrno`). A host that refuses a call, rather
//! than failing at it, adds the reason, so that the user reads why and not only "Operation not permitted".

use std::borrow::Cow;
use std::fmt;

/// A failed call to the outside.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OsError {
    /// The POSIX error number (`libc::ENOENT`, ...).
    pub errno: i32,
    /// Why the host itself said no; `None` when the operating system did.
    pub reason: Option<&'static str>,
}

/// What every call to the outside returns.
pub type OsResult<T> = Result<T, OsError>;

impl OsError {
    /// An error of the operating system.
    #[must_use]
    pub const fn new(errno: i32) -> Self {
        Self {
            errno,
            reason: None,
        }
    }

    /// A refusal by the host: `errno` and the reason in words.
    #[must_use]
    pub const fn refused(errno: i32, reason: &'static str) -> Self {
        Self {
            errno,
            reason: Some(reason),
        }
    }

    /// The error of the calling thread's last failed system call.
    #[must_use]
    pub fn last() -> Self {
        std::io::Error::last_os_error().into()
    }

    /// The platform's text for the error number, as `os.strerror` gives it, followed by the host's reason.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        let text = strerror(self.errno);
        match self.reason {
            Some(reason) => Cow::Owned(format!("{text} ({reason})")),
            None => Cow::Owned(text),
        }
    }
}

/// The platform's text for an error number (`os.strerror`).
#[must_use]
pub fn strerror(errno: i32) -> String {
    // The standard library appends the number; CPython's text does not carry it.
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    let suffix = format!(" (os error {errno})");
    match text.strip_suffix(&suffix) {
        Some(plain) => plain.to_owned(),
        None => text,
    }
}

impl From<std::io::Error> for OsError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        if let Some(errno) = error.raw_os_error() {
            return Self::new(errno);
        }
        Self::new(match error.kind() {
            ErrorKind::NotFound => libc::ENOENT,
            ErrorKind::PermissionDenied => libc::EACCES,
            ErrorKind::AlreadyExists => libc::EEXIST,
            ErrorKind::BrokenPipe => libc::EPIPE,
            ErrorKind::WouldBlock => libc::EAGAIN,
            ErrorKind::InvalidInput => libc::EINVAL,
            ErrorKind::TimedOut => libc::ETIMEDOUT,
            ErrorKind::Interrupted => libc::EINTR,
            ErrorKind::OutOfMemory => libc::ENOMEM,
            _ => libc::EIO,
        })
    }
}

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Errno {}] {}", self.errno, self.message())
    }
}

impl fmt::Debug for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for OsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_is_the_platforms_text_without_the_number() {
        assert_eq!(
            OsError::new(libc::ENOENT).to_string(),
            "[Errno 2] No such file or directory"
        );
    }

    #[test]
    fn a_refusal_says_why() {
        let error = OsError::refused(libc::EPERM, "the sandbox has no network");
        assert_eq!(
            error.to_string(),
            "[Errno 1] Operation not permitted (the sandbox has no network)"
        );
    }
}
