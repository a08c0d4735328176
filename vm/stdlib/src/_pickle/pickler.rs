//! `Pickler`.

use std::cell::{Cell, RefCell};

use taipan_macros::{pyclass, pymethods};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::heap::{Traverse, Visitor};
use taipan_vm::native::Args;
use taipan_vm::objects::{NativeFunction, Str, Type};
use taipan_vm::value::{Py, Value};

use super::memo::{PicklerMemoProxy, Written};
use super::pickling_error;
use super::save::Saver;

const HIGHEST_PROTOCOL: i64 = 5;
const DEFAULT_PROTOCOL: i64 = 5;

/// What the arguments of `Pickler` and `dump` say.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) protocol: u8,
    pub(super) fix_imports: bool,
    pub(super) buffer_callback: Option<Value>,
}

impl Settings {
    /// # Errors
    /// `ValueError` if the protocol does not exist or has no buffers; `TypeError` if it is no integer.
    pub(super) fn new(
        cx: &Ctx,
        protocol: Option<&Value>,
        fix_imports: bool,
        buffer_callback: Option<&Value>,
    ) -> PyResult<Self> {
        let protocol = match protocol {
            None => DEFAULT_PROTOCOL,
            Some(value) => cx.to_index_size(value)? as i64,
        };
        let protocol = match protocol {
            ..0 => HIGHEST_PROTOCOL,
            0..=HIGHEST_PROTOCOL => protocol,
            _ => {
                return Err(
                    cx.value_error(format!("pickle protocol must be <= {HIGHEST_PROTOCOL}"))
                );
            }
        };
        if buffer_callback.is_some() && protocol < 5 {
            return Err(cx.value_error("buffer_callback needs protocol >= 5"));
        }
        Ok(Self {
            protocol: protocol as u8,
            fix_imports: fix_imports && protocol < 3,
            buffer_callback: buffer_callback.cloned(),
        })
    }
}

/// `file.write`.
///
/// # Errors
/// `TypeError` if there is none.
pub(super) fn write_method(cx: &Ctx, file: &Value) -> PyResult<Value> {
    match cx.find_attr(file, &cx.names().write)? {
        Some(write) => Ok(write),
        None => Err(cx.type_error("file must have a 'write' attribute")),
    }
}

/// This takes a binary file for writing a pickle data stream.
///
/// The optional *protocol* argument tells the pickler to use the given
/// protocol; supported protocols are 0, 1, 2, 3, 4 and 5. The default
/// protocol is 5; a negative one selects the highest.
///
/// The *file* argument must have a write() method that accepts a single
/// bytes argument.
///
/// If *fix_imports* is True and protocol is less than 3, pickle will try
/// to map the new Python 3 names to the old module names used in Python 2,
/// so that the pickle data stream is readable with Python 2.
///
/// If *buffer_callback* is not None, then it can be called any number of
/// times with a buffer view. If it returns a false value, the given buffer
/// is out-of-band; otherwise it is serialized in-band.
#[pyclass(
    name = "Pickler",
    module = "_pickle",
    subclassable,
    traverse,
    text_signature = "(file, protocol=None, fix_imports=True, buffer_callback=None)"
)]
pub(super) struct Pickler {
    setup: RefCell<Option<(Settings, Value)>>,
    memo: RefCell<Written>,
    dispatch_table: RefCell<Option<Value>>,
    /// What a program stored as `persistent_id`.
    persistent_id: RefCell<Option<Value>>,
    fast: Cell<i32>,
    is_running: Cell<bool>,
}

impl Traverse for Pickler {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some((settings, write)) = self.setup.borrow().as_ref() {
            settings.buffer_callback.iter().for_each(&mut *visit);
            visit(write);
        }
        self.memo.borrow().visit(visit);
        self.dispatch_table.borrow().iter().for_each(&mut *visit);
        self.persistent_id.borrow().iter().for_each(visit);
    }

    fn clear(&self) {
        drop(self.setup.take());
        drop(self.memo.take());
        drop(self.dispatch_table.take());
        drop(self.persistent_id.take());
    }
}

impl Pickler {
    fn check_idle(&self, cx: &Ctx) -> PyResult<()> {
        if self.is_running.get() {
            return Err(cx.runtime_error("Pickler object is already used"));
        }
        Ok(())
    }

    /// # Errors
    /// `RuntimeError` while it pickles.
    pub(super) fn memo_copy(&self, cx: &Ctx) -> PyResult<Written> {
        self.check_idle(cx)?;
        Ok(self.memo.borrow().clone())
    }

    /// # Errors
    /// `RuntimeError` while it pickles.
    pub(super) fn set_memo_to(&self, cx: &Ctx, memo: Written) -> PyResult<()> {
        self.check_idle(cx)?;
        drop(self.memo.replace(memo));
        Ok(())
    }

    /// The method `persistent_id`, unless it is the one below.
    fn persistent_method(this: &Py<Self>, cx: &Ctx) -> PyResult<Option<Value>> {
        let method = cx.get_attr(this.as_value(), &cx.intern("persistent_id"))?;
        let is_own = method
            .downcast_ref::<NativeFunction>()
            .is_some_and(|function| {
                function.def.name == "persistent_id" && function.receiver.is(this.as_value())
            });
        Ok((!is_own).then_some(method))
    }
}

#[pymethods]
impl Pickler {
    #[new]
    fn new(cx: &Ctx, cls: &Py<Type>, args: Args<'_>) -> Py<Pickler> {
        let _ = args;
        let payload = Pickler {
            setup: RefCell::default(),
            memo: RefCell::default(),
            dispatch_table: RefCell::default(),
            persistent_id: RefCell::default(),
            fast: Cell::new(0),
            is_running: Cell::new(false),
        };
        cx.heap().allocate(cls, payload)
    }

    #[init(signature = (file, protocol = None, fix_imports = true, buffer_callback = None))]
    fn init(
        this: &Py<Pickler>,
        cx: &Ctx,
        file: &Value,
        protocol: Option<&Value>,
        fix_imports: bool,
        buffer_callback: Option<&Value>,
    ) -> PyResult<()> {
        this.check_idle(cx)?;
        drop(this.setup.take());
        let settings = Settings::new(cx, protocol, fix_imports, buffer_callback)?;
        let write = write_method(cx, file)?;
        this.fast.set(0);
        drop(this.memo.take());
        let table = cx.find_attr(this.as_value(), &cx.intern("dispatch_table"))?;
        drop(this.dispatch_table.replace(table));
        drop(this.setup.replace(Some((settings, write))));
        Ok(())
    }

    /// Write a pickled representation of the given object to the open file.
    fn dump(this: &Py<Pickler>, cx: &Ctx, obj: &Value) -> PyResult<()> {
        this.check_idle(cx)?;
        let setup = this.setup.borrow().clone();
        let Some((settings, write)) = setup else {
            let name = cx.type_name(this.as_value());
            return Err(pickling_error(
                cx,
                format!("Pickler.__init__() was not called by {name}.__init__()"),
            ));
        };
        let mut saver = Saver::new(cx, &settings, Some(write))?;
        saver.persistent_id = Pickler::persistent_method(this, cx)?;
        saver.reducer_override = cx.find_attr(this.as_value(), &cx.intern("reducer_override"))?;
        saver.dispatch_table = this.dispatch_table.borrow().clone();
        saver.is_fast = this.fast.get() != 0;
        saver.memo = this.memo.take();
        this.is_running.set(true);
        let result = saver.dump(obj);
        let result = result.and_then(|()| saver.out.flush(cx));
        this.is_running.set(false);
        drop(this.memo.replace(std::mem::take(&mut saver.memo)));
        result
    }

    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    fn clear_memo(&self, cx: &Ctx) -> PyResult<()> {
        self.set_memo_to(cx, Written::default())
    }

    /// The id of an object that is stored elsewhere: none, unless a subclass says otherwise.
    #[pymethod(text_signature = "($self, obj, /)")]
    fn persistent_id(&self, obj: &Value) {
        let _ = obj;
    }

    fn __sizeof__(&self) -> usize {
        size_of::<Self>()
    }

    #[getter]
    fn memo(this: &Py<Pickler>, cx: &Ctx) -> Py<PicklerMemoProxy> {
        let payload = PicklerMemoProxy {
            pickler: this.clone(),
        };
        cx.heap()
            .allocate(&cx.native_class(PicklerMemoProxy::class()), payload)
    }

    #[setter]
    fn set_memo(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("attribute deletion is not supported"));
        };
        let memo = Written::from_value(cx, value)?;
        self.set_memo_to(cx, memo)
    }

    #[member]
    fn bin(&self) -> i32 {
        let setup = self.setup.borrow();
        i32::from(
            setup
                .as_ref()
                .is_some_and(|(settings, _)| settings.protocol > 0),
        )
    }

    #[member]
    fn fast(&self) -> i32 {
        self.fast.get()
    }

    #[setter]
    fn set_fast(&self, cx: &Ctx, value: Option<&Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("can't delete numeric/char attribute"));
        };
        let number = cx.to_index_size(value)?;
        self.fast.set(i32::from(number != 0));
        Ok(())
    }

    #[member]
    fn dispatch_table(&self, cx: &Ctx) -> PyResult<Value> {
        match self.dispatch_table.borrow().as_ref() {
            Some(table) => Ok(table.clone()),
            None => {
                Err(cx
                    .attribute_error("'_pickle.Pickler' object has no attribute 'dispatch_table'"))
            }
        }
    }

    #[setter]
    fn set_dispatch_table(&self, value: Option<&Value>) {
        drop(self.dispatch_table.replace(value.cloned()));
    }

    fn __getattribute__(this: &Py<Pickler>, cx: &Ctx, name: &Py<Str>) -> PyResult<Option<Value>> {
        if name.as_wtf8() == "persistent_id" {
            let stored = this.persistent_id.borrow().clone();
            if stored.is_some() {
                return Ok(stored);
            }
        }
        cx.generic_get_attr(this.as_value(), name)
    }

    fn __setattr__(
        this: &Py<Pickler>,
        cx: &Ctx,
        name: &Py<Str>,
        value: Option<&Value>,
    ) -> PyResult<()> {
        if name.as_wtf8() == "persistent_id" {
            drop(this.persistent_id.replace(value.cloned()));
            return Ok(());
        }
        cx.generic_set_attr(this.as_value(), name, value)
    }
}
