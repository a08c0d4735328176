//! Which way an object goes into a pickle.
//!
//! CPython 3.14: `save`, `dump` (`Modules/_pickle.c`). The order of the checks is visible: types of the first group are
//! never memoised, those of the second never reach `reducer_override`.

use std::collections::HashMap;

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::function::Function;
use taipan_vm::objects::{ByteArray, Bytes, Dict, FrozenSet, List, Set, Str, Tuple, Type};
use taipan_vm::value::{Kind, Py, Value};

use super::memo::Written;
use super::opcodes::{
    BINGET, BINPERSID, BINPUT, GET, LONG_BINGET, LONG_BINPUT, MEMOIZE, PERSID, PROTO, PUT, STOP,
};
use super::output::Output;
use super::pickle_buffer::PickleBuffer;
use super::pickler::Settings;
use super::pickling_error;
use super::registry::{Registry, registry};

/// One dump's work.
pub(super) struct Saver<'a> {
    pub(super) cx: &'a Ctx,
    pub(super) out: Output,
    pub(super) memo: Written,
    pub(super) protocol: u8,
    pub(super) fix_imports: bool,
    pub(super) buffer_callback: Option<Value>,
    pub(super) persistent_id: Option<Value>,
    pub(super) reducer_override: Option<Value>,
    pub(super) dispatch_table: Option<Value>,
    pub(super) registry: Registry,
    /// Nothing is memoised: circles cannot be pickled.
    pub(super) is_fast: bool,
    /// How deep containers are nested in fast mode, and those that are being saved.
    pub(super) fast_nesting: usize,
    pub(super) fast_running: HashMap<u64, ()>,
}

/// Whether the next object may have a persistent id: not if it is one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Persistence {
    Ask,
    Skip,
}

impl<'a> Saver<'a> {
    /// # Errors
    /// What importing `copyreg` raises.
    pub(super) fn new(cx: &'a Ctx, settings: &Settings, write: Option<Value>) -> PyResult<Self> {
        Ok(Self {
            cx,
            out: Output::new(write),
            memo: Written::default(),
            protocol: settings.protocol,
            fix_imports: settings.fix_imports,
            buffer_callback: settings.buffer_callback.clone(),
            persistent_id: None,
            reducer_override: None,
            dispatch_table: None,
            registry: registry(cx)?,
            is_fast: false,
            fast_nesting: 0,
            fast_running: HashMap::new(),
        })
    }

    pub(super) fn is_binary(&self) -> bool {
        self.protocol > 0
    }

    /// # Errors
    /// `PicklingError`, or what any code of the objects raises.
    pub(super) fn dump(&mut self, object: &Value) -> PyResult<()> {
        if self.protocol >= 2 {
            self.out.put(&[PROTO, self.protocol]);
        }
        if self.protocol >= 4 {
            self.out.start_framing();
        }
        self.save(object)?;
        self.out.op(STOP);
        self.out.end_framing();
        Ok(())
    }

    /// # Errors
    /// As for [`Saver::dump`].
    pub(super) fn save(&mut self, object: &Value) -> PyResult<()> {
        self.save_with(object, Persistence::Ask)
    }

    fn save_with(&mut self, object: &Value, persistence: Persistence) -> PyResult<()> {
        self.cx.check_native_stack(" while pickling an object")?;
        self.out.boundary(self.cx)?;
        if persistence == Persistence::Ask
            && let Some(method) = self.persistent_id.clone()
        {
            let id = self.cx.call(&method, std::slice::from_ref(object))?;
            if !id.is_none() {
                return self.save_persistent_id(&id);
            }
        }
        match object.kind() {
            Kind::None => return self.save_none(),
            Kind::Bool(truth) => return self.save_bool(truth),
            Kind::Small(number) => return self.save_small_int(number),
            Kind::Float(number) => return self.save_float(number),
            Kind::Ellipsis | Kind::NotImplemented => return self.save_other(object),
            Kind::Heap(_) => {}
        }
        let types = self.cx.types();
        let class = self.cx.class_of(object).clone();
        if class.is(&types.int) {
            return self.save_large_int(object);
        }
        if class.is(&types.float) {
            return self.save_float(object.as_float().unwrap_or(0.0));
        }
        if let Some(number) = self.memo.get(object) {
            self.get_memoized(number);
            return Ok(());
        }
        if class.is(&types.str)
            && let Some(text) = object.downcast_ref::<Str>()
        {
            return self.save_str(text);
        }
        if class.is(&types.tuple)
            && let Some(tuple) = object.downcast_ref::<Tuple>()
        {
            return self.save_tuple(tuple);
        }
        if class.is(&types.dict)
            && let Some(dict) = object.downcast_ref::<Dict>()
        {
            return self.save_dict(dict);
        }
        if class.is(&types.list)
            && let Some(list) = object.downcast_ref::<List>()
        {
            return self.save_list(list);
        }
        if class.is(&types.bytes)
            && let Some(bytes) = object.downcast_ref::<Bytes>()
        {
            return self.save_bytes(bytes);
        }
        if class.is(&types.set)
            && let Some(set) = object.downcast_ref::<Set>()
        {
            return self.save_set(set);
        }
        if class.is(&types.frozenset)
            && let Some(set) = object.downcast_ref::<FrozenSet>()
        {
            return self.save_frozenset(set);
        }
        if class.is(&types.bytearray)
            && let Some(bytes) = object.downcast_ref::<ByteArray>()
        {
            return self.save_bytearray(bytes);
        }
        if let Some(buffer) = object.downcast_ref::<PickleBuffer>() {
            return self.save_pickle_buffer(buffer);
        }
        self.save_other(object)
    }

    /// An object that says itself how it is made again.
    fn save_other(&mut self, object: &Value) -> PyResult<()> {
        if let Some(number) = self.memo.get(object) {
            self.get_memoized(number);
            return Ok(());
        }
        let Some(reduced) = self.reduced(object)? else {
            return Ok(());
        };
        if reduced.downcast_ref::<Str>().is_some() {
            return self.save_global(object, Some(&reduced));
        }
        let result = match reduced.downcast_ref::<Tuple>() {
            Some(parts) => self.save_reduce(parts.as_slice(), Some(object)),
            None => Err(pickling_error(
                self.cx,
                format!(
                    "__reduce__ must return a string or tuple, not {}",
                    self.class_name(&reduced)?
                ),
            )),
        };
        result.map_err(|error| self.noted(error, object, "object"))
    }

    /// What the object is reduced to; `None` if it is saved already.
    fn reduced(&mut self, object: &Value) -> PyResult<Option<Value>> {
        let cx = self.cx;
        if let Some(method) = self.reducer_override.clone() {
            let reduced = cx.call(&method, std::slice::from_ref(object))?;
            if !reduced.is_not_implemented() {
                return Ok(Some(reduced));
            }
        }
        let class = cx.class_of(object).clone();
        if class.is(&cx.types().type_) {
            self.save_type(object)?;
            return Ok(None);
        }
        if object.downcast_ref::<Function>().is_some() {
            self.save_global(object, None)?;
            return Ok(None);
        }
        let reducer = match &self.dispatch_table {
            None => self.registry.dispatch_table.get(cx, class.as_value())?,
            Some(table) => cx.find_item(table, class.as_value())?,
        };
        if let Some(reducer) = reducer {
            return cx.call(&reducer, std::slice::from_ref(object)).map(Some);
        }
        if object.downcast_ref::<Type>().is_some() {
            self.save_global(object, None)?;
            return Ok(None);
        }
        if let Some(method) = cx.find_attr(object, &cx.names().__reduce_ex__)? {
            let protocol = Value::int32(i32::from(self.protocol));
            return cx.call(&method, &[protocol]).map(Some);
        }
        if let Some(method) = cx.find_attr(object, &cx.names().__reduce__)? {
            return cx.call(&method, &[]).map(Some);
        }
        let name = self.class_name(object)?;
        Err(pickling_error(cx, format!("Can't pickle {name} object")))
    }

    fn save_persistent_id(&mut self, id: &Value) -> PyResult<()> {
        if self.is_binary() {
            self.save_with(id, Persistence::Skip)?;
            self.out.op(BINPERSID);
            return Ok(());
        }
        let text = self.cx.str(id)?;
        if !text.is_ascii() {
            return Err(pickling_error(
                self.cx,
                "persistent IDs in protocol 0 must be ASCII strings",
            ));
        }
        self.out.op(PERSID);
        self.out.put(text.as_wtf8().as_bytes());
        self.out.op(b'\n');
        Ok(())
    }

    /// The class of a value, as messages name it.
    pub(super) fn class_name(&self, value: &Value) -> PyResult<String> {
        let name = self.cx.class_of(value).dotted_name(self.cx)?;
        // The program's own classes go without a module.
        Ok(name.strip_prefix("__main__.").unwrap_or(&name).to_owned())
    }

    /// Notes on an error what was being written.
    #[cold]
    pub(super) fn noted(&self, error: PyErr, object: &Value, part: &str) -> PyErr {
        let note = || -> PyResult<()> {
            let class = self.class_name(object)?;
            self.cx
                .add_note(&error, &format!("when serializing {class} {part}"))
        };
        match note() {
            Ok(()) => error,
            Err(other) => other,
        }
    }

    /// Saves a part of `object`; an error says which.
    ///
    /// # Errors
    /// As for [`Saver::dump`].
    pub(super) fn save_part(&mut self, value: &Value, object: &Value, part: &str) -> PyResult<()> {
        self.save(value)
            .map_err(|error| self.noted(error, object, part))
    }

    /// Notes that the object was written, under the next number.
    pub(super) fn memoize(&mut self, object: &Value) {
        if self.is_fast {
            return;
        }
        let number = self.memo.add(object);
        if self.protocol >= 4 {
            self.out.op(MEMOIZE);
        } else {
            self.numbered(number, PUT, BINPUT, LONG_BINPUT);
        }
    }

    /// Writes a reference to an object that was written before.
    pub(super) fn get_memoized(&mut self, number: usize) {
        self.numbered(number, GET, BINGET, LONG_BINGET);
    }

    fn numbered(&mut self, number: usize, text: u8, short: u8, long: u8) {
        if !self.is_binary() {
            self.out.op(text);
            self.out.put(format!("{number}\n").as_bytes());
        } else if let Ok(byte) = u8::try_from(number) {
            self.out.put(&[short, byte]);
        } else {
            self.out.op(long);
            self.out.put(&(number as u32).to_le_bytes());
        }
    }

    /// If the object got into the memo while its parts were saved, drops those and refers to it.
    pub(super) fn is_saved_meanwhile(&self, object: &Value) -> Option<usize> {
        self.memo.get(object)
    }
}

/// Both parts of a pair that an iterator gave.
pub(super) fn pair<'v>(cx: &Ctx, item: &'v Value) -> PyResult<&'v [Value; 2]> {
    item.downcast_ref::<Tuple>()
        .and_then(|pair: &Py<Tuple>| <&[Value; 2]>::try_from(pair.as_slice()).ok())
        .ok_or_else(|| cx.type_error("dict items iterator must return 2-tuples"))
}
