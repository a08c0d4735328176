//! The C3 linearisation.
//!
//! CPython 3.14: `mro_implementation` and `pmerge` (`Objects/typeobject.c`).

use std::rc::Rc;

use crate::objects::Type;
use crate::value::Py;

/// Merges the MROs of `bases` behind `class` itself.
///
/// # Errors
/// The bases among which no consistent order exists, in the order CPython names them.
pub fn linearize(class: &Py<Type>, bases: &[Py<Type>]) -> Result<Vec<Py<Type>>, Vec<Py<Type>>> {
    let mut lists: Vec<Rc<[Py<Type>]>> = bases.iter().map(|base| base.mro()).collect();
    lists.push(bases.to_vec().into());
    let mut heads = vec![0; lists.len()];
    let mut result = vec![class.clone()];
    loop {
        let mut exhausted = true;
        let mut next = None;
        for (list, head) in lists.iter().zip(&heads) {
            let Some(candidate) = list.get(*head) else {
                continue;
            };
            exhausted = false;
            let in_a_tail = lists
                .iter()
                .zip(&heads)
                .any(|(list, head)| list.iter().skip(head + 1).any(|class| class.is(candidate)));
            if !in_a_tail {
                next = Some(candidate.clone());
                break;
            }
        }
        let Some(next) = next else {
            if exhausted {
                return Ok(result);
            }
            let mut conflicting: Vec<Py<Type>> = Vec::new();
            for (list, head) in lists.iter().zip(&heads) {
                if let Some(class) = list.get(*head)
                    && !conflicting.iter().any(|known| known.is(class))
                {
                    conflicting.push(class.clone());
                }
            }
            return Err(conflicting);
        };
        for (list, head) in lists.iter().zip(&mut heads) {
            if list.get(*head).is_some_and(|class| class.is(&next)) {
                *head += 1;
            }
        }
        result.push(next);
    }
}
