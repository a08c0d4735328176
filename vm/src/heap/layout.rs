//! How the memory of a native type looks: what the heap must know to drop an object and to trace it.

use crate::value::Value;

/// Called by [`Traverse`] for each value that an object owns.
pub type Visitor<'a> = dyn FnMut(&Value) + 'a;

/// Shows the collector the values that a payload owns (CPython: `tp_traverse`), and lets go of them (`tp_clear`).
pub trait Traverse {
    /// Visits each owned value exactly as often as it is owned.
    fn traverse(&self, visit: &mut Visitor<'_>);

    /// Gives up owned values, to break a cycle. The object stays valid.
    ///
    /// Values must be moved out first and dropped when nothing is borrowed: drops run Python code.
    fn clear(&self) {}
}

/// One native memory layout. Each has one `static`, so that its address identifies it.
pub struct Layout {
    /// The native type's name, for debugging.
    pub name: &'static str,
    /// Size of the payload in bytes, without header and tail.
    pub size: usize,
    /// The layout that this one starts with (`OSError`'s starts with `BaseException`'s).
    pub base: Option<fn() -> &'static Layout>,
    /// Drops the payload in place.
    pub drop: Option<unsafe fn(*mut u8)>,
    /// Set for containers: `Traverse::traverse` behind an address.
    pub traverse: Option<unsafe fn(*const u8, &mut Visitor<'_>)>,
    /// `Traverse::clear` behind an address.
    pub clear: Option<unsafe fn(*const u8)>,
    /// Bytes of the tail behind the payload (tuple items, string bytes); `None` if there is never one.
    pub tail: Option<unsafe fn(*const u8) -> usize>,
}

impl Layout {
    /// Whether this is `other` or starts with it.
    #[inline(always)]
    pub fn is(&self, other: &'static Layout) -> bool {
        std::ptr::eq(self, other) || self.derives_from(other)
    }

    #[inline]
    fn derives_from(&self, other: &'static Layout) -> bool {
        let mut base = self.base;
        while let Some(layout) = base {
            let layout = layout();
            if std::ptr::eq(layout, other) {
                return true;
            }
            base = layout.base;
        }
        false
    }
}

/// A Rust type that is the payload of a Python object.
///
/// # Safety
/// `layout()` returns the same `static` each time, and that describes `Self` truly. If it has a base, `Self` is
/// `repr(C)` and its first field is the base's payload.
#[expect(unsafe_code, reason = "typed handles trust the layout")]
pub unsafe trait Payload: Sized + 'static {
    fn layout() -> &'static Layout;
}

/// Defines the layout of a payload: `payload!(List, traverse)`, `payload!(OsError: BaseException, traverse)`.
#[macro_export]
macro_rules! payload {
    ($type:ty $(: $base:ty)?) => { $crate::payload!(@define $type, [$($base)?], None, None, None); };
    ($type:ty $(: $base:ty)?, traverse) => {
        $crate::payload!(@define $type, [$($base)?],
            Some({
                #[expect(unsafe_code, reason = "called by the heap with the address of a live payload")]
                unsafe fn traverse(address: *const u8, visit: &mut $crate::heap::Visitor<'_>) {
                    // SAFETY: the heap calls this with the address of a live payload of this layout.
                    $crate::heap::Traverse::traverse(unsafe { &*address.cast::<$type>() }, visit);
                }
                traverse
            }),
            Some({
                #[expect(unsafe_code, reason = "called by the heap with the address of a live payload")]
                unsafe fn clear(address: *const u8) {
                    // SAFETY: as above.
                    $crate::heap::Traverse::clear(unsafe { &*address.cast::<$type>() });
                }
                clear
            }),
            None);
    };
    ($type:ty, tail = $tail:expr, traverse) => {
        $crate::payload!(@define $type, [],
            Some({
                #[expect(unsafe_code, reason = "called by the heap with the address of a live payload")]
                unsafe fn traverse(address: *const u8, visit: &mut $crate::heap::Visitor<'_>) {
                    // SAFETY: the heap calls this with the address of a live payload of this layout.
                    $crate::heap::Traverse::traverse(unsafe { &*address.cast::<$type>() }, visit);
                }
                traverse
            }),
            None, Some($tail));
    };
    ($type:ty, tail = $tail:expr) => { $crate::payload!(@define $type, [], None, None, Some($tail)); };
    (@define $type:ty, [$($base:ty)?], $traverse:expr, $clear:expr, $tail:expr) => {
        const _: () = {
            assert!(align_of::<$type>() <= 16, "objects are 16-aligned");
            #[expect(unsafe_code, reason = "called by the heap with the address of a live payload")]
            unsafe fn drop(address: *mut u8) {
                // SAFETY: the heap calls this once, when the object dies.
                unsafe { std::ptr::drop_in_place(address.cast::<$type>()) };
            }
            static LAYOUT: $crate::heap::Layout = $crate::heap::Layout {
                name: stringify!($type),
                size: size_of::<$type>(),
                base: $crate::payload!(@base $($base)?),
                drop: if std::mem::needs_drop::<$type>() { Some(drop) } else { None },
                traverse: $traverse,
                clear: $clear,
                tail: $tail,
            };
            // SAFETY: the layout is a static of its own, made from the type itself.
            #[expect(unsafe_code, reason = "typed handles trust the layout")]
            unsafe impl $crate::heap::Payload for $type {
                #[inline(always)]
                fn layout() -> &'static $crate::heap::Layout {
                    &LAYOUT
                }
            }
        };
    };
    (@base) => { None };
    (@base $base:ty) => { Some(<$base as $crate::heap::Payload>::layout) };
}
