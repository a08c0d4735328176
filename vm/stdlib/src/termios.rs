//! `termios`: control of terminals.
//!
//! CPython 3.14: `Modules/termios.c`. Speeds are those that the C library of the build knows. Tests: `tests/run/termios/`.

use taipan_host::system::Termios;
use taipan_host::{Host, OsError, OsResult};
use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::{Bytes, List};
use taipan_vm::value::Value;

use crate::exception_class::exception_class;
use crate::path::Fildes;

fn failed(cx: &Ctx, error: OsError) -> PyErr {
    let made = exception_class(cx, "termios.error", &cx.types().exception).and_then(|class| {
        let message = cx.new_str(&*error.message())?;
        let args = vec![cx.new_int(i64::from(error.errno)), message.into_value()];
        Ok(cx.exception_with(&class, args))
    });
    made.unwrap_or_else(|error| error)
}

fn call<R>(cx: &Ctx, call: impl FnOnce(&dyn Host) -> OsResult<R>) -> PyResult<R> {
    cx.blocking(call).map_err(|error| failed(cx, error))
}

/// Get the tty attributes for file descriptor fd.
///
/// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
/// where cc is a list of the tty special characters (each a string of
/// length 1, except the items with indices VMIN and VTIME, which are
/// integers when these fields are defined).  The interpretation of the
/// flags and the speeds as well as the indexing in the cc array must be
/// done using the symbolic constants defined in this module.
#[pyfunction]
fn tcgetattr(cx: &Ctx, fd: Fildes) -> PyResult<Value> {
    let settings = call(cx, |host| host.tcgetattr(fd.0))?;
    let is_canonical = settings.lflag & libc::ICANON as u64 != 0;
    let mut characters = Vec::with_capacity(settings.cc.len());
    for (index, character) in settings.cc.iter().enumerate() {
        // Without lines, two of them are numbers.
        characters.push(
            if !is_canonical && (index == libc::VMIN || index == libc::VTIME) {
                cx.new_int(i64::from(*character))
            } else {
                cx.new_bytes(&[*character])?
            },
        );
    }
    let numbers = [
        settings.iflag,
        settings.oflag,
        settings.cflag,
        settings.lflag,
        settings.ispeed,
        settings.ospeed,
    ];
    let mut items: Vec<Value> = numbers.map(|number| cx.new_int(number as i64)).into();
    items.push(cx.new_list(characters).into_value());
    Ok(cx.new_list(items).into_value())
}

/// A number of which the C type keeps the low bits.
fn flags(cx: &Ctx, value: &Value) -> PyResult<u64> {
    i64::try_from(&cx.to_bigint(value)?)
        .map(|number| u64::from(number as u32))
        .map_err(|_| cx.overflow_error("Python int too large to convert to C long"))
}

/// Set the tty attributes for file descriptor fd.
///
/// The attributes to be set are taken from the attributes argument, which
/// is a list like the one returned by tcgetattr(). The when argument
/// determines when the attributes are changed: termios.TCSANOW to
/// change immediately, termios.TCSADRAIN to change after transmitting all
/// queued output, or termios.TCSAFLUSH to change after transmitting all
/// queued output and discarding all queued input.
#[pyfunction]
fn tcsetattr(cx: &Ctx, fd: Fildes, when: i32, attributes: &Value) -> PyResult<()> {
    let wrong = || cx.type_error("tcsetattr, arg 3: must be 7 element list");
    let items = match attributes.downcast_ref::<List>() {
        Some(list) => cx.collect(list.as_value())?,
        None => return Err(wrong()),
    };
    let [iflag, oflag, cflag, lflag, ispeed, ospeed, characters] = items.as_slice() else {
        return Err(wrong());
    };
    let old = call(cx, |host| host.tcgetattr(fd.0))?;
    let mut settings = Termios {
        iflag: flags(cx, iflag)?,
        oflag: flags(cx, oflag)?,
        cflag: flags(cx, cflag)?,
        lflag: flags(cx, lflag)?,
        ispeed: flags(cx, ispeed)?,
        ospeed: flags(cx, ospeed)?,
        cc: Vec::with_capacity(old.cc.len()),
    };
    let characters = match characters.downcast_ref::<List>() {
        Some(list) => cx.collect(list.as_value())?,
        None => Vec::new(),
    };
    if characters.len() != old.cc.len() {
        let count = old.cc.len();
        return Err(cx.type_error(format!(
            "tcsetattr: attributes[6] must be {count} element list"
        )));
    }
    for character in &characters {
        let byte = if let Some(&[byte]) = character.downcast_ref::<Bytes>().map(|b| b.as_slice()) {
            byte
        } else if character.as_int().is_some() {
            flags(cx, character)? as u8
        } else {
            return Err(cx.type_error(
                "tcsetattr: elements of attributes must be bytes objects of length 1 or integers",
            ));
        };
        settings.cc.push(byte);
    }
    call(cx, |host| host.tcsetattr(fd.0, when, &settings))
}

/// Send a break on file descriptor fd.
///
/// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
/// has a system dependent meaning.
#[pyfunction]
fn tcsendbreak(cx: &Ctx, fd: Fildes, duration: i32) -> PyResult<()> {
    call(cx, |host| host.tcsendbreak(fd.0, duration))
}

/// Wait until all output written to file descriptor fd has been transmitted.
#[pyfunction]
fn tcdrain(cx: &Ctx, fd: Fildes) -> PyResult<()> {
    call(cx, |host| host.tcdrain(fd.0))
}

/// Discard queued data on file descriptor fd.
///
/// The queue selector specifies which queue: termios.TCIFLUSH for the input
/// queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for
/// both queues.
#[pyfunction]
fn tcflush(cx: &Ctx, fd: Fildes, queue: i32) -> PyResult<()> {
    call(cx, |host| host.tcflush(fd.0, queue))
}

/// Suspend or resume input or output on file descriptor fd.
///
/// The action argument can be termios.TCOOFF to suspend output,
/// termios.TCOON to restart output, termios.TCIOFF to suspend input,
/// or termios.TCION to restart input.
#[pyfunction]
fn tcflow(cx: &Ctx, fd: Fildes, action: i32) -> PyResult<()> {
    call(cx, |host| host.tcflow(fd.0, action))
}

/// `struct winsize`: rows, columns, and both in pixels.
type Size = [u8; 8];

/// Get the tty winsize for file descriptor fd.
///
/// Returns a tuple (ws_row, ws_col).
#[pyfunction]
fn tcgetwinsize(cx: &Ctx, fd: Fildes) -> PyResult<(u16, u16)> {
    let mut size = Size::default();
    call(cx, |host| {
        host.ioctl_buffer(fd.0, libc::TIOCGWINSZ, &mut size)
    })?;
    let [a, b, c, d, ..] = size;
    Ok((u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])))
}

/// Set the tty winsize for file descriptor fd.
///
/// The winsize to be set is taken from the winsize argument, which
/// is a two-item tuple (ws_row, ws_col) like the one returned by
/// tcgetwinsize().
#[pyfunction]
fn tcsetwinsize(cx: &Ctx, fd: Fildes, winsize: &Value) -> PyResult<()> {
    let wrong = || cx.type_error("tcsetwinsize, arg 2: must be a two-item sequence");
    if !cx.is_sequence(winsize) {
        return Err(wrong());
    }
    let items = cx.collect(winsize)?;
    let [rows, columns] = items.as_slice() else {
        return Err(wrong());
    };
    let number = |value: &Value| {
        let number = cx.to_bigint(value)?;
        u16::try_from(&number).map_err(|_| cx.overflow_error("winsize value(s) out of range."))
    };
    let (rows, columns) = (number(rows)?, number(columns)?);
    let mut size = Size::default();
    call(cx, |host| {
        // The pixels stay as they are.
        host.ioctl_buffer(fd.0, libc::TIOCGWINSZ, &mut size)?;
        size[..2].copy_from_slice(&rows.to_ne_bytes());
        size[2..4].copy_from_slice(&columns.to_ne_bytes());
        host.ioctl_buffer(fd.0, libc::TIOCSWINSZ, &mut size)
    })?;
    Ok(())
}

/// This module provides an interface to the Posix calls for tty I/O control.
/// For a complete description of these calls, see the Posix or Unix manual
/// pages. It is only available for those Unix versions that support Posix
/// termios style tty I/O control.
///
/// All functions in this module take a file descriptor fd as their first
/// argument. This can be an integer file descriptor, such as returned by
/// sys.stdin.fileno(), or a file object, such as sys.stdin itself.
#[pymodule]
pub(crate) fn termios(cx: &Ctx, m: &ModuleBuilder) -> PyResult<()> {
    for def in [
        &tcdrain::DEF,
        &tcflow::DEF,
        &tcflush::DEF,
        &tcgetattr::DEF,
        &tcgetwinsize::DEF,
        &tcsendbreak::DEF,
        &tcsetattr::DEF,
        &tcsetwinsize::DEF,
    ] {
        m.function(def)?;
    }
    m.add(
        "error",
        exception_class(cx, "termios.error", &cx.types().exception)?,
    )?;
    platform_constants! { m;
        B0 B1000000 B110 B115200 B1152000 B1200 B134 B150 B1500000 B1800 B19200 B200 B2000000 B230400 B2400
        B2500000 B300 B3000000 B3500000 B38400 B4000000 B460800 B4800 B50 B500000 B57600 B576000 B600 B75
        B921600 B9600 BRKINT BS0 BS1 BSDLY CBAUD CBAUDEX CIBAUD CLOCAL CR0 CR1 CR2 CR3 CRDLY CREAD CRTSCTS CS5
        CS6 CS7 CS8 CSIZE CSTOPB ECHO ECHOCTL ECHOE ECHOK ECHOKE ECHONL ECHOPRT EXTPROC FF0 FF1 FFDLY FIOASYNC
        FIOCLEX FIONBIO FIONCLEX FIONREAD FLUSHO HUPCL IBSHIFT ICANON ICRNL IEXTEN IGNBRK IGNCR IGNPAR IMAXBEL
        INLCR INPCK ISIG ISTRIP IUCLC IUTF8 IXANY IXOFF IXON NCCS NL0 NL1 NLDLY NOFLSH OCRNL OFDEL OFILL OLCUC
        ONLCR ONLRET ONOCR OPOST PARENB PARMRK PARODD PENDIN TAB0 TAB1 TAB2 TAB3 TABDLY TCFLSH TCGETS TCIFLUSH
        TCIOFF TCIOFLUSH TCION TCOFLUSH TCOOFF TCOON TCSADRAIN TCSAFLUSH TCSANOW TCSBRK TCSBRKP TCSETS TCSETSF
        TCSETSW TCXONC TIOCCONS TIOCEXCL TIOCGETD TIOCGICOUNT TIOCGLCKTRMIOS TIOCGPGRP TIOCGSERIAL
        TIOCGSOFTCAR TIOCGWINSZ TIOCINQ TIOCLINUX TIOCMBIC TIOCMBIS TIOCMGET TIOCMIWAIT TIOCMSET TIOCM_CAR
        TIOCM_CD TIOCM_CTS TIOCM_DSR TIOCM_DTR TIOCM_LE TIOCM_RI TIOCM_RNG TIOCM_RTS TIOCM_SR TIOCM_ST
        TIOCNOTTY TIOCNXCL TIOCOUTQ TIOCPKT TIOCSCTTY TIOCSERCONFIG TIOCSERGETLSR TIOCSERGETMULTI
        TIOCSERGSTRUCT TIOCSERGWILD TIOCSERSETMULTI TIOCSERSWILD TIOCSETD TIOCSLCKTRMIOS TIOCSPGRP TIOCSSERIAL
        TIOCSSOFTCAR TIOCSTI TIOCSWINSZ TOSTOP VDISCARD VEOF VEOL VEOL2 VERASE VINTR VKILL VLNEXT VMIN VQUIT
        VREPRINT VSTART VSTOP VSUSP VSWTC VT0 VT1 VTDLY VTIME VWERASE XCASE XTABS
    }
    given_constants! { m;
        CDSUSP = 25_i64,
        CEOF = 4_i64,
        CEOL = 0_i64,
        CEOT = 4_i64,
        CERASE = 127_i64,
        CFLUSH = 15_i64,
        CINTR = 3_i64,
        CKILL = 21_i64,
        CLNEXT = 22_i64,
        CQUIT = 28_i64,
        CRPRNT = 18_i64,
        CSTART = 17_i64,
        CSTOP = 19_i64,
        CSUSP = 26_i64,
        CWERASE = 23_i64,
        IOCSIZE_MASK = 1073676288_i64,
        IOCSIZE_SHIFT = 16_i64,
        N_MOUSE = 2_i64,
        N_PPP = 3_i64,
        N_SLIP = 1_i64,
        N_STRIP = 4_i64,
        N_TTY = 0_i64,
        TIOCPKT_DATA = 0_i64,
        TIOCPKT_DOSTOP = 32_i64,
        TIOCPKT_FLUSHREAD = 1_i64,
        TIOCPKT_FLUSHWRITE = 2_i64,
        TIOCPKT_NOSTOP = 16_i64,
        TIOCPKT_START = 8_i64,
        TIOCPKT_STOP = 4_i64,
        TIOCSER_TEMT = 1_i64,
        VSWTCH = 7_i64,
        _POSIX_VDISABLE = 0_i64,
        EXTA = libc::B19200,
        EXTB = libc::B38400,
    }
    Ok(())
}
