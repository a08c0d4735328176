//! Tuples, lists, dicts and sets out of a pickle, and the memo.

use taipan_vm::error::PyResult;
use taipan_vm::objects::Set;
use taipan_vm::objects::set::SetData;
use taipan_vm::value::Value;

use super::load::Loader;

impl Loader<'_> {
    pub(super) fn push_tuple(&mut self, items: Vec<Value>) {
        let tuple = self.cx.new_tuple(items);
        self.push(tuple.into_value());
    }

    /// A tuple of the last `count` values.
    pub(super) fn load_tuple(&mut self, count: usize) -> PyResult<()> {
        match self.stack.len().checked_sub(count) {
            Some(start) if start >= self.fence() => {
                let items = self.stack.split_off(start);
                self.push_tuple(items);
                Ok(())
            }
            _ => Err(self.underflow()),
        }
    }

    pub(super) fn load_dict(&mut self) -> PyResult<()> {
        let items = self.pop_mark()?;
        if items.len() % 2 != 0 {
            return Err(self.failed("odd number of items for DICT"));
        }
        let dict = self.cx.new_dict();
        for pair in items.chunks_exact(2) {
            dict.set(self.cx, &pair[0], pair[1].clone())?;
        }
        self.push(dict.into_value());
        Ok(())
    }

    pub(super) fn load_empty_set(&mut self) {
        let set = self.cx.new_set(SetData::default());
        self.push(set.into_value());
    }

    pub(super) fn load_frozenset(&mut self) -> PyResult<()> {
        let items = self.pop_mark()?;
        let data = SetData::default();
        for item in &items {
            data.add(self.cx, item)?;
        }
        let set = self.cx.new_frozenset(data);
        self.push(set.into_value());
        Ok(())
    }

    /// The container below the items that start at `start`; `None` if there are no items.
    fn target(&self, start: usize) -> PyResult<Option<Value>> {
        if start > self.stack.len() || start <= self.fence() {
            return Err(self.underflow());
        }
        if start == self.stack.len() {
            return Ok(None);
        }
        Ok(Some(self.stack[start - 1].clone()))
    }

    pub(super) fn load_additems(&mut self) -> PyResult<()> {
        let cx = self.cx;
        let mark = self.mark()?;
        let Some(target) = self.target(mark)? else {
            return Ok(());
        };
        let items = self.stack.split_off(mark);
        if let Some(set) = target.downcast_ref::<Set>() {
            for item in &items {
                set.data.add(cx, item)?;
            }
            return Ok(());
        }
        let add = cx.get_attr_str(&target, "add")?;
        for item in items {
            cx.call(&add, &[item])?;
        }
        Ok(())
    }

    pub(super) fn append_from(&mut self, start: usize) -> PyResult<()> {
        let cx = self.cx;
        let Some(target) = self.target(start)? else {
            return Ok(());
        };
        let items = self.stack.split_off(start);
        if let Some(list) = cx.as_exact_list(&target) {
            list.borrow_mut().extend(items);
            return Ok(());
        }
        if let Some(extend) = cx.find_attr(&target, &cx.intern("extend"))? {
            let items = cx.new_list(items).into_value();
            return cx.call(&extend, &[items]).map(drop);
        }
        let append = cx.get_attr_str(&target, "append")?;
        for item in items {
            cx.call(&append, &[item])?;
        }
        Ok(())
    }

    pub(super) fn set_from(&mut self, start: usize) -> PyResult<()> {
        let cx = self.cx;
        let Some(target) = self.target(start)? else {
            return Ok(());
        };
        if !(self.stack.len() - start).is_multiple_of(2) {
            return Err(self.failed("odd number of items for SETITEMS"));
        }
        let items = self.stack.split_off(start);
        let dict = cx.as_exact_dict(&target);
        for pair in items.chunks_exact(2) {
            match dict {
                Some(dict) => dict.set(cx, &pair[0], pair[1].clone())?,
                None => cx.set_item(&target, &pair[0], &pair[1])?,
            }
        }
        Ok(())
    }

    pub(super) fn get(&mut self, number: usize) -> PyResult<()> {
        match self.memo.get(number) {
            Some(kept) => {
                let kept = kept.clone();
                self.push(kept);
                Ok(())
            }
            None => Err(self.failed(format!("Memo value not found at index {number}"))),
        }
    }

    pub(super) fn put(&mut self, number: usize) -> PyResult<()> {
        let top = self.top()?.clone();
        self.memo.put(number, top);
        Ok(())
    }

    /// The number that a line writes.
    fn index_line(&mut self) -> PyResult<isize> {
        let line = self.input.line(self.cx)?;
        if line.is_empty() {
            return Err(self.failed("pickle data was truncated"));
        }
        let text = self
            .cx
            .new_str(&*String::from_utf8_lossy(&line))?
            .into_value();
        let number = self.cx.call(self.cx.types().int.as_value(), &[text])?;
        self.cx.to_index_size(&number)
    }

    pub(super) fn load_get(&mut self) -> PyResult<()> {
        let number = self.index_line()?;
        match usize::try_from(number) {
            Ok(number) => self.get(number),
            Err(_) => Err(self.failed(format!("Memo value not found at index {number}"))),
        }
    }

    pub(super) fn load_put(&mut self) -> PyResult<()> {
        let number = self.index_line()?;
        self.top()?;
        match usize::try_from(number) {
            Ok(number) => self.put(number),
            Err(_) => Err(self.cx.value_error("negative PUT argument")),
        }
    }

    /// Drops the last value, or the last mark if that is what lies on top.
    pub(super) fn load_pop(&mut self) -> PyResult<()> {
        let height = self.stack.len();
        if height > self.fence() {
            return self.pop().map(drop);
        }
        match self.mark() {
            Ok(mark) if mark == height => Ok(()),
            _ => Err(self.underflow()),
        }
    }
}
