//! `_local`: attributes that each thread has of its own.
//!
//! Each thread has a dict for each `_local` that it used; the `_local` holds them all, and the thread knows which to take
//! out when it ends.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::object::{get_attribute_in, set_attribute_in};
use crate::objects::{Dict, Str, Type};
use crate::value::{Py, Value};

/// The dicts of one `_local`, by the threads' numbers.
type Dicts = RefCell<Vec<(u64, Py<Dict>)>>;

/// The payload of a `_local`.
#[pyclass(
    name = "_local",
    module = "_thread",
    subclassable,
    weakref,
    traverse,
    text_signature = "()"
)]
pub(crate) struct Local {
    dicts: Rc<Dicts>,
    /// What `__init__` is called with in each thread.
    arguments: Vec<Value>,
    keywords: Vec<Value>,
}

impl Traverse for Local {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Ok(dicts) = self.dicts.try_borrow() {
            dicts.iter().for_each(|(_, dict)| visit(dict.as_value()));
        }
        self.arguments.iter().for_each(&mut *visit);
        self.keywords.iter().for_each(&mut *visit);
    }
}

/// The `_local`s that threads have used, for their end.
#[derive(Default)]
struct Used(RefCell<Vec<(u64, Weak<Dicts>)>>);

/// A thread ends: its attributes die.
pub(super) fn forget_thread(cx: &Ctx) {
    let me = cx.thread_number();
    let used = cx.state::<Used>();
    let mut mine = Vec::new();
    used.0.borrow_mut().retain(|(thread, dicts)| {
        if *thread == me {
            mine.push(dicts.clone());
        }
        *thread != me && dicts.strong_count() > 0
    });
    for dicts in mine.iter().filter_map(Weak::upgrade) {
        let position = dicts.borrow().iter().position(|(thread, _)| *thread == me);
        let dead = position.map(|position| dicts.borrow_mut().swap_remove(position));
        // Here, where nothing is borrowed: it may run Python code.
        drop(dead);
    }
}

/// The attributes that the running thread sees; made, and `__init__` called, at the first use.
fn own(cx: &Ctx, this: &Py<Local>) -> PyResult<Py<Dict>> {
    let me = cx.thread_number();
    let known = this
        .dicts
        .borrow()
        .iter()
        .find(|(thread, _)| *thread == me)
        .map(|(_, dict)| dict.clone());
    if let Some(known) = known {
        return Ok(known);
    }
    let dict = remember(cx, &this.dicts);
    if let Some(init) = cx.class_of(this.as_value()).slots.init.get()
        && cx.overrides_init(cx.class_of(this.as_value()), &cx.types().object)
    {
        let args = Args::new(&this.arguments, &this.keywords);
        if let Err(error) = init(cx, this.as_value(), args) {
            // The next use tries again.
            let failed = {
                let mut dicts = this.dicts.borrow_mut();
                let position = dicts.iter().position(|(thread, _)| *thread == me);
                position.map(|position| dicts.swap_remove(position))
            };
            drop(failed);
            return Err(error);
        }
    }
    Ok(dict)
}

fn remember(cx: &Ctx, dicts: &Rc<Dicts>) -> Py<Dict> {
    let me = cx.thread_number();
    let dict = cx.new_dict();
    dicts.borrow_mut().push((me, dict.clone()));
    let used = cx.state::<Used>();
    let mut used = used.0.borrow_mut();
    if used.len() % 64 == 63 {
        used.retain(|(_, dicts)| dicts.strong_count() > 0);
    }
    used.push((me, Rc::downgrade(dicts)));
    dict
}

/// Thread-local data
#[pymethods]
impl Local {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        if !args.values().is_empty() && !cx.overrides_init(cls, &cx.types().object) {
            return Err(cx.type_error("Initialization arguments are not supported"));
        }
        let dicts = Rc::new(Dicts::default());
        // `__init__` runs next, for this thread.
        remember(cx, &dicts);
        let local = Local {
            dicts,
            arguments: args.values().to_vec(),
            keywords: args.names().to_vec(),
        };
        Ok(cx.heap().allocate(cls, local).into_value())
    }

    fn __getattribute__(this: &Value, cx: &Ctx, name: &Py<Str>) -> PyResult<Option<Value>> {
        let Some(local) = this.downcast_ref::<Local>() else {
            return Ok(None);
        };
        let dict = own(cx, local)?;
        if name.as_wtf8() == "__dict__" {
            return Ok(Some(dict.into_value()));
        }
        get_attribute_in(cx, this, name, Some(&dict))
    }

    fn __setattr__(this: &Value, cx: &Ctx, name: &Py<Str>, value: Option<&Value>) -> PyResult<()> {
        let Some(local) = this.downcast_ref::<Local>() else {
            return Ok(());
        };
        let dict = own(cx, local)?;
        if name.as_wtf8() == "__dict__" {
            return Err(cx.attribute_error(format!(
                "'{}' object attribute '__dict__' is read-only",
                cx.type_name(this)
            )));
        }
        set_attribute_in(cx, this, name, value, Some(&dict))
    }
}
