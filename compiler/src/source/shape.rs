//! One look over the source before it is parsed: lines, and bounds of its nesting.

/// What a scan of the bytes tells. Brackets are counted in strings and comments too: the numbers are bounds.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// Where each line starts.
    pub(crate) line_starts: Vec<u32>,
    /// Bytes of the longest run of lines that brackets hold together.
    pub(crate) longest_logical_line: usize,
    /// The deepest brackets.
    pub(crate) brackets: usize,
    /// The most blanks at the start of a line.
    pub(crate) indent: usize,
}

impl Shape {
    /// Scans `source`, whose line endings are all `\n`.
    pub(crate) fn of(source: &str) -> Shape {
        let bytes = source.as_bytes();
        let mut shape = Shape {
            line_starts: Vec::with_capacity(bytes.len() / 32 + 2),
            longest_logical_line: 0,
            brackets: 0,
            indent: 0,
        };
        shape.start_line(bytes, 0);
        let (mut logical_start, mut depth) = (0, 0_usize);
        let mut visit = |at: usize| {
            if bytes[at] == b'\n' {
                shape.start_line(bytes, at + 1);
                if depth == 0 {
                    shape.longest_logical_line = shape.longest_logical_line.max(at - logical_start);
                    logical_start = at + 1;
                }
                return;
            }
            // Without branches, which nobody could predict.
            let (opened, closed) = BRACKETS[usize::from(bytes[at])];
            depth = (depth + usize::from(opened)).saturating_sub(usize::from(closed));
            shape.brackets = shape.brackets.max(depth);
        };
        let (blocks, rest) = bytes.as_chunks::<64>();
        for (number, block) in blocks.iter().enumerate() {
            let mut marks = brackets_and_newlines(block);
            while marks != 0 {
                visit(64 * number + marks.trailing_zeros() as usize);
                marks &= marks - 1;
            }
        }
        (bytes.len() - rest.len()..bytes.len()).for_each(visit);
        shape.longest_logical_line = shape.longest_logical_line.max(bytes.len() - logical_start);
        shape
    }

    fn start_line(&mut self, bytes: &[u8], at: usize) {
        self.line_starts.push(at as u32);
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        // A look at one byte tells of most lines that they are not indented deeper than all before.
        if bytes.get(at + self.indent).is_some_and(is_blank) {
            let blanks = bytes[at..].iter().take_while(|byte| is_blank(byte)).count();
            self.indent = self.indent.max(blanks);
        }
    }

    /// A bound of the nesting: the longest logical line bounds that of expressions, the lines that of `elif`.
    pub(crate) fn nesting_bound(&self) -> usize {
        self.longest_logical_line + self.line_starts.len()
    }
}

/// Whether a byte opens and whether it closes a bracket.
static BRACKETS: [(bool, bool); 256] = {
    let mut table = [(false, false); 256];
    table[b'(' as usize].0 = true;
    table[b'[' as usize].0 = true;
    table[b'{' as usize].0 = true;
    table[b')' as usize].1 = true;
    table[b']' as usize].1 = true;
    table[b'}' as usize].1 = true;
    table
};

/// A bit for each byte of `block` that is a bracket or a newline, and for a few others (the tab, `*`, `+`, `|` and `\\`
/// among them), so that most bytes of a source need no look of their own.
fn brackets_and_newlines(block: &[u8; 64]) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    const HIGH: u64 = EACH * 0x80;
    let mut marks = 0;
    for (number, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // This bit tells `[` from `{`, and `]` from `}`; with it `\n` is 0x2a, next to the parentheses.
        let folded = word | (EACH * 0x20);
        let low_bits = folded & !HIGH;
        let is_0x28_to_0x2b = !((low_bits ^ (EACH * 0x28)) + EACH * 0x7c);
        let is_0x7b_to_0x7d = (low_bits + EACH * 0x05) & !(low_bits + EACH * 0x02);
        let found = (is_0x28_to_0x2b | is_0x7b_to_0x7d) & !word & HIGH;
        // The product gathers the eight bits in the highest byte.
        marks |= ((found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * number);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{Shape, brackets_and_newlines};

    #[test]
    fn every_bracket_and_newline_is_marked() {
        for byte in 0..=255u8 {
            let mut block = [b'a'; 64];
            block[1] = byte;
            block[2..4].copy_from_slice(b"_\xff");
            block[62] = byte;
            let marks = brackets_and_newlines(&block);
            let is_marked = marks != 0;
            assert!(!is_marked || marks == 1 << 1 | 1 << 62, "{byte}");
            assert!(is_marked || !b"()[]{}\n".contains(&byte), "{byte}");
            assert!(
                !is_marked || b"()[]{}\n\t\x08\x0b*+|\\".contains(&byte),
                "{byte}"
            );
        }
    }

    #[test]
    fn bounds() {
        let shape = Shape::of("f(a,\n  [b])\n    c\n");
        assert_eq!(shape.line_starts, [0, 5, 12, 18]);
        assert_eq!(
            (shape.longest_logical_line, shape.brackets, shape.indent),
            (11, 2, 4)
        );
    }
}
