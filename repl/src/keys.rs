//! The key map: emacs keys, and what a Python prompt adds.

use reedline::{
    EditCommand, KeyCode, KeyModifiers, Keybindings, ReedlineEvent, default_emacs_keybindings,
};

/// The name of the completion menu.
pub(crate) const MENU: &str = "completion";
/// What Enter sends to the loop.
pub(crate) const ENTER: &str = "enter";

pub(crate) fn emacs() -> Keybindings {
    let mut keys = default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Enter,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::MenuAccept,
            ReedlineEvent::ExecuteHostCommand(ENTER.to_owned()),
        ]),
    );
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::Menu(MENU.to_owned()),
            ReedlineEvent::MenuNext,
        ]),
    );
    keys.add_binding(
        KeyModifiers::SHIFT,
        KeyCode::BackTab,
        ReedlineEvent::MenuPrevious,
    );
    keys.add_binding(
        KeyModifiers::CONTROL,
        KeyCode::Char('_'),
        ReedlineEvent::Edit(vec![EditCommand::Undo]),
    );
    keys.add_binding(
        KeyModifiers::CONTROL,
        KeyCode::Char('7'),
        ReedlineEvent::Edit(vec![EditCommand::Undo]),
    );
    keys
}
