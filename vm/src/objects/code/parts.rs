//! Code objects whose constants and names are objects already: from `marshal`, `code.replace` and `types.CodeType`.
//!
//! CPython: `PyUnstable_Code_New`, `intern_strings` and `intern_constants` in `Objects/codeobject.c`. Any object can be a constant.
//! Invariant: `source` of such a code object has no constants.

use std::sync::Arc;

use taipan_compiler::code_object::{CodeObject, Name};
use taipan_compiler::constant::is_name_like;

use super::Code;
use super::views::View;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::set::SetData;
use crate::objects::{FrozenSet, Str, Tuple};
use crate::value::{Py, Value};

/// What goes into a code object as it is.
pub(crate) struct CodeParts {
    pub(crate) consts: Py<Tuple>,
    pub(crate) names: Py<Tuple>,
    pub(crate) localsplusnames: Py<Tuple>,
    pub(crate) localspluskinds: Option<Value>,
    pub(crate) linetable: Value,
    pub(crate) exceptiontable: Value,
}

impl Ctx {
    /// Makes a code object of objects; `source` has the same, but for the constants.
    ///
    /// # Errors
    /// `MemoryError`; `SystemError` for a name that is no string.
    pub(crate) fn new_code_of_parts(
        &self,
        mut source: CodeObject,
        parts: CodeParts,
    ) -> PyResult<Py<Code>> {
        source.consts = Arc::from([]);
        let code = self.new_code(source)?;
        let views = code.views.get_or_init(Box::default);
        let consts = self.interned_constants(&parts.consts)?;
        views.keep(View::Consts, consts.into_value());
        let names = self.interned_names(&parts.names)?;
        views.keep(View::Names, names.into_value());
        let names = self.interned_names(&parts.localsplusnames)?;
        views.keep(View::LocalsPlusNames, names.into_value());
        if let Some(kinds) = parts.localspluskinds {
            views.keep(View::LocalsPlusKinds, kinds);
        }
        views.keep(View::Linetable, parts.linetable);
        views.keep(View::Exceptiontable, parts.exceptiontable);
        Ok(code)
    }

    /// The tuple, if all in it are interned; else one of interned strings.
    fn interned_names(&self, names: &Py<Tuple>) -> PyResult<Py<Tuple>> {
        let is_interned = |name: &Value| {
            name.downcast_ref::<Str>()
                .is_some_and(|name| name.is_interned())
        };
        if names.as_slice().iter().all(is_interned) {
            return Ok(names.clone());
        }
        let interned = |name: &Value| match name.downcast_ref::<Str>() {
            Some(text) => Ok(self.intern_object(text).into_value()),
            None => Err(self.system_error("non-string found in code slot")),
        };
        let items: PyResult<Vec<_>> = names.as_slice().iter().map(interned).collect();
        Ok(self.new_tuple(items?))
    }

    /// The same constants with names and what looks like one interned.
    fn interned_constants(&self, constants: &Py<Tuple>) -> PyResult<Py<Tuple>> {
        let mut items = Vec::new();
        for (index, constant) in constants.as_slice().iter().enumerate() {
            let Some(interned) = self.recurse(|| self.interned_constant(constant))? else {
                continue;
            };
            if items.is_empty() {
                items = constants.as_slice().to_vec();
            }
            items[index] = interned;
        }
        if items.is_empty() {
            return Ok(constants.clone());
        }
        Ok(self.new_tuple(items))
    }

    /// What stands for a constant in which something has to be interned; nothing for others.
    fn interned_constant(&self, constant: &Value) -> PyResult<Option<Value>> {
        let (class, types) = (self.class_of(constant), self.types());
        if ![&types.str, &types.tuple, &types.frozenset]
            .iter()
            .any(|exact| class.is(exact))
        {
            return Ok(None);
        }
        if let Some(text) = constant.downcast_ref::<Str>() {
            let is_to_be = !text.is_interned() && is_name_like(text.as_wtf8());
            return Ok(is_to_be.then(|| self.intern_object(text).into_value()));
        }
        if let Some(tuple) = constant.downcast_ref::<Tuple>() {
            let interned = self.interned_constants(tuple)?;
            return Ok((!interned.is(tuple)).then(|| interned.into_value()));
        }
        if let Some(set) = constant.downcast_ref::<FrozenSet>() {
            let keys = self.new_tuple(set.data.keys());
            let interned = self.interned_constants(&keys)?;
            if !interned.is(&keys) {
                let data = SetData::default();
                for key in interned.as_slice() {
                    data.add(self, key)?;
                }
                return Ok(Some(self.new_frozenset(data).into_value()));
            }
        }
        Ok(None)
    }

    /// The compiler's form of names. Identifiers are valid Unicode; what else a program makes up is replaced.
    pub(super) fn code_names(&self, names: &Py<Tuple>) -> PyResult<Vec<Name>> {
        let text = |name: &Value| match name.downcast_ref::<Str>() {
            Some(name) => Ok(Arc::from(&*name.to_string_lossy())),
            None => Err(self.not_a_name(name)),
        };
        names.as_slice().iter().map(text).collect()
    }

    fn not_a_name(&self, name: &Value) -> PyErr {
        self.type_error(format!(
            "name tuples must contain only strings, not '{}'",
            self.type_name(name)
        ))
    }
}
