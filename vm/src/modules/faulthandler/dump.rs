//! The text of tracebacks, written without taking memory: it may be that a signal handler asks.

use taipan_host::Host;
use taipan_text::Wtf8;

use crate::ctx::Ctx;
use crate::interp::stack::FrameRef;

/// More frames of a thread are not shown.
const MOST_FRAMES: usize = 100;
/// More threads are not shown.
const MOST_THREADS: usize = 100;
/// More characters of a name are not shown.
const MOST_CHARACTERS: usize = 500;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Text on its way to a descriptor.
pub(super) struct Out<'a> {
    host: &'a dyn Host,
    fd: i32,
    buffer: [u8; 256],
    used: usize,
}

impl<'a> Out<'a> {
    pub(super) fn new(host: &'a dyn Host, fd: i32) -> Self {
        Self {
            host,
            fd,
            buffer: [0; 256],
            used: 0,
        }
    }

    fn flush(&mut self) {
        let mut rest = &self.buffer[..self.used];
        while !rest.is_empty() {
            // An error leaves nobody to tell.
            match self.host.write(self.fd, rest) {
                Ok(count) if count > 0 => rest = rest.get(count..).unwrap_or_default(),
                _ => break,
            }
        }
        self.used = 0;
    }

    fn byte(&mut self, byte: u8) {
        if self.used == self.buffer.len() {
            self.flush();
        }
        self.buffer[self.used] = byte;
        self.used += 1;
    }

    pub(super) fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
    }

    fn hex(&mut self, number: u64, digits: u32) {
        for place in (0..digits).rev() {
            self.byte(DIGITS[(number >> (4 * place) & 15) as usize]);
        }
    }

    fn decimal(&mut self, number: i32) {
        let mut digits = [0; 10];
        let mut count = 0;
        let mut rest = number.unsigned_abs();
        loop {
            digits[count] = b'0' + (rest % 10) as u8;
            count += 1;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        digits[..count]
            .iter()
            .rev()
            .for_each(|digit| self.byte(*digit));
    }

    /// A name; what is not printable ASCII is escaped.
    fn name(&mut self, name: &Wtf8) {
        for (place, point) in name.code_points().enumerate() {
            if place == MOST_CHARACTERS {
                return self.text("...");
            }
            match point.to_u32() {
                ascii @ 0x20..0x7F => self.byte(ascii as u8),
                small @ 0..0x100 => {
                    self.text("\\x");
                    self.hex(u64::from(small), 2);
                }
                middle @ 0..0x1_0000 => {
                    self.text("\\u");
                    self.hex(u64::from(middle), 4);
                }
                large => {
                    self.text("\\U");
                    self.hex(u64::from(large), 8);
                }
            }
        }
    }
}

impl Drop for Out<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

fn frame(out: &mut Out<'_>, frame: FrameRef) {
    out.text("  File \"");
    out.name(frame.code.filename().as_wtf8());
    out.text("\", line ");
    match frame.code.line_at(frame.last_instruction()) {
        Some(line) if line >= 0 => out.decimal(line),
        _ => out.text("???"),
    }
    out.text(" in ");
    out.name(Wtf8::from_str(&frame.code.source.name));
    out.text("\n");
}

fn frames(out: &mut Out<'_>, thread: &Ctx) {
    let mut next = thread.thread().newest_frame();
    if next.is_none() {
        out.text("  <no Python frame>\n");
    }
    let mut count = 0;
    while let Some(current) = next {
        if count == MOST_FRAMES {
            return out.text("  ...\n");
        }
        frame(out, current);
        next = current.previous.get();
        count += 1;
    }
}

fn header(out: &mut Out<'_>, thread: &Ctx, is_current: bool, name: &[u8]) {
    out.text(if is_current {
        "Current thread 0x"
    } else {
        "Thread 0x"
    });
    out.hex(thread.thread_ident(), 16);
    if !name.is_empty() {
        out.text(" [");
        name.iter().for_each(|byte| out.byte(*byte));
        out.text("]");
    }
    out.text(" (most recent call first):\n");
}

/// The calling thread.
pub(super) fn this_thread(cx: &Ctx, out: &mut Out<'_>) {
    out.text("Stack (most recent call first):\n");
    frames(out, cx);
}

/// The calling thread, which crashes.
pub(super) fn crashed_thread(cx: &Ctx, out: &mut Out<'_>) {
    header(out, cx, true, &[]);
    frames(out, cx);
    out.text("\n");
    c_stack(out);
}

/// All threads, the newest first; the calling thread holds the isolate's lock.
pub(super) fn all_threads(cx: &Ctx, out: &mut Out<'_>, current: Option<&Ctx>) {
    let mut threads = Vec::new();
    // A thread without frames that is not the caller has nothing to show: it watches, or ends.
    cx.each_context(|thread| {
        let is_current = current.is_some_and(|current| std::ptr::eq(current, thread));
        if is_current || thread.thread().newest_frame().is_some() {
            threads.push((thread.thread_number(), is_current));
        }
    });
    for (place, (number, is_current)) in threads.iter().rev().enumerate() {
        if place > 0 {
            out.text("\n");
        }
        if place == MOST_THREADS {
            return out.text("...\n");
        }
        cx.each_context(|thread| {
            if thread.thread_number() == *number {
                // A host that cannot tell names leaves them out.
                let name = cx.host().name_of_thread(thread.thread_ident());
                header(out, thread, *is_current, &name.unwrap_or_default());
                frames(out, thread);
            }
        });
    }
}

pub(super) fn c_stack(out: &mut Out<'_>) {
    out.text("Current thread's C stack trace (most recent call first):\n");
    out.text("  <cannot get C stack on this system>\n");
}
