//! The prompt without line editing, for dumb terminals and pipes.

use std::io::{BufRead, Write};

use crate::block::{Enter, on_enter};
use crate::engine::Executed;
use crate::worker::{Gone, Worker};

/// Reads inputs from standard input until its end. Returns the exit code.
pub(crate) fn run(worker: &Worker) -> Result<i32, Gone> {
    let mut input = String::new();
    loop {
        let (first, further) = worker.prompts()?;
        print(if input.is_empty() { &first } else { &further });
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(0) => {
                print("\n");
                return Ok(0);
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {
                input.clear();
                worker.interrupted()?;
                continue;
            }
            Err(_) => return Ok(1),
        }
        let blank = line.trim().is_empty();
        input.push_str(line.trim_end_matches(['\n', '\r']));
        if on_enter(&input, input.len()) != Enter::Submit
            && !(blank && !input.trim_end().ends_with('\\'))
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

fn print(text: &str) {
    let mut out = std::io::stdout();
    // A closed terminal shows at the next read.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
