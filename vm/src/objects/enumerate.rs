//! `enumerate`: items with their numbers.
//!
//! CPython 3.14: `Objects/enumobject.c`. Tests: `tests/run/enumerate/`.

use std::cell::RefCell;

use taipan_macros::{pyclass, pymethods};

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::heap::{Traverse, Visitor};
use crate::native::Args;
use crate::objects::Type;
use crate::protocol::Iter;
use crate::value::{Py, Value};

/// Return an enumerate object.
///
///   iterable
///     an object supporting iteration
///
/// The enumerate object yields pairs containing a count (from start, which
/// defaults to zero) and a value yielded by the iterable argument.
///
/// enumerate is useful for obtaining an indexed list:
///     (0, seq[0]), (1, seq[1]), (2, seq[2]), ...
#[pyclass(
    name = "enumerate",
    subclassable,
    traverse,
    text_signature = "(iterable, start=0)"
)]
pub struct Enumerate {
    items: Iter,
    number: RefCell<Value>,
}

impl Enumerate {
    fn make(cx: &Ctx, cls: &Py<Type>, iterable: &Value, start: Option<&Value>) -> PyResult<Value> {
        let number = match start {
            Some(start) => cx.new_bigint(cx.to_bigint(start)?),
            None => Value::int32(0),
        };
        let payload = Self {
            items: cx.iterator(iterable)?,
            number: RefCell::new(number),
        };
        Ok(cx.heap().allocate(cls, payload).into_value())
    }

    /// The number to hand out; counts on.
    #[inline]
    fn count(&self, cx: &Ctx) -> Value {
        let mut number = self.number.borrow_mut();
        let next = match number.as_small_int() {
            Some(small) => cx.new_int(small + 1),
            None => match number.as_int() {
                Some(big) => cx.new_bigint(big.to_bigint().into_owned() + 1),
                None => Value::int32(0),
            },
        };
        std::mem::replace(&mut *number, next)
    }
}

fn check_name(cx: &Ctx, name: &str, expected: &str) -> PyResult<()> {
    if name == expected {
        return Ok(());
    }
    Err(cx.type_error(format!(
        "'{name}' is an invalid keyword argument for enumerate()"
    )))
}

fn wrong_arguments(cx: &Ctx, given: usize) -> PyErr {
    cx.type_error(if given == 0 {
        "enumerate() missing required argument 'iterable'".to_owned()
    } else {
        format!("enumerate() takes at most 2 arguments ({given} given)")
    })
}

#[pymethods]
impl Enumerate {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Value> {
        let names: Vec<_> = args
            .keywords()
            .map(|(name, value)| (name.to_string_lossy(), value))
            .collect();
        match (args.positional(), &names[..]) {
            ([iterable], []) => Self::make(cx, cls, iterable, None),
            ([iterable, start], []) => Self::make(cx, cls, iterable, Some(start)),
            ([iterable], [(name, start)]) => {
                check_name(cx, name, "start")?;
                Self::make(cx, cls, iterable, Some(start))
            }
            ([], [(name, iterable)]) => {
                check_name(cx, name, "iterable")?;
                Self::make(cx, cls, iterable, None)
            }
            ([], [(first, value), (second, other)]) => {
                let (iterable, start) = if first == "start" {
                    check_name(cx, second, "iterable")?;
                    (other, value)
                } else {
                    check_name(cx, first, "iterable")?;
                    check_name(cx, second, "start")?;
                    (value, other)
                };
                Self::make(cx, cls, iterable, Some(start))
            }
            _ => Err(wrong_arguments(cx, args.values().len())),
        }
    }

    fn __iter__(this: &Value) -> Value {
        this.clone()
    }

    fn __next__(&self, cx: &Ctx) -> PyResult<Option<Value>> {
        match self.items.next(cx)? {
            Some(item) => Ok(Some(cx.new_tuple(vec![self.count(cx), item]).into_value())),
            None => Ok(None),
        }
    }

    /// 'enumerate' objects are generic over the type of their values
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }

    /// Return state information for pickling.
    fn __reduce__(this: &Py<Enumerate>, cx: &Ctx) -> (Value, (Value, Value)) {
        (
            cx.class_of(this.as_value()).to_value(),
            (this.items.value().clone(), this.number.borrow().clone()),
        )
    }
}

impl Traverse for Enumerate {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit(self.items.value());
        visit(&self.number.borrow());
    }
}
