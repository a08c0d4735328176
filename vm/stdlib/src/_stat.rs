//! `_stat`: what the bits of a file's mode mean.
//!
//! CPython 3.14: `Modules/_stat.c`. Tests: `tests/run/stat/`.

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::native::ModuleBuilder;
use taipan_vm::value::Value;

/// S_IFMT_: file type bits
/// S_IFDIR: directory
/// S_IFCHR: character device
/// S_IFBLK: block device
/// S_IFREG: regular file
/// S_IFIFO: fifo (named pipe)
/// S_IFLNK: symbolic link
/// S_IFSOCK: socket file
/// S_IFDOOR: door
/// S_IFPORT: event port
/// S_IFWHT: whiteout
#[pymodule]
pub(crate) fn _stat(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&S_ISDIR::DEF)?;
    m.function(&S_ISCHR::DEF)?;
    m.function(&S_ISBLK::DEF)?;
    m.function(&S_ISREG::DEF)?;
    m.function(&S_ISFIFO::DEF)?;
    m.function(&S_ISLNK::DEF)?;
    m.function(&S_ISSOCK::DEF)?;
    m.function(&S_ISDOOR::DEF)?;
    m.function(&S_ISPORT::DEF)?;
    m.function(&S_ISWHT::DEF)?;
    m.function(&S_IMODE::DEF)?;
    m.function(&S_IFMT::DEF)?;
    m.function(&filemode::DEF)?;
    platform_constants! { m;
        S_IFDIR S_IFCHR S_IFBLK S_IFREG S_IFIFO S_IFLNK S_IFSOCK
        S_ISUID S_ISGID S_ISVTX
        S_IRWXU S_IRUSR S_IWUSR S_IXUSR S_IRWXG S_IRGRP S_IWGRP S_IXGRP S_IRWXO S_IROTH S_IWOTH S_IXOTH
    }
    // Kinds that only other systems have, old names, flags of BSD and macOS, places in the result of `os.stat`.
    given_constants! { m;
        S_IFDOOR = 0,
        S_IFPORT = 0,
        S_IFWHT = 0,
        S_ENFMT = libc::S_ISGID,
        S_IREAD = libc::S_IRUSR,
        S_IWRITE = libc::S_IWUSR,
        S_IEXEC = libc::S_IXUSR,
        UF_SETTABLE = 0x0000_ffff,
        UF_NODUMP = 0x0000_0001,
        UF_IMMUTABLE = 0x0000_0002,
        UF_APPEND = 0x0000_0004,
        UF_OPAQUE = 0x0000_0008,
        UF_NOUNLINK = 0x0000_0010,
        UF_COMPRESSED = 0x0000_0020,
        UF_TRACKED = 0x0000_0040,
        UF_DATAVAULT = 0x0000_0080,
        UF_HIDDEN = 0x0000_8000,
        SF_SETTABLE = 0xffff_0000_u32,
        SF_ARCHIVED = 0x0001_0000,
        SF_IMMUTABLE = 0x0002_0000,
        SF_APPEND = 0x0004_0000,
        SF_NOUNLINK = 0x0010_0000,
        SF_SNAPSHOT = 0x0020_0000,
        SF_FIRMLINK = 0x0080_0000,
        SF_DATALESS = 0x4000_0000,
        ST_MODE = 0,
        ST_INO = 1,
        ST_DEV = 2,
        ST_NLINK = 3,
        ST_UID = 4,
        ST_GID = 5,
        ST_SIZE = 6,
        ST_ATIME = 7,
        ST_MTIME = 8,
        ST_CTIME = 9,
    }
    Ok(())
}

/// A mode out of any integer; it must fit the platform's type.
fn mode(cx: &Ctx, value: &Value) -> PyResult<u32> {
    let number = cx.to_bigint(&cx.index(value)?)?;
    if number.sign() == num_bigint::Sign::Minus {
        return Err(cx.overflow_error("can't convert negative value to unsigned int"));
    }
    let Ok(number) = u64::try_from(&number) else {
        return Err(cx.overflow_error("Python int too large to convert to C unsigned long"));
    };
    u32::try_from(number).map_err(|_| cx.overflow_error("mode out of range"))
}

fn is_kind(cx: &Ctx, value: &Value, kind: u32) -> PyResult<bool> {
    Ok(mode(cx, value)? & libc::S_IFMT == kind)
}

/// Functions that ask for one kind of file.
macro_rules! kinds {
    ($($(#[$doc:meta])* $function:ident: $kind:expr;)*) => {
        $(
            $(#[$doc])*
            #[allow(non_snake_case, reason = "the module's name")]
            #[pyfunction(signature = (object, /), text_signature = "($self, object, /)")]
            fn $function(cx: &Ctx, object: &Value) -> PyResult<bool> {
                let kind: Option<u32> = $kind;
                match kind {
                    Some(kind) => is_kind(cx, object, kind),
                    // No file of this system is of that kind.
                    None => mode(cx, object).map(|_| false),
                }
            }
        )*
    };
}

kinds! {
    /// S_ISDIR(mode) -> bool
    ///
    /// Return True if mode is from a directory.
    S_ISDIR: Some(libc::S_IFDIR);
    /// S_ISCHR(mode) -> bool
    ///
    /// Return True if mode is from a character special device file.
    S_ISCHR: Some(libc::S_IFCHR);
    /// S_ISBLK(mode) -> bool
    ///
    /// Return True if mode is from a block special device file.
    S_ISBLK: Some(libc::S_IFBLK);
    /// S_ISREG(mode) -> bool
    ///
    /// Return True if mode is from a regular file.
    S_ISREG: Some(libc::S_IFREG);
    /// S_ISFIFO(mode) -> bool
    ///
    /// Return True if mode is from a FIFO (named pipe).
    S_ISFIFO: Some(libc::S_IFIFO);
    /// S_ISLNK(mode) -> bool
    ///
    /// Return True if mode is from a symbolic link.
    S_ISLNK: Some(libc::S_IFLNK);
    /// S_ISSOCK(mode) -> bool
    ///
    /// Return True if mode is from a socket.
    S_ISSOCK: Some(libc::S_IFSOCK);
    /// S_ISDOOR(mode) -> bool
    ///
    /// Return True if mode is from a door.
    S_ISDOOR: None;
    /// S_ISPORT(mode) -> bool
    ///
    /// Return True if mode is from an event port.
    S_ISPORT: None;
    /// S_ISWHT(mode) -> bool
    ///
    /// Return True if mode is from a whiteout.
    S_ISWHT: None;
}

/// Return the portion of the file's mode that can be set by os.chmod().
#[allow(non_snake_case, reason = "the module's name")]
#[pyfunction(signature = (object, /), text_signature = "($self, object, /)")]
fn S_IMODE(cx: &Ctx, object: &Value) -> PyResult<u32> {
    Ok(mode(cx, object)? & 0o7777)
}

/// Return the portion of the file's mode that describes the file type.
#[allow(non_snake_case, reason = "the module's name")]
#[pyfunction(signature = (object, /), text_signature = "($self, object, /)")]
fn S_IFMT(cx: &Ctx, object: &Value) -> PyResult<u32> {
    Ok(mode(cx, object)? & libc::S_IFMT)
}

fn kind_letter(mode: u32) -> char {
    match mode & libc::S_IFMT {
        libc::S_IFREG => '-',
        libc::S_IFDIR => 'd',
        libc::S_IFLNK => 'l',
        libc::S_IFBLK => 'b',
        libc::S_IFCHR => 'c',
        libc::S_IFIFO => 'p',
        libc::S_IFSOCK => 's',
        _ => '?',
    }
}

/// Convert a file's mode to a string of the form '-rwxrwxrwx'
#[pyfunction(signature = (object, /), text_signature = "($self, object, /)")]
fn filemode(cx: &Ctx, object: &Value) -> PyResult<String> {
    let mode = mode(cx, object)?;
    let mut text = String::from(kind_letter(mode));
    // Shift of the three bits, the bit that changes the last letter, that letter with and without `x`.
    let groups = [
        (6, libc::S_ISUID, 's', 'S'),
        (3, libc::S_ISGID, 's', 'S'),
        (0, libc::S_ISVTX, 't', 'T'),
    ];
    for (shift, special, executable, plain) in groups {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => executable,
            (true, false) => plain,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    Ok(text)
}
