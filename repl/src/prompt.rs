//! The prompt's text: `sys.ps1` and `sys.ps2`.

use std::borrow::Cow;

use reedline::{Prompt, PromptEditMode, PromptHistorySearch};

pub(crate) struct PythonPrompt {
    pub(crate) first: String,
    pub(crate) further: String,
}

impl Prompt for PythonPrompt {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed(&self.first)
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.further)
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Owned(format!("(reverse-i-search `{}`) ", search.term))
    }
}
