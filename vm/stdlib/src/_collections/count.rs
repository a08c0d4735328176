//! `_count_elements`: what makes `Counter` fast.

use taipan_macros::pyfunction;
use taipan_vm::ctx::Ctx;
use taipan_vm::error::PyResult;
use taipan_vm::objects::Dict;
use taipan_vm::protocol::BinaryOp;
use taipan_vm::value::Value;

fn one_more(cx: &Ctx, count: &Value) -> PyResult<Value> {
    match count.as_small_int() {
        Some(count) => Ok(cx.new_int(count + 1)),
        None => cx.binary_op(BinaryOp::Add, count, &Value::int32(1)),
    }
}

/// Count elements in the iterable, updating the mapping
#[pyfunction]
pub(crate) fn _count_elements(cx: &Ctx, mapping: &Value, iterable: &Value) -> PyResult<()> {
    let get = cx.intern("get");
    let set_item = &cx.names().__setitem__;
    let (class, dict_class) = (cx.class_of(mapping), &cx.types().dict);
    let is_dicts = |name| match (class.lookup(cx, name), dict_class.lookup(cx, name)) {
        (Some(own), Some(native)) => own.is(&native),
        _ => false,
    };
    let mut iteration = cx.iterate(iterable)?;
    if let Some(dict) = mapping.downcast_ref::<Dict>()
        && is_dicts(&get)
        && is_dicts(set_item)
    {
        while let Some(key) = iteration.next(cx)? {
            let hash = cx.hash(&key)?;
            let count = match dict.get_hashed(cx, &key, hash)? {
                Some(count) => one_more(cx, &count)?,
                None => Value::int32(1),
            };
            dict.set_hashed(cx, &key, hash, count)?;
        }
        return Ok(());
    }
    let get = cx.get_attr(mapping, &get)?;
    while let Some(key) = iteration.next(cx)? {
        let count = cx.call(&get, &[key.clone(), Value::int32(0)])?;
        cx.set_item(mapping, &key, &one_more(cx, &count)?)?;
    }
    Ok(())
}
