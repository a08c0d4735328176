//! Plays the sessions of `tests/repl/*.keys` in a pseudo-terminal, with the whole binary.
//!
//! A line `> ` holds keys to press, names of keys in `<>`; the lines `| ` after it are the whole screen that must appear
//! then. `# ` starts a comment, `size ROWS COLUMNS` sets the terminal's size, `run ARGUMENTS` what is started,
//! `exit STATUS` awaits the end. The terminal answers the questions for its cursor.
#![allow(clippy::disallowed_methods, reason = "a test of the whole process")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A screen that does not appear within this time never does.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn sessions_look_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/repl");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "keys")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let failures: Vec<String> = files.iter().filter_map(|file| play(file).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Plays a file; the error tells the line and the screen.
fn play(file: &Path) -> Result<(), String> {
    let script = std::fs::read_to_string(file).expect("readable");
    let mut arguments = Vec::new();
    let (mut rows, mut columns) = (16, 60);
    for line in script.lines() {
        if let Some(size) = line.strip_prefix("size ") {
            let mut numbers = size.split(' ').map(|n| n.parse().expect("a number"));
            rows = numbers.next().expect("rows");
            columns = numbers.next().expect("columns");
        } else if let Some(words) = line.strip_prefix("run ") {
            arguments = words.split(' ').map(str::to_owned).collect();
        }
    }
    let home = std::env::temp_dir().join(format!(
        "taipan-keys-{}-{}",
        std::process::id(),
        file.file_stem().unwrap_or_default().to_string_lossy()
    ));
    std::fs::create_dir_all(&home).expect("a folder for the history");
    let mut terminal = Terminal::start(&arguments, &home, rows, columns);
    let result = play_lines(&mut terminal, &script, file);
    drop(terminal);
    // What is left in the temporary folder harms nobody.
    let _ = std::fs::remove_dir_all(&home);
    result
}

fn play_lines(terminal: &mut Terminal, script: &str, file: &Path) -> Result<(), String> {
    let mut lines = script.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let place = format!("{}:{}", file.display(), number + 1);
        if let Some(keys) = line.strip_prefix("> ") {
            terminal.press(&bytes_of(keys, &place));
        } else if line.starts_with('|') {
            let mut expected = vec![screen_line(line)];
            while let Some((_, next)) = lines.next_if(|(_, next)| next.starts_with('|')) {
                expected.push(screen_line(next));
            }
            terminal.await_screen(&expected).map_err(|screen| {
                format!(
                    "{place}: expected\n{}\nbut saw\n{screen}\n",
                    expected.join("\n")
                )
            })?;
        } else if let Some(status) = line.strip_prefix("exit ") {
            let ended = terminal.await_end();
            if ended.map(|code| code.to_string()).as_deref() != Some(status) {
                return Err(format!("{place}: ended with {ended:?}"));
            }
        }
    }
    Ok(())
}

fn screen_line(line: &str) -> String {
    line.trim_start_matches('|')
        .strip_prefix(' ')
        .unwrap_or_default()
        .trim_end()
        .to_owned()
}

/// What a terminal sends for text with `<key>`s in it.
fn bytes_of(keys: &str, place: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = keys;
    while let Some(start) = rest.find('<') {
        bytes.extend_from_slice(&rest.as_bytes()[..start]);
        let end = rest[start..]
            .find('>')
            .map_or(rest.len() - 1, |end| start + end);
        let name = &rest[start + 1..end];
        let sent: &[u8] = match name {
            "enter" => b"\r",
            "tab" => b"\t",
            "backspace" => b"\x7f",
            "escape" => b"\x1b",
            "up" => b"\x1b[A",
            "down" => b"\x1b[B",
            "right" => b"\x1b[C",
            "left" => b"\x1b[D",
            "home" => b"\x1b[H",
            "end" => b"\x1b[F",
            "less" => b"<",
            "paste" => b"\x1b[200~",
            "/paste" => b"\x1b[201~",
            "newline" => b"\n",
            "ctrl-c" => b"\x03",
            "ctrl-d" => b"\x04",
            "ctrl-r" => b"\x12",
            "ctrl-u" => b"\x15",
            other => panic!("{place}: no key is called {other}"),
        };
        bytes.extend_from_slice(sent);
        rest = &rest[end + 1..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

struct Terminal {
    /// Held so that the terminal stays open.
    _master: Box<dyn MasterPty>,
    keys: Box<dyn Write>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    child: Box<dyn Child>,
}

impl Terminal {
    fn start(arguments: &[String], home: &Path, rows: u16, columns: u16) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_taipan"));
        command.args(arguments);
        command.env_clear();
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        command.env("PATH", "/usr/bin:/bin");
        command.env("LC_ALL", "C.UTF-8");
        command.cwd(home);
        let child = pair.slave.spawn_command(command).expect("taipan starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The terminal's end is an error on Linux.
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            _master: pair.master,
            keys,
            output,
            screen: vt100::Parser::new(rows, columns, 0),
            child,
        }
    }

    fn press(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).expect("the terminal takes keys");
    }

    /// Takes output until `deadline`; `false` when there is no more.
    fn read(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.output.recv_timeout(left) {
            Ok(bytes) => {
                self.take(&bytes);
                true
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }

    /// Shows output and answers the questions in it.
    fn take(&mut self, bytes: &[u8]) {
        const QUESTION: &[u8] = b"\x1b[6n";
        let mut rest = bytes;
        while let Some(at) = rest
            .windows(QUESTION.len())
            .position(|part| part == QUESTION)
        {
            self.screen.process(&rest[..at]);
            let (row, column) = self.screen.screen().cursor_position();
            self.press(format!("\x1b[{};{}R", row + 1, column + 1).as_bytes());
            rest = &rest[at + QUESTION.len()..];
        }
        self.screen.process(rest);
    }

    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .screen
            .screen()
            .contents()
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }

    fn await_screen(&mut self, expected: &[String]) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        while self.lines() != expected {
            if !self.read(deadline) {
                return Err(self.lines().join("\n"));
            }
        }
        Ok(())
    }

    fn await_end(&mut self) -> Option<u32> {
        let deadline = Instant::now() + PATIENCE;
        while self.read(deadline) {}
        self.child.wait().ok().map(|status| status.exit_code())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
