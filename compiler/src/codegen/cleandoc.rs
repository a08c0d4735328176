//! Docstrings without their indentation.
//!
//! CPython: `_PyCompile_CleanDoc`, which is `inspect.cleandoc` that keeps blank lines at the start and end.

use taipan_text::{Wtf8, Wtf8Buf};

/// `doc` with tabs expanded and the common indentation of the lines after the first removed.
pub(super) fn cleandoc(doc: &Wtf8) -> Wtf8Buf {
    let expanded;
    let bytes = if doc.as_bytes().contains(&b'\t') {
        expanded = expand_tabs(doc);
        expanded.as_slice()
    } else {
        doc.as_bytes()
    };
    let lines = || bytes.split(|&byte| byte == b'\n');
    let indentation = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
    let margin = lines()
        .skip(1)
        .filter_map(|line| {
            let indentation = indentation(line);
            (indentation < line.len()).then_some(indentation)
        })
        .min()
        .unwrap_or(0);
    let mut out = Vec::with_capacity(bytes.len());
    for (number, line) in lines().enumerate() {
        let cut = if number == 0 {
            indentation(line)
        } else {
            indentation(line).min(margin)
        };
        if number > 0 {
            out.push(b'\n');
        }
        out.extend_from_slice(&line[cut..]);
    }
    // Only ASCII blanks went, so the rest is what it was.
    Wtf8Buf::from_bytes(out).unwrap_or_else(|_| Wtf8Buf::from(doc))
}

/// `str.expandtabs()`: columns count code points.
fn expand_tabs(doc: &Wtf8) -> Vec<u8> {
    let mut out = Vec::with_capacity(doc.as_bytes().len() + 16);
    let mut column = 0;
    for &byte in doc.as_bytes() {
        match byte {
            b'\t' => {
                let blanks = 8 - column % 8;
                out.resize(out.len() + blanks, b' ');
                column += blanks;
            }
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                // Continuation bytes take no column.
                if byte & 0xc0 != 0x80 {
                    column += 1;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(doc: &str) -> String {
        cleandoc(&Wtf8Buf::from(doc)).to_string_lossy().into_owned()
    }

    #[test]
    fn margins_go() {
        assert_eq!(clean("  a\n    b\n      c\n  "), "a\nb\n  c\n");
        assert_eq!(clean("a\n\n \tb\n\tc"), "a\n\nb\nc");
        assert_eq!(clean("  a"), "a");
        assert_eq!(clean("a\n b\nc"), "a\n b\nc");
        assert_eq!(clean("a\n   \n    b"), "a\n\nb");
    }
}
