//! reedline's completer, which asks the interpreter's thread.

use reedline::{Completer, CompletionResult, Span, Suggestion};

use crate::worker::Worker;

pub(crate) struct EngineCompleter {
    worker: Worker,
}

impl EngineCompleter {
    pub(crate) fn new(worker: Worker) -> Self {
        Self { worker }
    }
}

impl Completer for EngineCompleter {
    fn complete(&mut self, line: &str, pos: usize) -> CompletionResult {
        // Tab on a blank line indents.
        let before = line.get(..pos).unwrap_or(line);
        let current = before.rsplit('\n').next().unwrap_or_default();
        if current.trim().is_empty() {
            let indent = Suggestion {
                value: "    ".to_owned(),
                span: Span::new(pos, pos),
                ..Suggestion::default()
            };
            return CompletionResult::fresh(vec![indent]);
        }
        // An interpreter that has ended completes nothing.
        let completions = self.worker.complete(line, pos).unwrap_or_default();
        let span = Span::new(completions.start, completions.end.max(completions.start));
        let suggestions: Vec<Suggestion> = completions
            .candidates
            .into_iter()
            .map(|candidate| Suggestion {
                value: candidate.text,
                description: candidate.description,
                span,
                ..Suggestion::default()
            })
            .collect();
        CompletionResult::fresh(suggestions)
    }
}
