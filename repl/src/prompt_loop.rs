//! Reads an input, has it executed, and so on.

use std::path::PathBuf;

use nu_ansi_term::{Color, Style};
use reedline::{
    DefaultHinter, EditCommand, ExternalPrinter, IdeMenu, MenuBuilder, Reedline, ReedlineMenu,
    Signal, SqliteBackedHistory,
};

use crate::block::{Enter, on_enter};
use crate::completion::EngineCompleter;
use crate::doctest::without_prompts;
use crate::engine::{Engine, Executed};
use crate::highlight::{Plain, PythonHighlighter};
use crate::menu::QuietMenu;
use crate::prompt::PythonPrompt;
use crate::screen::Screen;
use crate::worker::{Gone, Worker};
use crate::{keys, plain, terminal};

/// How a prompt behaves.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The file of the history; `None` keeps it in memory.
    pub history: Option<PathBuf>,
    /// Whether to use colours (`NO_COLOR`, `PYTHON_COLORS`).
    pub colors: bool,
    /// vi's keys instead of emacs'.
    pub vi: bool,
}

/// Runs the prompt until the end of input or `SystemExit`. Returns the exit code.
///
/// `make` builds the interpreter, on its own thread, with a host that asks the screen before it writes.
///
/// # Errors
/// The thread cannot be started, or the terminal fails.
pub fn run<E: Engine>(
    make: impl FnOnce() -> Result<E, String> + Send + 'static,
    options: &Options,
    screen: &Screen,
) -> std::io::Result<i32> {
    terminal::guard()?;
    let worker = Worker::start(make)?;
    let looped = if terminal::is_capable() {
        edit(&worker, options, screen)?
    } else {
        plain::run(&worker)
    };
    Ok(match looped {
        Ok(code) => worker.finish(code).unwrap_or(code),
        Err(Gone) => 1,
    })
}

fn editor(
    worker: &Worker,
    options: &Options,
    printer: ExternalPrinter<String>,
) -> Result<Reedline, Gone> {
    // The menu takes the prompt's place while it is open.
    let (prompt, _) = worker.prompts()?;
    let menu = IdeMenu::default()
        .with_name(keys::MENU)
        .with_marker(&prompt)
        .with_default_border();
    let mut editor = Reedline::create()
        .use_bracketed_paste(true)
        .with_external_printer(printer)
        .with_ansi_colors(options.colors)
        .with_edit_mode(keys::mode(options.vi))
        .with_completer(Box::new(EngineCompleter::new(worker.clone())))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(QuietMenu::new(
            menu,
        ))))
        .with_hinter(Box::new(
            DefaultHinter::default().with_style(Style::new().fg(Color::DarkGray)),
        ));
    editor = if options.colors {
        editor.with_highlighter(Box::new(PythonHighlighter::new()))
    } else {
        editor.with_highlighter(Box::new(Plain))
    };
    if let Some(path) = &options.history {
        let session = Reedline::create_history_session_id();
        // A history that cannot be opened is kept in memory.
        if let Ok(history) = SqliteBackedHistory::with_file(path.clone(), session, None) {
            editor = editor
                .with_history(Box::new(history))
                .with_history_session_id(session);
        }
    }
    Ok(editor)
}

fn edit(worker: &Worker, options: &Options, screen: &Screen) -> std::io::Result<Result<i32, Gone>> {
    let (printer, lines) = Screen::printer();
    let mut editor = match editor(worker, options, printer) {
        Ok(editor) => editor,
        Err(gone) => return Ok(Err(gone)),
    };
    loop {
        let (first, further) = match worker.prompts() {
            Ok(prompts) => prompts,
            Err(gone) => return Ok(Err(gone)),
        };
        let prompt = PythonPrompt { first, further };
        let source = match screen.edit(&lines, || read(&mut editor, &prompt))? {
            Read::Source(source) => source,
            Read::Interrupted => {
                if let Err(gone) = worker.interrupted() {
                    return Ok(Err(gone));
                }
                continue;
            }
            Read::End => return Ok(Ok(0)),
        };
        if source.trim().is_empty() {
            continue;
        }
        match worker.execute(without_prompts(&source).into_owned()) {
            Ok(Executed::Continue) => {}
            Ok(Executed::Exit(code)) => return Ok(Ok(code)),
            Err(gone) => return Ok(Err(gone)),
        }
        start_on_a_fresh_line()?;
    }
}

enum Read {
    Source(String),
    Interrupted,
    End,
}

fn read(editor: &mut Reedline, prompt: &PythonPrompt) -> std::io::Result<Read> {
    loop {
        match editor.read_line(prompt).map_err(std::io::Error::other)? {
            Signal::HostCommand(_) => {
                let input = editor.current_buffer_contents().to_owned();
                let cursor = editor.current_insertion_point();
                match on_enter(&input, cursor) {
                    Enter::NewLine(indent) => {
                        let text = format!("\n{}", " ".repeat(indent));
                        editor.run_edit_commands(&[EditCommand::InsertString(text)]);
                    }
                    Enter::Submit => return submit(editor, prompt),
                }
            }
            Signal::Success(source) => return Ok(Read::Source(source)),
            Signal::CtrlC => return Ok(Read::Interrupted),
            Signal::CtrlD => return Ok(Read::End),
            _ => {}
        }
    }
}

/// Has reedline accept its buffer: it draws the input once more without hints and stores it in the history.
fn submit(editor: &mut Reedline, prompt: &PythonPrompt) -> std::io::Result<Read> {
    let taken = std::mem::replace(editor, Reedline::create());
    *editor = taken.with_immediately_accept(true);
    let signal = editor.read_line(prompt);
    let taken = std::mem::replace(editor, Reedline::create());
    *editor = taken.with_immediately_accept(false);
    match signal.map_err(std::io::Error::other)? {
        Signal::Success(source) => Ok(Read::Source(source)),
        Signal::CtrlD => Ok(Read::End),
        _ => Ok(Read::Interrupted),
    }
}

/// If what ran left the cursor inside a line, goes to the next, so that the prompt overwrites nothing.
fn start_on_a_fresh_line() -> std::io::Result<()> {
    let column = reedline_cursor_column();
    if column.is_some_and(|column| column > 0) {
        use std::io::Write;
        std::io::stdout().write_all(b"\r\n")?;
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// The cursor's column as the terminal tells it; `None` if it does not answer.
fn reedline_cursor_column() -> Option<u16> {
    crossterm::cursor::position().ok().map(|(column, _)| column)
}
