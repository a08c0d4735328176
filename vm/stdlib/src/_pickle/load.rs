//! The pickle machine: its stack, and the loop over its instructions.
//!
//! CPython 3.14: `load`, `Pdata_*`, `_pickle_Unpickler_find_class_impl` (`Modules/_pickle.c`).

use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::objects::{Str, Tuple};
use taipan_vm::value::{Py, Value};

use super::input::Input;
use super::memo::Kept;
use super::opcodes::*;
use super::registry::{Registry, attribute_path, registry};
use super::unpickler::{Settings, Unpickler, unknown_persistent_id};
use super::unpickling_error;

/// The newest protocol that can be read.
const HIGHEST_PROTOCOL: u8 = 5;

/// One load's work.
pub(super) struct Loader<'a> {
    pub(super) cx: &'a Ctx,
    pub(super) settings: &'a Settings,
    pub(super) input: Input,
    pub(super) stack: Vec<Value>,
    /// Heights of the stack at the marks that are open.
    marks: Vec<usize>,
    pub(super) memo: Kept,
    pub(super) protocol: u8,
    pub(super) persistent_load: Option<Value>,
    pub(super) find_class: Option<Value>,
    pub(super) unpickler: Option<Py<Unpickler>>,
}

/// What `find_class` returns if nobody overrides it.
///
/// # Errors
/// What importing raises; `AttributeError` if the module has no such name.
pub(super) fn find_global(
    cx: &Ctx,
    protocol: u8,
    fix_imports: bool,
    module: &Value,
    name: &Value,
) -> PyResult<Value> {
    cx.audit("pickle.find_class", &[module.clone(), name.clone()])?;
    let (mut module, mut name) = (module.clone(), name.clone());
    if protocol < 3 && fix_imports {
        (module, name) = new_names(cx, &registry(cx)?, module, name)?;
    }
    let Some(module_name) = module.downcast_ref::<Str>() else {
        return Err(cx.type_error("module name must be a string"));
    };
    cx.import_module_level(module_name, None, &Value::NONE, 0)?;
    let loaded = cx.get_item(cx.modules().as_value(), &module)?;
    let attribute = cx.attribute_name(&name)?;
    let text = attribute.to_string_lossy();
    if protocol < 4 || !text.contains('.') {
        return cx.get_attr(&loaded, attribute);
    }
    let path: Vec<&str> = text.split('.').collect();
    attribute_path(cx, &loaded, &path).map_err(|error| {
        if !cx.matches(&error, &cx.types().attribute_error) {
            return error;
        }
        match (cx.repr(&name), cx.repr(&module)) {
            (Ok(name), Ok(module)) => cx.attribute_error(format!(
                "Can't resolve path {} on module {}",
                name.to_string_lossy(),
                module.to_string_lossy()
            )),
            (Err(error), _) | (_, Err(error)) => error,
        }
    })
}

/// What Python 3 calls what Python 2 called that.
fn new_names(
    cx: &Ctx,
    registry: &Registry,
    module: Value,
    name: Value,
) -> PyResult<(Value, Value)> {
    let key = cx.new_tuple(vec![module.clone(), name.clone()]);
    if let Some(new) = registry.name_mapping.get(cx, key.as_value())? {
        let Some([module, name]) = new.downcast_ref::<Tuple>().map(|pair| pair.as_slice()) else {
            return Err(cx.runtime_error(format!(
                "_compat_pickle.NAME_MAPPING values should be 2-tuples, not {}",
                cx.type_name(&new)
            )));
        };
        return Ok((module.clone(), name.clone()));
    }
    match registry.import_mapping.get(cx, &module)? {
        Some(new) if new.downcast_ref::<Str>().is_some() => Ok((new, name)),
        Some(new) => Err(cx.runtime_error(format!(
            "_compat_pickle.IMPORT_MAPPING values should be strings, not {}",
            cx.type_name(&new)
        ))),
        None => Ok((module, name)),
    }
}

impl<'a> Loader<'a> {
    pub(super) fn new(cx: &'a Ctx, settings: &'a Settings, input: Input) -> Self {
        Self {
            cx,
            settings,
            input,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: Kept::default(),
            protocol: 0,
            persistent_load: None,
            find_class: None,
            unpickler: None,
        }
    }

    /// # Errors
    /// `UnpicklingError`, `EOFError`, or what the code of the objects raises.
    pub(super) fn load(&mut self) -> PyResult<Value> {
        let cx = self.cx;
        loop {
            let opcode = match self.input.read(cx, 1) {
                Ok(byte) => byte[0],
                Err(error) => return Err(self.no_more(error)),
            };
            if opcode == STOP {
                break;
            }
            self.run(opcode)?;
        }
        self.input.skip_consumed(cx)?;
        self.pop()
    }

    fn no_more(&self, error: PyErr) -> PyErr {
        let cx = self.cx;
        match super::subclass(cx, "_pickle.UnpicklingError") {
            Ok(class) if cx.matches(&error, &class) => cx.eof_error("Ran out of input"),
            Ok(_) => error,
            Err(other) => other,
        }
    }

    pub(super) fn failed(&self, message: impl AsRef<str>) -> PyErr {
        unpickling_error(self.cx, message)
    }

    /// The height below which nothing may be taken.
    pub(super) fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    #[cold]
    pub(super) fn underflow(&self) -> PyErr {
        self.failed(if self.marks.is_empty() {
            "unpickling stack underflow"
        } else {
            "unexpected MARK found"
        })
    }

    pub(super) fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// # Errors
    /// `UnpicklingError` if there is nothing above the last mark.
    pub(super) fn pop(&mut self) -> PyResult<Value> {
        if self.stack.len() <= self.fence() {
            return Err(self.underflow());
        }
        self.stack.pop().ok_or_else(|| self.underflow())
    }

    /// # Errors
    /// `UnpicklingError` if there is nothing above the last mark.
    pub(super) fn top(&self) -> PyResult<&Value> {
        match self.stack.last() {
            Some(top) if self.stack.len() > self.fence() => Ok(top),
            _ => Err(self.underflow()),
        }
    }

    /// Closes the last mark; returns the height of the stack when it was set.
    ///
    /// # Errors
    /// `UnpicklingError` if there is none.
    pub(super) fn mark(&mut self) -> PyResult<usize> {
        match self.marks.pop() {
            Some(mark) => Ok(mark),
            None => Err(self.failed("could not find MARK")),
        }
    }

    /// What was pushed since the last mark.
    ///
    /// # Errors
    /// `UnpicklingError` if there is none.
    pub(super) fn pop_mark(&mut self) -> PyResult<Vec<Value>> {
        let mark = self.mark()?;
        Ok(self.stack.split_off(mark))
    }

    /// # Errors
    /// What the class's module or an override of `find_class` raises.
    pub(super) fn global(&mut self, module: &Value, name: &Value) -> PyResult<Value> {
        if let Some(unpickler) = &self.unpickler {
            unpickler.set_protocol(self.protocol);
        }
        match &self.find_class {
            Some(method) => self.cx.call(method, &[module.clone(), name.clone()]),
            None => find_global(
                self.cx,
                self.protocol,
                self.settings.fix_imports,
                module,
                name,
            ),
        }
    }

    pub(super) fn persistent(&mut self, id: Value) -> PyResult<()> {
        let object = match &self.persistent_load {
            Some(method) => self.cx.call(method, &[id])?,
            None => return Err(unknown_persistent_id(self.cx)),
        };
        self.push(object);
        Ok(())
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> PyResult<[u8; N]> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.input.read(self.cx, N)?);
        Ok(bytes)
    }

    fn run(&mut self, opcode: u8) -> PyResult<()> {
        match opcode {
            NONE => self.push(Value::NONE),
            NEWTRUE => self.push(Value::TRUE),
            NEWFALSE => self.push(Value::FALSE),
            BININT => {
                let number = i32::from_le_bytes(self.bytes()?);
                self.push(Value::int32(number));
            }
            BININT1 => {
                let [byte] = self.bytes()?;
                self.push(Value::int32(i32::from(byte)));
            }
            BININT2 => {
                let number = u16::from_le_bytes(self.bytes()?);
                self.push(Value::int32(i32::from(number)));
            }
            INT => self.load_int()?,
            LONG => self.load_long()?,
            LONG1 => {
                let [length] = self.bytes()?;
                self.load_counted_long(usize::from(length))?;
            }
            LONG4 => {
                let length = i32::from_le_bytes(self.bytes()?);
                let Ok(length) = usize::try_from(length) else {
                    return Err(self.failed("LONG pickle has negative byte count"));
                };
                self.load_counted_long(length)?;
            }
            FLOAT => self.load_float()?,
            BINFLOAT => {
                let number = f64::from_be_bytes(self.bytes()?);
                let number = self.cx.new_float(number);
                self.push(number);
            }
            SHORT_BINBYTES | BINBYTES | BINBYTES8 => {
                let length = self.length(opcode)?;
                self.load_bytes(length)?;
            }
            BYTEARRAY8 => {
                let length = self.length(opcode)?;
                self.load_bytearray(length)?;
            }
            SHORT_BINUNICODE | BINUNICODE | BINUNICODE8 => {
                let length = self.length(opcode)?;
                self.load_text(length)?;
            }
            UNICODE => self.load_unicode()?,
            STRING => self.load_string()?,
            BINSTRING => {
                let length = i32::from_le_bytes(self.bytes()?);
                let Ok(length) = usize::try_from(length) else {
                    return Err(self.failed("BINSTRING pickle has negative byte count"));
                };
                self.load_old_string(length)?;
            }
            SHORT_BINSTRING => {
                let [length] = self.bytes()?;
                self.load_old_string(usize::from(length))?;
            }
            MARK => self.marks.push(self.stack.len()),
            EMPTY_TUPLE => self.push_tuple(Vec::new()),
            TUPLE1 => self.load_tuple(1)?,
            TUPLE2 => self.load_tuple(2)?,
            TUPLE3 => self.load_tuple(3)?,
            TUPLE => {
                let items = self.pop_mark()?;
                self.push_tuple(items);
            }
            EMPTY_LIST => {
                let list = self.cx.new_list(Vec::new());
                self.push(list.into_value());
            }
            LIST => {
                let items = self.pop_mark()?;
                let list = self.cx.new_list(items);
                self.push(list.into_value());
            }
            EMPTY_DICT => {
                let dict = self.cx.new_dict();
                self.push(dict.into_value());
            }
            DICT => self.load_dict()?,
            EMPTY_SET => self.load_empty_set(),
            FROZENSET => self.load_frozenset()?,
            ADDITEMS => self.load_additems()?,
            APPEND => self.append_from(self.stack.len().wrapping_sub(1))?,
            APPENDS => {
                let mark = self.mark()?;
                self.append_from(mark)?;
            }
            SETITEM => self.set_from(self.stack.len().wrapping_sub(2))?,
            SETITEMS => {
                let mark = self.mark()?;
                self.set_from(mark)?;
            }
            BINGET => {
                let [number] = self.bytes()?;
                self.get(usize::from(number))?;
            }
            LONG_BINGET => {
                let number = u32::from_le_bytes(self.bytes()?);
                self.get(number as usize)?;
            }
            GET => self.load_get()?,
            MEMOIZE => self.put(self.memo.count())?,
            BINPUT => {
                let [number] = self.bytes()?;
                self.put(usize::from(number))?;
            }
            LONG_BINPUT => {
                let number = u32::from_le_bytes(self.bytes()?);
                self.put(number as usize)?;
            }
            PUT => self.load_put()?,
            POP => self.load_pop()?,
            POP_MARK => drop(self.pop_mark()?),
            DUP => {
                let top = self.top()?.clone();
                self.push(top);
            }
            GLOBAL => self.load_global()?,
            STACK_GLOBAL => self.load_stack_global()?,
            EXT1 => {
                let [code] = self.bytes()?;
                self.load_extension(i64::from(code))?;
            }
            EXT2 => {
                let code = u16::from_le_bytes(self.bytes()?);
                self.load_extension(i64::from(code))?;
            }
            EXT4 => {
                let code = i32::from_le_bytes(self.bytes()?);
                self.load_extension(i64::from(code))?;
            }
            NEWOBJ => self.load_newobj()?,
            NEWOBJ_EX => self.load_newobj_ex()?,
            REDUCE => self.load_reduce()?,
            BUILD => self.load_build()?,
            INST => self.load_inst()?,
            OBJ => self.load_obj()?,
            PERSID => {
                let line = self.input.line(self.cx)?;
                if !line.is_ascii() {
                    return Err(self.failed("persistent IDs in protocol 0 must be ASCII strings"));
                }
                let id = self.cx.new_str(&*String::from_utf8_lossy(&line))?;
                self.persistent(id.into_value())?;
            }
            BINPERSID => {
                let id = self.pop()?;
                self.persistent(id)?;
            }
            PROTO => {
                let [protocol] = self.bytes()?;
                if protocol > HIGHEST_PROTOCOL {
                    return Err(self
                        .cx
                        .value_error(format!("unsupported pickle protocol: {protocol}")));
                }
                self.protocol = protocol;
            }
            FRAME => {
                let length = u64::from_le_bytes(self.bytes()?);
                match isize::try_from(length) {
                    Ok(length) => self.input.enter_frame(self.cx, length as usize)?,
                    Err(_) => {
                        return Err(self.cx.overflow_error(format!(
                            "FRAME length exceeds system's maximum of {} bytes",
                            isize::MAX
                        )));
                    }
                }
            }
            NEXT_BUFFER => self.load_next_buffer()?,
            READONLY_BUFFER => self.load_readonly_buffer()?,
            unknown @ 0x20..=0x7E if unknown != b'\'' && unknown != b'\\' => {
                let message = format!("invalid load key, '{}'.", char::from(unknown));
                return Err(self.failed(message));
            }
            unknown => {
                return Err(self.failed(format!("invalid load key, '\\x{unknown:02x}'.")));
            }
        }
        Ok(())
    }
}
