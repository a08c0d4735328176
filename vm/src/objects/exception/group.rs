//! `BaseExceptionGroup` and `ExceptionGroup`: several exceptions as one.
//!
//! CPython 3.14: `BaseExceptionGroup_new` and its neighbours (`Objects/exceptions.c`), PEP 654. Tests:
//! `tests/run/exception_group/`. `split` and `subgroup` are in `group_split`.

use std::cell::RefCell;

use taipan_macros::pymethods;

use super::BaseException;
use super::group_split::{self, Matcher};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::native::{Args, MemberDef};
use crate::objects::{List, Str, Tuple, Type};
use crate::value::{Py, Value};

/// The payload of `BaseExceptionGroup` and `ExceptionGroup`.
#[repr(C)]
pub struct BaseExceptionGroup {
    pub base: BaseException,
    pub message: RefCell<Value>,
    pub exceptions: RefCell<Py<Tuple>>,
    /// What `repr` showed of them when they were given, if they were neither a list nor a tuple.
    shown: Option<Py<Str>>,
}

payload!(BaseExceptionGroup: BaseException, traverse);

impl Traverse for BaseExceptionGroup {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.base.traverse(visit);
        visit(&self.message.borrow());
        visit(self.exceptions.borrow().as_value());
    }

    fn clear(&self) {
        self.base.clear();
    }
}

impl BaseExceptionGroup {
    pub(super) const FIELDS: &'static [MemberDef] = &[
        MemberDef {
            name: "message",
            doc: Some("exception message"),
            get: Some(|cx, this| {
                let this: &Py<Self> = crate::native::bind::handle(cx, this)?;
                Ok(this.message.borrow().clone())
            }),
            set: None,
        },
        MemberDef {
            name: "exceptions",
            doc: Some("nested exceptions"),
            get: Some(|cx, this| {
                let this: &Py<Self> = crate::native::bind::handle(cx, this)?;
                Ok(this.exceptions.borrow().to_value())
            }),
            set: None,
        },
    ];
}

#[pymethods]
impl BaseExceptionGroup {
    #[new]
    fn make(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> PyResult<Py<BaseExceptionGroup>> {
        if args.has_keywords() {
            let name = cls.full_name();
            return Err(cx.type_error(format!("{name}.__new__() takes no keyword arguments")));
        }
        let [message, exceptions] = args.positional() else {
            let given = args.positional().len();
            return Err(cx.type_error(format!(
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({given} given)"
            )));
        };
        if message.downcast_ref::<Str>().is_none() {
            let given = cx.type_name_for_argument(message);
            return Err(cx.type_error(format!(
                "BaseExceptionGroup.__new__() argument 1 must be str, not {given}"
            )));
        }
        if !cx.is_sequence(exceptions) {
            return Err(cx.type_error("second argument (exceptions) must be a sequence"));
        }
        let has_known_repr = exceptions.downcast_ref::<List>().is_some()
            || exceptions.downcast_ref::<Tuple>().is_some();
        let shown = match has_known_repr {
            true => None,
            false => Some(cx.repr(exceptions)?),
        };
        let items = cx.tuple_from(exceptions)?;
        if items.length() == 0 {
            return Err(cx.value_error("second argument (exceptions) must be a non-empty sequence"));
        }
        let types = cx.types();
        let mut all_exceptions = true;
        for (index, item) in items.as_slice().iter().enumerate() {
            if item.downcast_ref::<BaseException>().is_none() {
                return Err(cx.value_error(format!(
                    "Item {index} of second argument (exceptions) is not an exception"
                )));
            }
            all_exceptions &= cx.class_of(item).is_subtype(&types.exception);
        }
        let mut class = cls;
        if cls.is(&types.base_exception_group) {
            if all_exceptions {
                class = &types.exception_group;
            }
        } else if !all_exceptions && cls.is(&types.exception_group) {
            return Err(cx.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        } else if !all_exceptions && cls.is_subtype(&types.exception) {
            let name = cls.full_name();
            return Err(cx.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
        }
        let group = BaseExceptionGroup {
            base: BaseException::new(cx.new_tuple_from(args.positional())),
            message: RefCell::new(message.clone()),
            exceptions: RefCell::new(items),
            shown,
        };
        Ok(cx.heap().allocate(class, group))
    }

    #[init]
    fn init(this: &Py<BaseExceptionGroup>, cx: &Ctx, args: Args<'_>) -> PyResult<()> {
        let args = BaseException::positional(cx, this.header().class(), args)?;
        this.base.set_args(cx, args);
        Ok(())
    }

    fn __str__(&self, cx: &Ctx) -> PyResult<Py<Str>> {
        let message = self.message.borrow().clone();
        let count = self.exceptions.borrow().length();
        let plural = if count == 1 { "" } else { "s" };
        let mut text = cx.str(&message)?.as_wtf8().to_owned();
        text.push_str(&format!(" ({count} sub-exception{plural})"));
        cx.new_str(&*text)
    }

    fn __repr__(this: &Py<BaseExceptionGroup>, cx: &Ctx) -> PyResult<String> {
        let name = this.header().class().name().to_string_lossy().into_owned();
        let message = this.message.borrow().clone();
        let exceptions = this.exceptions.borrow().clone();
        let args = this.base.args.borrow().clone();
        let shown = match (&this.shown, args.as_slice()) {
            (Some(shown), _) => shown.clone(),
            // The argument's own kind of sequence shows, if it was a list.
            (None, [_, given]) if given.downcast_ref::<List>().is_some() => {
                let list = cx.new_list(exceptions.as_slice().to_vec());
                cx.repr(list.as_value())?
            }
            _ => cx.repr(exceptions.as_value())?,
        };
        Ok(format!(
            "{name}({}, {})",
            cx.repr(&message)?.to_string_lossy(),
            shown.to_string_lossy()
        ))
    }

    #[pymethod(signature = (excs, /), text_signature = "($self, excs, /)")]
    fn derive(this: &Py<BaseExceptionGroup>, cx: &Ctx, excs: &Value) -> PyResult<Value> {
        let message = this.message.borrow().clone();
        cx.call(
            cx.types().base_exception_group.as_value(),
            &[message, excs.clone()],
        )
    }

    #[pymethod(signature = (matcher_value, /), text_signature = "($self, matcher_value, /)")]
    fn split(this: &Py<BaseExceptionGroup>, cx: &Ctx, matcher_value: &Value) -> PyResult<Value> {
        let matcher = Matcher::of(cx, matcher_value)?;
        let parts = group_split::split(cx, this.as_value(), &matcher)?;
        let or_none = |part: Option<Value>| part.unwrap_or(Value::NONE);
        let pair = vec![or_none(parts.matching), or_none(parts.rest)];
        Ok(cx.new_tuple(pair).into_value())
    }

    #[pymethod(signature = (matcher_value, /), text_signature = "($self, matcher_value, /)")]
    fn subgroup(this: &Py<BaseExceptionGroup>, cx: &Ctx, matcher_value: &Value) -> PyResult<Value> {
        let matcher = Matcher::of(cx, matcher_value)?;
        let matching = group_split::subgroup(cx, this.as_value(), &matcher)?;
        Ok(matching.unwrap_or(Value::NONE))
    }

    /// See PEP 585
    #[classmethod(text_signature = "($type, object, /)")]
    fn __class_getitem__(cls: &Py<Type>, cx: &Ctx, item: &Value) -> Value {
        cx.new_generic_alias(cls.as_value(), item)
    }
}
