//! What `set` and `frozenset` share: the operators and the methods that change nothing.

use taipan_text::Wtf8Buf;

use super::{SetData, any_set};
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::Str;
use crate::objects::slots::CompareOp;
use crate::value::Py;
use crate::value::Value;

/// A place of the table, in bytes, as CPython counts it.
const PLACE_SIZE: usize = 16;

impl SetData {
    /// The keys that are in all of `others` too.
    ///
    /// # Errors
    /// As for [`SetData::intersection`].
    pub(crate) fn intersection_of(&self, cx: &Ctx, others: &[Value]) -> PyResult<Self> {
        let Some((first, rest)) = others.split_first() else {
            return Ok(self.duplicate());
        };
        let mut result = self.intersection(cx, first)?;
        for other in rest {
            result = result.intersection(cx, other)?;
        }
        Ok(result)
    }

    pub(crate) fn difference_of(&self, cx: &Ctx, others: &[Value]) -> PyResult<Self> {
        let Some((first, rest)) = others.split_first() else {
            return Ok(self.duplicate());
        };
        let result = self.difference(cx, first)?;
        for other in rest {
            result.subtract(cx, other)?;
        }
        Ok(result)
    }

    pub(crate) fn union_of(&self, cx: &Ctx, others: &[Value]) -> PyResult<Self> {
        let result = self.duplicate();
        for other in others {
            result.update(cx, other)?;
        }
        Ok(result)
    }

    pub(crate) fn repr(&self, cx: &Ctx, this: &Value) -> PyResult<Py<Str>> {
        let class = cx.class_of(this);
        let name = class.name().to_string_lossy().into_owned();
        if self.is_empty() {
            return cx.new_str(&format!("{name}()"));
        }
        let Some(_guard) = cx.enter_repr(this) else {
            return cx.new_str(&format!("{name}(...)"));
        };
        cx.check_native_stack(" while getting the repr of an object")?;
        let keys = self.keys();
        let mut text = Wtf8Buf::new();
        let plain = class.is(&cx.types().set);
        if !plain {
            text.push_str(&name);
            text.push_str("(");
        }
        for (index, key) in keys.iter().enumerate() {
            text.push_str(if index == 0 { "{" } else { ", " });
            text.push_wtf8(cx.repr(key)?.as_wtf8());
        }
        text.push_str(if plain { "}" } else { "})" });
        cx.new_str(&text)
    }

    pub(crate) fn compare(&self, cx: &Ctx, other: &Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = any_set(other) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let (own, others) = (self.len(), other.len());
        Ok(Value::bool(match op {
            CompareOp::Eq => self.same_keys(cx, other)?,
            CompareOp::Ne => !self.same_keys(cx, other)?,
            CompareOp::Le => self.is_within(cx, other)?,
            CompareOp::Ge => other.is_within(cx, self)?,
            CompareOp::Lt => own < others && self.is_within(cx, other)?,
            CompareOp::Gt => own > others && other.is_within(cx, self)?,
        }))
    }

    /// `sys.getsizeof` without the collector's header.
    pub(crate) fn size(&self) -> usize {
        let places = self.mask() + 1;
        200 + if places > 8 { places * PLACE_SIZE } else { 0 }
    }
}

/// Looks an element up as `in` does; an unhashable set stands for a frozen one.
pub(crate) fn contains(cx: &Ctx, data: &SetData, element: &Value) -> PyResult<bool> {
    super::value::look_up(cx, element, |element| data.contains(cx, element))
}

/// `(type, ([keys...],), state)`.
pub(crate) fn reduce(cx: &Ctx, data: &SetData, this: &Value) -> PyResult<Value> {
    let keys = cx.new_list(data.keys()).into_value();
    let args = cx.new_tuple(vec![keys]).into_value();
    let state = match cx.find_attr(this, &cx.names().__getstate__)? {
        Some(method) => cx.call(&method, &[])?,
        None => Value::NONE,
    };
    let class = cx.class_of(this).to_value();
    Ok(cx.new_tuple(vec![class, args, state]).into_value())
}

/// Both sides of an operator, if they are sets of either kind.
pub(crate) fn operands<'a>(left: &'a Value, right: &'a Value) -> Option<&'a SetData> {
    any_set(right)?;
    any_set(left)
}

/// The result of an operator: of the base type of its left side.
pub(crate) fn like(cx: &Ctx, left: &Value, data: SetData) -> Value {
    if left.downcast_ref::<super::Set>().is_some() {
        cx.new_set(data).into_value()
    } else {
        cx.new_frozenset(data).into_value()
    }
}

/// Declares the methods that both types have, as part 1 of the class.
macro_rules! set_methods {
    ($type:ident) => {
        #[::taipan_macros::pymethods(part = 1)]
        impl $type {
            fn __repr__(
                this: &$crate::value::Py<$type>,
                cx: &Ctx,
            ) -> PyResult<$crate::value::Py<$crate::objects::Str>> {
                this.data.repr(cx, this.as_value())
            }

            fn __len__(&self) -> usize {
                self.data.len()
            }

            fn __iter__(
                this: &Value,
                cx: &Ctx,
            ) -> $crate::value::Py<$crate::objects::set::SetIterator> {
                $crate::objects::set::SetIterator::make(cx, this)
            }

            /// x.__contains__(y) <==> y in x.
            #[pymethod(coexist)]
            fn __contains__(&self, cx: &Ctx, object: &Value) -> PyResult<bool> {
                $crate::objects::set::contains(cx, &self.data, object)
            }

            fn __richcompare__(
                &self,
                cx: &Ctx,
                other: &Value,
                op: $crate::objects::slots::CompareOp,
            ) -> PyResult<Value> {
                self.data.compare(cx, other, op)
            }

            fn __or__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                let Some(data) = $crate::objects::set::operands(left, right) else {
                    return Ok(Value::NOT_IMPLEMENTED);
                };
                let result = data.duplicate();
                result.update(cx, right)?;
                Ok($crate::objects::set::like(cx, left, result))
            }

            fn __and__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                let Some(data) = $crate::objects::set::operands(left, right) else {
                    return Ok(Value::NOT_IMPLEMENTED);
                };
                let result = data.intersection(cx, right)?;
                Ok($crate::objects::set::like(cx, left, result))
            }

            fn __sub__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                let Some(data) = $crate::objects::set::operands(left, right) else {
                    return Ok(Value::NOT_IMPLEMENTED);
                };
                let result = data.difference(cx, right)?;
                Ok($crate::objects::set::like(cx, left, result))
            }

            fn __xor__(left: &Value, cx: &Ctx, right: &Value) -> PyResult<Value> {
                let Some(data) = $crate::objects::set::operands(left, right) else {
                    return Ok(Value::NOT_IMPLEMENTED);
                };
                let result = data.symmetric_difference(cx, right)?;
                Ok($crate::objects::set::like(cx, left, result))
            }

            /// Return a new set with elements in the set that are not in the others.
            #[pymethod(text_signature = "($self, /, *others)")]
            fn difference(&self, cx: &Ctx, others: &[Value]) -> PyResult<Value> {
                Ok(Self::wrap(cx, self.data.difference_of(cx, others)?))
            }

            /// Return a new set with elements common to the set and all others.
            #[pymethod(text_signature = "($self, /, *others)")]
            fn intersection(&self, cx: &Ctx, others: &[Value]) -> PyResult<Value> {
                Ok(Self::wrap(cx, self.data.intersection_of(cx, others)?))
            }

            /// Return True if two sets have a null intersection.
            fn isdisjoint(&self, cx: &Ctx, other: &Value) -> PyResult<bool> {
                self.data.is_disjoint(cx, other)
            }

            /// Report whether another set contains this set.
            fn issubset(&self, cx: &Ctx, other: &Value) -> PyResult<bool> {
                self.data.is_subset(cx, other)
            }

            /// Report whether this set contains another set.
            fn issuperset(&self, cx: &Ctx, other: &Value) -> PyResult<bool> {
                self.data.is_superset(cx, other)
            }

            /// Return a new set with elements in either the set or other but not both.
            fn symmetric_difference(&self, cx: &Ctx, other: &Value) -> PyResult<Value> {
                Ok(Self::wrap(cx, self.data.symmetric_difference(cx, other)?))
            }

            /// Return a new set with elements from the set and all others.
            #[pymethod(text_signature = "($self, /, *others)")]
            fn union(&self, cx: &Ctx, others: &[Value]) -> PyResult<Value> {
                Ok(Self::wrap(cx, self.data.union_of(cx, others)?))
            }

            /// Return state information for pickling.
            fn __reduce__(this: &$crate::value::Py<$type>, cx: &Ctx) -> PyResult<Value> {
                $crate::objects::set::reduce(cx, &this.data, this.as_value())
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            fn __sizeof__(&self) -> usize {
                self.data.size()
            }
        }
    };
}
pub(crate) use set_methods;
