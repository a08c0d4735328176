//! `_heapq`: heaps in lists, smallest or largest item first.
//!
//! CPython 3.14: `Modules/_heapqmodule.c`. Comparisons may run Python code, which may change the list: its length is
//! checked after each. Tests: `tests/run/heapq/`.

use taipan_macros::{pyfunction, pymodule};
use taipan_vm::ctx::Ctx;
use taipan_vm::error::{PyErr, PyResult};
use taipan_vm::native::ModuleBuilder;
use taipan_vm::objects::List;
use taipan_vm::value::{Py, Value};

/// Heap queue algorithm (a.k.a. priority queue).
///
/// Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
/// all k, counting elements from 0.  For the sake of comparison,
/// non-existing elements are considered to be infinite.  The interesting
/// property of a heap is that a[0] is always its smallest element.
#[pymodule]
pub(crate) fn _heapq(_cx: &Ctx, m: &ModuleBuilder<'_>) -> PyResult<()> {
    m.function(&heappush::DEF)?;
    m.function(&heappushpop::DEF)?;
    m.function(&heappop::DEF)?;
    m.function(&heapreplace::DEF)?;
    m.function(&heapify::DEF)?;
    m.function(&heappush_max::DEF)?;
    m.function(&heappushpop_max::DEF)?;
    m.function(&heappop_max::DEF)?;
    m.function(&heapreplace_max::DEF)?;
    m.function(&heapify_max::DEF)?;
    m.add(
        "__about__",
        "A heap is a list in which the item at index k is not larger than those at 2*k+1 and 2*k+2. The smallest item \
         is at index 0; adding an item and taking the smallest one each take a number of steps proportional to the \
         logarithm of the length.",
    )
}

/// Which item a heap has in front.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    Smallest,
    Largest,
}

impl Front {
    /// Whether `left` belongs nearer to the front.
    fn is_nearer(self, cx: &Ctx, left: &Value, right: &Value) -> PyResult<bool> {
        let (left, right) = match self {
            Self::Smallest => (left, right),
            Self::Largest => (right, left),
        };
        match Value::both_small_ints(left, right) {
            Some((left, right)) => Ok(left < right),
            None => cx.is_less(left, right),
        }
    }
}

fn out_of_range(cx: &Ctx) -> PyErr {
    cx.index_error("index out of range")
}

fn item(cx: &Ctx, heap: &List, index: usize) -> PyResult<Value> {
    heap.get(index).ok_or_else(|| out_of_range(cx))
}

fn swap(heap: &List, left: usize, right: usize) {
    let mut items = heap.borrow_mut();
    if left < items.len() && right < items.len() {
        items.swap(left, right);
    }
}

fn check_length(cx: &Ctx, heap: &List, length: usize) -> PyResult<()> {
    if heap.length() == length {
        Ok(())
    } else {
        Err(cx.runtime_error("list changed size during iteration"))
    }
}

/// Moves the item at `position` towards `start` until its parent is not behind it.
fn sift_towards_front(
    cx: &Ctx,
    heap: &List,
    start: usize,
    mut position: usize,
    front: Front,
) -> PyResult<()> {
    let length = heap.length();
    if position >= length {
        return Err(out_of_range(cx));
    }
    let new = item(cx, heap, position)?;
    while position > start {
        let parent = (position - 1) / 2;
        let nearer = front.is_nearer(cx, &new, &item(cx, heap, parent)?)?;
        check_length(cx, heap, length)?;
        if !nearer {
            break;
        }
        swap(heap, parent, position);
        position = parent;
    }
    Ok(())
}

/// Moves the item at `start` to a leaf, its nearer children up, and then back to its place.
fn sift_from_front(cx: &Ctx, heap: &List, start: usize, front: Front) -> PyResult<()> {
    let length = heap.length();
    if start >= length {
        return Err(out_of_range(cx));
    }
    let mut position = start;
    while position < length / 2 {
        let mut child = 2 * position + 1;
        if child + 1 < length {
            let (left, right) = (item(cx, heap, child)?, item(cx, heap, child + 1)?);
            let left_is_nearer = front.is_nearer(cx, &left, &right)?;
            check_length(cx, heap, length)?;
            child += usize::from(!left_is_nearer);
        }
        swap(heap, child, position);
        position = child;
    }
    sift_towards_front(cx, heap, start, position, front)
}

fn push(cx: &Ctx, heap: &List, item: &Value, front: Front) -> PyResult<()> {
    heap.push(item.clone());
    sift_towards_front(cx, heap, 0, heap.length() - 1, front)
}

fn pop(cx: &Ctx, heap: &List, front: Front) -> PyResult<Value> {
    let last = heap.borrow_mut().pop().ok_or_else(|| out_of_range(cx))?;
    match heap.replace(0, last) {
        Ok(first) => {
            sift_from_front(cx, heap, 0, front)?;
            Ok(first)
        }
        Err(only) => Ok(only),
    }
}

fn replace(cx: &Ctx, heap: &List, item: &Value, front: Front) -> PyResult<Value> {
    let first = heap
        .replace(0, item.clone())
        .map_err(|_| out_of_range(cx))?;
    sift_from_front(cx, heap, 0, front)?;
    Ok(first)
}

fn push_pop(cx: &Ctx, heap: &List, new: &Value, front: Front) -> PyResult<Value> {
    let Some(first) = heap.get(0) else {
        return Ok(new.clone());
    };
    if !front.is_nearer(cx, &first, new)? {
        return Ok(new.clone());
    }
    replace(cx, heap, new, front)
}

fn make_heap(cx: &Ctx, heap: &List, front: Front) -> PyResult<()> {
    (0..heap.length() / 2)
        .rev()
        .try_for_each(|position| sift_from_front(cx, heap, position, front))
}

/// Push item onto heap, maintaining the heap invariant.
#[pyfunction]
fn heappush(cx: &Ctx, heap: &Py<List>, item: &Value) -> PyResult<()> {
    push(cx, heap, item, Front::Smallest)
}

/// Push item on the heap, then pop and return the smallest item from the heap.
///
/// The combined action runs more efficiently than heappush() followed by
/// a separate call to heappop().
#[pyfunction]
fn heappushpop(cx: &Ctx, heap: &Py<List>, item: &Value) -> PyResult<Value> {
    push_pop(cx, heap, item, Front::Smallest)
}

/// Pop the smallest item off the heap, maintaining the heap invariant.
#[pyfunction]
fn heappop(cx: &Ctx, heap: &Py<List>) -> PyResult<Value> {
    pop(cx, heap, Front::Smallest)
}

/// Pop and return the current smallest value, and add the new item.
///
/// This is more efficient than heappop() followed by heappush(), and can be
/// more appropriate when using a fixed-size heap.  Note that the value
/// returned may be larger than item!  That constrains reasonable uses of
/// this routine unless written as part of a conditional replacement:
///
///     if item > heap[0]:
///         item = heapreplace(heap, item)
#[pyfunction]
fn heapreplace(cx: &Ctx, heap: &Py<List>, item: &Value) -> PyResult<Value> {
    replace(cx, heap, item, Front::Smallest)
}

/// Transform list into a heap, in-place, in O(len(heap)) time.
#[pyfunction]
fn heapify(cx: &Ctx, heap: &Py<List>) -> PyResult<()> {
    make_heap(cx, heap, Front::Smallest)
}

/// Push item onto max heap, maintaining the heap invariant.
#[pyfunction]
fn heappush_max(cx: &Ctx, heap: &Py<List>, item: &Value) -> PyResult<()> {
    push(cx, heap, item, Front::Largest)
}

/// Maxheap variant of heappushpop.
///
/// The combined action runs more efficiently than heappush_max()
/// followed by a separate call to heappop_max().
#[pyfunction]
fn heappushpop_max(cx: &Ctx, heap: &Py<List>, item: &Value) -> PyResult<Value> {
    push_pop(cx, heap, item, Front::Largest)
}

/// Maxheap variant of heappop.
#[pyfunction]
fn heappop_max(cx: &Ctx, heap: &Py<List>) -> PyResult<Value> {
    pop(cx, heap, Front::Largest)
}

/// Maxheap variant of heapreplace.
#[pyfunction]
fn heapreplace_max(cx: &Ctx, heap: &Py<List>, item: &Value) -> PyResult<Value> {
    replace(cx, heap, item, Front::Largest)
}

/// Maxheap variant of heapify.
#[pyfunction]
fn heapify_max(cx: &Ctx, heap: &Py<List>) -> PyResult<()> {
    make_heap(cx, heap, Front::Largest)
}
