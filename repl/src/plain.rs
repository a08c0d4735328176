//! The prompt without line editing, for dumb terminals and pipes.
//!
//! CPython 3.14: `PyOS_StdioReadline` (`Parser/myreadline.c`). Tests: `tests/repl/`.

use std::io::{IsTerminal, Write};

use rustix::io::Errno;

use crate::block::{Enter, on_enter};
use crate::engine::Executed;
use crate::worker::{Gone, Worker};

/// Reads inputs from standard input until its end. Returns the exit code.
pub(crate) fn run(worker: &Worker) -> Result<i32, Gone> {
    let mut lines = Lines::default();
    let mut input = String::new();
    loop {
        let (first, further) = worker.prompts()?;
        print(if input.is_empty() { &first } else { &further });
        let line = match lines.next() {
            Line::Text(line) => line,
            Line::End if input.trim().is_empty() => {
                print("\n");
                return Ok(0);
            }
            // The end of the input ends its last block too.
            Line::End => String::new(),
            Line::Interrupted => {
                input.clear();
                print("\n");
                worker.interrupted()?;
                continue;
            }
            Line::Failed => return Ok(1),
        };
        let blank = line.trim().is_empty();
        input.push_str(&line);
        if on_enter(&input, input.len()) != Enter::Submit
            && (!blank || input.trim_end().ends_with('\\'))
        {
            input.push('\n');
            continue;
        }
        let source = std::mem::take(&mut input);
        if source.trim().is_empty() {
            continue;
        }
        if let Executed::Exit(code) = worker.execute(source)? {
            return Ok(code);
        }
    }
}

enum Line {
    /// Without its end.
    Text(String),
    End,
    /// By ctrl-c.
    Interrupted,
    Failed,
}

/// The lines of standard input. The library's own reader would go on reading after a signal.
#[derive(Default)]
struct Lines {
    pending: Vec<u8>,
}

impl Lines {
    fn next(&mut self) -> Line {
        let mut buffer = [0; 4096];
        loop {
            if let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.pending.drain(..=end).collect();
                return Self::text(&line);
            }
            match rustix::io::read(std::io::stdin(), &mut buffer) {
                Ok(0) if self.pending.is_empty() => return Line::End,
                Ok(0) => return Self::text(&std::mem::take(&mut self.pending)),
                Ok(count) => self
                    .pending
                    .extend_from_slice(buffer.get(..count).unwrap_or_default()),
                Err(Errno::INTR) => {
                    self.pending.clear();
                    return Line::Interrupted;
                }
                Err(_) => return Line::Failed,
            }
        }
    }

    fn text(line: &[u8]) -> Line {
        let text = String::from_utf8_lossy(line);
        Line::Text(text.trim_end_matches(['\n', '\r']).to_owned())
    }
}

/// Shows a prompt: on a terminal beside what is typed, else on stderr, so that stdout holds results only.
fn print(text: &str) {
    // A closed terminal shows at the next read.
    let _ = if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        let mut out = std::io::stdout();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    } else {
        std::io::stderr().write_all(text.as_bytes())
    };
}
