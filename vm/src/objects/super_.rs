//! `super`: attributes of the classes after a given one in the MRO.
//!
//! CPython 3.14: `PySuper_Type` (`Objects/typeobject.c`). Tests: `tests/run/super/`.

use std::cell::RefCell;

use taipan_compiler::code_object::LocalKind;
use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::cell::Cell;
use crate::objects::object::generic_get_attribute;
use crate::objects::{Str, Type, TypeFlags};
use crate::value::{Py, Value};

/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires issubclass(type2, type)
/// Typical use to call a cooperative superclass method:
/// class C(B):
///     def meth(self, arg):
///         super().meth(arg)
/// This works for class methods too:
/// class C(B):
///     @classmethod
///     def cmeth(cls, arg):
///         super().cmeth(arg)
#[pyclass(name = "super", subclassable, traverse, text_signature = None)]
#[derive(Default)]
pub struct Super {
    bound: RefCell<Option<Bound>>,
}

/// What `super.__init__` was told.
#[derive(Clone)]
struct Bound {
    /// Attributes are looked for after this class.
    class: Py<Type>,
    receiver: Option<Receiver>,
}

/// Whose MRO is searched, and what methods are bound to.
#[derive(Clone)]
struct Receiver {
    object: Value,
    class: Py<Type>,
}

impl Traverse for Super {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(bound) = &*self.bound.borrow() {
            visit(bound.class.as_value());
            if let Some(receiver) = &bound.receiver {
                visit(&receiver.object);
                visit(receiver.class.as_value());
            }
        }
    }

    fn clear(&self) {
        drop(self.bound.take());
    }
}

/// The class whose MRO is searched for `super(class, object)`.
///
/// # Errors
/// `TypeError` if the object is neither an instance nor a subclass of the class.
fn class_to_search(cx: &Ctx, class: &Py<Type>, object: &Value) -> PyResult<Py<Type>> {
    let as_class = object.downcast_ref::<Type>();
    if let Some(own) = as_class
        && own.is_subtype(class)
    {
        return Ok(own.clone());
    }
    let own = cx.class_of(object);
    if own.is_subtype(class) {
        return Ok(own.clone());
    }
    // A proxy may claim another class than its own.
    if let Some(claimed) = cx.find_attr(object, &cx.names().__class__)?
        && let Some(claimed) = claimed.downcast_ref::<Type>()
        && claimed.is_subtype(class)
    {
        return Ok(claimed.clone());
    }
    let (what, name) = match as_class {
        Some(own) => ("type", own.full_name()),
        None => ("instance of", own.full_name()),
    };
    Err(cx.type_error(format!(
        "super(type, obj): obj ({what} {name}) is not an instance or subtype of type ({}).",
        class.full_name()
    )))
}

impl Ctx {
    /// `super(class, object).name` without a `super` object.
    ///
    /// # Errors
    /// `TypeError` if they do not belong together, `AttributeError`, or what a descriptor raises.
    pub fn super_attribute(
        &self,
        class: &Value,
        object: &Value,
        name: &Py<Str>,
    ) -> PyResult<Value> {
        let class = type_argument(self, class)?;
        let search = class_to_search(self, class, object)?;
        let receiver = Receiver {
            object: object.clone(),
            class: search,
        };
        if name.as_wtf8() != "__class__"
            && let Some(found) = after(self, class, &receiver, name)?
        {
            return Ok(found);
        }
        let proxy = Super {
            bound: RefCell::new(Some(Bound {
                class: class.clone(),
                receiver: Some(receiver),
            })),
        };
        let proxy = self.heap().allocate(&self.types().super_, proxy);
        self.get_attr(proxy.as_value(), name)
    }
}

impl Ctx {
    /// `super(class, object).name` for a call: the callable, and whether it is a function of the class that still wants
    /// `object` as its first argument.
    ///
    /// # Errors
    /// As for [`Ctx::super_attribute`].
    pub fn super_method(
        &self,
        class: &Value,
        object: &Value,
        name: &Py<Str>,
    ) -> PyResult<(Value, bool)> {
        let own = self.class_of(object);
        if let Some(after) = class.downcast_ref::<Type>()
            && object.downcast_ref::<Type>().is_none()
            && own.is_subtype(after)
            && let Some(found) = own.lookup_after(after, name)
            && self
                .class_of(&found)
                .flags()
                .contains(TypeFlags::METHOD_DESCRIPTOR)
        {
            return Ok((found, true));
        }
        Ok((self.super_attribute(class, object, name)?, false))
    }
}

/// The attribute of the classes after `class` in the receiver's MRO, bound to the receiver.
fn after(
    cx: &Ctx,
    class: &Py<Type>,
    receiver: &Receiver,
    name: &Py<Str>,
) -> PyResult<Option<Value>> {
    let Some(found) = receiver.class.lookup_after(class, name) else {
        return Ok(None);
    };
    let Some(get) = cx.class_of(&found).slots.descr_get.get() else {
        return Ok(Some(found));
    };
    // Through a class the method stays unbound.
    let is_class = receiver.object.is(receiver.class.as_value());
    let instance = (!is_class).then_some(&receiver.object);
    get(cx, &found, instance, Some(receiver.class.as_value())).map(Some)
}

fn type_argument<'a>(cx: &Ctx, value: &'a Value) -> PyResult<&'a Py<Type>> {
    value.downcast_ref::<Type>().ok_or_else(|| {
        let given = cx.type_name_for_argument(value);
        cx.type_error(format!("super() argument 1 must be a type, not {given}"))
    })
}

impl Py<Super> {
    fn bind(&self, cx: &Ctx, class: &Py<Type>, object: Option<&Value>) -> PyResult<()> {
        let receiver = match object {
            None => None,
            Some(object) => Some(Receiver {
                object: object.clone(),
                class: class_to_search(cx, class, object)?,
            }),
        };
        let bound = Bound {
            class: class.clone(),
            receiver,
        };
        drop(self.bound.replace(Some(bound)));
        Ok(())
    }

    fn bound(&self) -> Option<Bound> {
        self.bound.borrow().clone()
    }
}

#[pymethods]
impl Super {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, _args: Args<'_>) -> Py<Super> {
        cx.heap().allocate(cls, Super::default())
    }

    #[init]
    fn init(this: &Py<Super>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        if args.has_keywords() {
            return Err(cx.type_error("super() takes no keyword arguments"));
        }
        match args.positional() {
            [] => {
                let (class, object) = from_frame(cx)?;
                this.bind(cx, &class, Some(&object))
            }
            [class] => this.bind(cx, type_argument(cx, class)?, None),
            [class, object] => {
                let object = Some(object).filter(|object| !object.is_none());
                this.bind(cx, type_argument(cx, class)?, object)
            }
            more => {
                let given = more.len();
                Err(cx.type_error(format!("super() expected at most 2 arguments, got {given}")))
            }
        }
    }

    fn __repr__(this: &Py<Super>) -> String {
        let Some(bound) = this.bound() else {
            return "<super: <class 'NULL'>, NULL>".to_owned();
        };
        let class = bound.class.full_name();
        match bound.receiver {
            Some(receiver) => {
                format!(
                    "<super: <class '{class}'>, <{} object>>",
                    receiver.class.full_name()
                )
            }
            None => format!("<super: <class '{class}'>, NULL>"),
        }
    }

    fn __getattribute__(this: &Py<Super>, cx: &Ctx, name: &Py<Str>) -> PyResult<Option<Value>> {
        if name.as_wtf8() != "__class__"
            && let Some(Bound {
                class,
                receiver: Some(receiver),
            }) = this.bound()
            && let Some(found) = after(cx, &class, &receiver, name)?
        {
            return Ok(Some(found));
        }
        generic_get_attribute(cx, this.as_value(), name)
    }

    fn __get__(
        this: &Py<Super>,
        cx: &Ctx,
        instance: Option<&Value>,
        _owner: Option<&Value>,
    ) -> PyResult<Value> {
        let (Some(instance), Some(bound)) = (
            instance.filter(|instance| !instance.is_none()),
            this.bound(),
        ) else {
            return Ok(this.to_value());
        };
        if bound.receiver.is_some() {
            return Ok(this.to_value());
        }
        let own = this.header().class();
        if !own.is(&cx.types().super_) {
            return cx.call(own.as_value(), &[bound.class.to_value(), instance.clone()]);
        }
        let new = cx.heap().allocate(own, Super::default());
        new.bind(cx, &bound.class, Some(instance))?;
        Ok(new.into_value())
    }

    /// the class invoking super()
    #[member]
    fn __thisclass__(this: &Py<Super>) -> Option<Py<Type>> {
        this.bound().map(|bound| bound.class)
    }

    /// the instance invoking super(); may be None
    #[member]
    fn __self__(this: &Py<Super>) -> Option<Value> {
        Some(this.bound()?.receiver?.object)
    }

    /// the type of the instance invoking super(); may be None
    #[member]
    fn __self_class__(this: &Py<Super>) -> Option<Py<Type>> {
        Some(this.bound()?.receiver?.class)
    }
}

/// `super()`: the class and the first argument of the method that runs.
fn from_frame(cx: &Ctx) -> PyResult<(Py<Type>, Value)> {
    let Some(frame) = cx.current_frame() else {
        return Err(cx.runtime_error("super(): no current frame"));
    };
    let code = frame.code();
    if code.argcount == 0 {
        return Err(cx.runtime_error("super(): no arguments"));
    }
    // The first argument may have become a cell.
    let first = frame
        .slot(0)
        .map(|first| match first.downcast_ref::<Cell>() {
            Some(cell) if code.kind_of_local(0).contains(LocalKind::CELL) => cell.contents.get(),
            _ => Some(first),
        });
    let Some(Some(first)) = first else {
        return Err(cx.runtime_error("super(): arg[0] deleted"));
    };
    let place = code
        .localsplusnames()
        .iter()
        .rposition(|name| name.is(&cx.names().__class__));
    let cell = place
        .filter(|place| code.kind_of_local(*place).contains(LocalKind::FREE))
        .and_then(|place| frame.slot(place));
    let Some(cell) = cell else {
        return Err(cx.runtime_error("super(): __class__ cell not found"));
    };
    let Some(cell) = cell.downcast_ref::<Cell>() else {
        return Err(cx.runtime_error("super(): bad __class__ cell"));
    };
    let Some(class) = cell.contents.get() else {
        return Err(cx.runtime_error("super(): empty __class__ cell"));
    };
    match class.downcast::<Type>() {
        Ok(class) => Ok((class, first)),
        Err(other) => {
            let given = cx.type_name(&other);
            Err(cx.runtime_error(format!("super(): __class__ is not a type ({given})")))
        }
    }
}
