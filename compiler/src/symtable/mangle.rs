//! Private names of classes.
//!
//! CPython: `_Py_Mangle`.

use crate::ast::{Interner, Name};

/// `__name` in class `private` becomes `_private__name`.
pub(crate) fn mangle(names: &mut Interner, private: Name, name: Name) -> Name {
    if !names.is_private(name) {
        return name;
    }
    let class = names.text(private).trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    let mangled = format!("_{class}{}", names.text(name));
    names.intern(&mangled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names_get_the_class() {
        let mut names = Interner::new();
        let mut check = |class: &str, name: &str, expected: &str| {
            let (class, name) = (names.intern(class), names.intern(name));
            let mangled = mangle(&mut names, class, name);
            assert_eq!(names.text(mangled), expected);
        };
        check("Ham", "__spam", "_Ham__spam");
        check("_Ham", "__spam_", "_Ham__spam_");
        check("Ham", "__spam__", "__spam__");
        check("Ham", "_spam", "_spam");
        check("__", "__spam", "__spam");
        check("Ham", "__a.__b", "__a.__b");
    }
}
