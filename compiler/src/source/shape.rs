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
        const OTHER: u8 = 0;
        const NEWLINE: u8 = 1;
        const OPEN: u8 = 2;
        const CLOSE: u8 = 3;
        const CLASSES: [u8; 256] = {
            let mut classes = [OTHER; 256];
            classes[b'\n' as usize] = NEWLINE;
            classes[b'(' as usize] = OPEN;
            classes[b'[' as usize] = OPEN;
            classes[b'{' as usize] = OPEN;
            classes[b')' as usize] = CLOSE;
            classes[b']' as usize] = CLOSE;
            classes[b'}' as usize] = CLOSE;
            classes
        };
        let bytes = source.as_bytes();
        let blanks = |from: usize| {
            bytes[from..]
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count()
        };
        let mut shape = Shape {
            line_starts: Vec::with_capacity(bytes.len() / 32 + 2),
            longest_logical_line: 0,
            brackets: 0,
            indent: blanks(0),
        };
        shape.line_starts.push(0);
        let (mut logical_start, mut depth) = (0, 0_usize);
        for (at, &byte) in bytes.iter().enumerate() {
            match CLASSES[usize::from(byte)] {
                OTHER => {}
                NEWLINE => {
                    shape.line_starts.push(at as u32 + 1);
                    shape.indent = shape.indent.max(blanks(at + 1));
                    if depth == 0 {
                        shape.longest_logical_line =
                            shape.longest_logical_line.max(at - logical_start);
                        logical_start = at + 1;
                    }
                }
                OPEN => {
                    depth += 1;
                    shape.brackets = shape.brackets.max(depth);
                }
                _ => depth = depth.saturating_sub(1),
            }
        }
        shape.longest_logical_line = shape.longest_logical_line.max(bytes.len() - logical_start);
        shape
    }

    /// A bound of the nesting: the longest logical line bounds that of expressions, the lines that of `elif`.
    pub(crate) fn nesting_bound(&self) -> usize {
        self.longest_logical_line + self.line_starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

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
