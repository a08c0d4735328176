//! `dict_keys`, `dict_values` and `dict_items`: what a dict holds, always up to date.

use taipan_macros::{pyclass, pymethods};

use super::view_sets::view_set_methods;
use super::{
    Dict, DictItemIterator, DictKeyIterator, DictReverseItemIterator, DictReverseKeyIterator,
    DictReverseValueIterator, DictValueIterator,
};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::{Traverse, Visitor};
use crate::objects::{Str, Tuple};
use crate::value::{Py, Value};

macro_rules! views {
    ($($type:ident: $name:literal, $field:ident;)*) => {
        $(
            impl $type {
                pub fn make(cx: &Ctx, dict: &Py<Dict>) -> Py<Self> {
                    cx.heap().allocate(&cx.types().$field, Self { dict: dict.clone() })
                }

                /// The payload, for views of subclasses of `dict`.
                pub fn new(dict: Py<Dict>) -> Self {
                    Self { dict }
                }

                /// The dict that is viewed.
                pub fn dict(&self) -> &Py<Dict> {
                    &self.dict
                }
            }

            impl Traverse for $type {
                fn traverse(&self, visit: &mut Visitor<'_>) {
                    visit(self.dict.as_value());
                }
            }
        )*
    };
}

views! {
    DictKeys: "dict_keys", dict_keys;
    DictValues: "dict_values", dict_values;
    DictItems: "dict_items", dict_items;
}

#[pyclass(name = "dict_keys", no_new, unhashable, traverse, parts = 2)]
pub struct DictKeys {
    dict: Py<Dict>,
}

#[pyclass(name = "dict_values", no_new, traverse)]
pub struct DictValues {
    dict: Py<Dict>,
}

#[pyclass(name = "dict_items", no_new, unhashable, traverse, parts = 2)]
pub struct DictItems {
    dict: Py<Dict>,
}

/// `dict_keys([...])`.
fn view_repr(cx: &Ctx, view: &Value) -> PyResult<Py<Str>> {
    let Some(_guard) = cx.enter_repr(view) else {
        return cx.new_str("...");
    };
    let items = cx.list_from(view)?;
    let text = cx.repr(items.as_value())?;
    let name = cx.type_name(view);
    cx.new_str(&format!("{name}({})", text.to_string_lossy()))
}

#[pymethods]
impl DictKeys {
    /// dictionary that this view refers to
    #[getter]
    fn mapping(&self, cx: &Ctx) -> Value {
        cx.new_mapping_proxy(self.dict.to_value()).into_value()
    }

    fn __repr__(this: &Py<DictKeys>, cx: &Ctx) -> PyResult<Py<Str>> {
        view_repr(cx, this.as_value())
    }

    fn __iter__(&self, cx: &Ctx) -> Py<DictKeyIterator> {
        DictKeyIterator::make(cx, &self.dict)
    }

    /// Return a reverse iterator over the dict keys.
    fn __reversed__(&self, cx: &Ctx) -> Py<DictReverseKeyIterator> {
        DictReverseKeyIterator::make(cx, &self.dict)
    }

    fn __len__(&self) -> usize {
        self.dict.len()
    }

    fn __contains__(&self, cx: &Ctx, key: &Value) -> PyResult<bool> {
        self.dict.contains(cx, key)
    }
}

#[pymethods]
impl DictValues {
    /// dictionary that this view refers to
    #[getter]
    fn mapping(&self, cx: &Ctx) -> Value {
        cx.new_mapping_proxy(self.dict.to_value()).into_value()
    }

    fn __repr__(this: &Py<DictValues>, cx: &Ctx) -> PyResult<Py<Str>> {
        view_repr(cx, this.as_value())
    }

    fn __iter__(&self, cx: &Ctx) -> Py<DictValueIterator> {
        DictValueIterator::make(cx, &self.dict)
    }

    /// Return a reverse iterator over the dict values.
    fn __reversed__(&self, cx: &Ctx) -> Py<DictReverseValueIterator> {
        DictReverseValueIterator::make(cx, &self.dict)
    }

    fn __len__(&self) -> usize {
        self.dict.len()
    }
}

#[pymethods]
impl DictItems {
    /// dictionary that this view refers to
    #[getter]
    fn mapping(&self, cx: &Ctx) -> Value {
        cx.new_mapping_proxy(self.dict.to_value()).into_value()
    }

    fn __repr__(this: &Py<DictItems>, cx: &Ctx) -> PyResult<Py<Str>> {
        view_repr(cx, this.as_value())
    }

    fn __iter__(&self, cx: &Ctx) -> Py<DictItemIterator> {
        DictItemIterator::make(cx, &self.dict)
    }

    /// Return a reverse iterator over the dict items.
    fn __reversed__(&self, cx: &Ctx) -> Py<DictReverseItemIterator> {
        DictReverseItemIterator::make(cx, &self.dict)
    }

    fn __len__(&self) -> usize {
        self.dict.len()
    }

    fn __contains__(&self, cx: &Ctx, item: &Value) -> PyResult<bool> {
        let Some([key, value]) = item.downcast_ref::<Tuple>().map(Py::<Tuple>::as_slice) else {
            return Ok(false);
        };
        match self.dict.get(cx, key)? {
            Some(known) => cx.item_equal(&known, value),
            None => Ok(false),
        }
    }
}

view_set_methods!(DictKeys);
view_set_methods!(DictItems);
