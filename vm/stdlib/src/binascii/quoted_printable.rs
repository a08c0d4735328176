//! Quoted-printable text.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::protocol::BytesLike;
use taipan_vm::value::Value;

use super::Ascii;

/// Characters in a line, with the `=` that joins it to the next.
const LINE: usize = 76;

fn hex_value(digit: Option<&u8>) -> Option<u8> {
    char::from(*digit?).to_digit(16).map(|value| value as u8)
}

/// Decode a string of qp-encoded data.
#[pyfunction(signature = (data, header = false))]
pub(super) fn a2b_qp(cx: &Ctx, data: Ascii, header: bool) -> PyResult<Value> {
    let data = &data.0[..];
    let mut decoded = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        at += 1;
        if byte == b'_' && header {
            decoded.push(b' ');
        } else if byte != b'=' {
            decoded.push(byte);
        } else {
            match data.get(at) {
                None => break,
                // A soft line break: whatever stands before the newline goes too.
                Some(b'\n') => at += 1,
                Some(b'\r') => {
                    let rest = &data[at..];
                    at += memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
                }
                Some(b'=') => {
                    decoded.push(b'=');
                    at += 1;
                }
                Some(_) => match (hex_value(data.get(at)), hex_value(data.get(at + 1))) {
                    (Some(high), Some(low)) => {
                        decoded.push(high << 4 | low);
                        at += 2;
                    }
                    _ => decoded.push(b'='),
                },
            }
        }
    }
    cx.new_bytes(&decoded)
}

/// A text that is being encoded.
struct Encoder {
    encoded: Vec<u8>,
    /// Characters in the current line.
    column: usize,
    newline: &'static [u8],
}

impl Encoder {
    fn escape(&mut self, byte: u8) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let digit = |nibble: u8| DIGITS[usize::from(nibble & 15)];
        self.encoded.extend([b'=', digit(byte >> 4), digit(byte)]);
    }

    /// Ends the line softly if so many characters do not fit any more.
    fn make_room(&mut self, count: usize) {
        if self.column + count >= LINE {
            self.encoded.push(b'=');
            self.encoded.extend_from_slice(self.newline);
            self.column = 0;
        }
    }

    fn end_line(&mut self) {
        // White space at the end of a line would be lost.
        if let Some(&last @ (b' ' | b'\t')) = self.encoded.last() {
            self.encoded.pop();
            self.escape(last);
        }
        self.encoded.extend_from_slice(self.newline);
        self.column = 0;
    }
}

/// Encode a string using quoted-printable encoding.
///
/// On encoding, when istext is set, newlines are not encoded, and white
/// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
/// are both encoded.  When quotetabs is set, space and tabs are encoded.
#[pyfunction(signature = (data, quotetabs = false, istext = true, header = false))]
pub(super) fn b2a_qp(
    cx: &Ctx,
    data: BytesLike<'_>,
    quotetabs: bool,
    istext: bool,
    header: bool,
) -> PyResult<Value> {
    // The first line's end decides for all of them.
    let first = memchr::memchr(b'\n', &data);
    let is_crlf = first.is_some_and(|newline| newline > 0 && data[newline - 1] == b'\r');
    let mut encoder = Encoder {
        encoded: Vec::with_capacity(data.len()),
        column: 0,
        newline: if is_crlf { b"\r\n" } else { b"\n" },
    };
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        let next = data.get(at + 1);
        let is_escaped = match byte {
            b'=' | 127.. => true,
            b'_' => header,
            b'.' => encoder.column == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)),
            b'\r' | b'\n' => !istext,
            b'\t' | b' ' => quotetabs || next.is_none(),
            byte => byte < b' ',
        };
        if is_escaped {
            encoder.make_room(3);
            encoder.escape(byte);
            encoder.column += 3;
            at += 1;
        } else if byte == b'\n' || (byte == b'\r' && next == Some(&b'\n')) {
            encoder.end_line();
            at += if byte == b'\r' { 2 } else { 1 };
        } else {
            if !matches!(next, None | Some(b'\n')) {
                encoder.make_room(1);
            }
            encoder.column += 1;
            encoder.encoded.push(match byte {
                b' ' if header => b'_',
                byte => byte,
            });
            at += 1;
        }
    }
    cx.new_bytes(&encoder.encoded)
}
