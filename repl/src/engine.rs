//! What the prompt needs of the interpreter.

/// What running an input led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    /// Read the next input.
    Continue,
    /// `SystemExit`: leave with this code.
    Exit(i32),
}

/// One way to complete what stands before the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What replaces the text.
    pub text: String,
    /// What the menu says of it: its kind, its type, the first line of its documentation.
    pub description: Option<String>,
}

/// The candidates for a range of bytes of the input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    pub start: usize,
    pub end: usize,
    pub candidates: Vec<Candidate>,
}

/// The interpreter behind a prompt. All methods are called on one thread, one after the other.
pub trait Engine {
    /// `sys.ps1` and `sys.ps2` as they are now.
    fn prompts(&mut self) -> (String, String);

    /// Runs one input; what it prints goes to the terminal, errors included.
    fn execute(&mut self, source: &str) -> Executed;

    /// Completes without running code of the user.
    fn complete(&mut self, source: &str, cursor: usize) -> Completions;

    /// Calls `wait` and lets the program's other threads run meanwhile.
    fn while_idle(&mut self, wait: &mut dyn FnMut());

    /// Says that the input was given up (ctrl-c at the prompt).
    fn interrupted(&mut self);

    /// Ends the interpreter: runs exit handlers and flushes streams. Returns the exit code.
    fn finish(&mut self, code: i32) -> i32;
}
