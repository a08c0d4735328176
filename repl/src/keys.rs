//! The key maps: emacs or vi, and what a Python prompt adds to both.

use reedline::{
    EditCommand, EditMode, Emacs, KeyCode, KeyModifiers, Keybindings, ReedlineEvent, Vi,
    default_emacs_keybindings, default_vi_insert_keybindings, default_vi_normal_keybindings,
    default_vi_visual_keybindings,
};

/// The name of the completion menu.
pub(crate) const MENU: &str = "completion";
/// What Enter sends to the loop.
pub(crate) const ENTER: &str = "enter";

/// The way of editing that the user asked for.
pub(crate) fn mode(vi: bool) -> Box<dyn EditMode> {
    if vi {
        let with_enter = |mut keys: Keybindings| {
            add_enter(&mut keys);
            keys
        };
        Box::new(Vi::new(
            with_ours(default_vi_insert_keybindings()),
            with_enter(default_vi_normal_keybindings()),
            with_enter(default_vi_visual_keybindings()),
        ))
    } else {
        Box::new(Emacs::new(with_ours(default_emacs_keybindings())))
    }
}

fn add_enter(keys: &mut Keybindings) {
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Enter,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::MenuAccept,
            ReedlineEvent::ExecuteHostCommand(ENTER.to_owned()),
        ]),
    );
}

fn with_ours(mut keys: Keybindings) -> Keybindings {
    add_enter(&mut keys);
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
