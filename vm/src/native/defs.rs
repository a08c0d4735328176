//! The tables that the attribute macros fill.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::heap::Layout;
use crate::native::{Args, ModuleBuilder};
use crate::objects::TypeFlags;
use crate::objects::slots::Slots;
use crate::value::Value;

/// Gets the receiver: the instance, class or module that the function is bound to.
pub type NoArgsFn = fn(&Ctx, &Value) -> PyResult<Value>;
pub type OneFn = fn(&Ctx, &Value, &Value) -> PyResult<Value>;
pub type PositionalFn = fn(&Ctx, &Value, &[Value]) -> PyResult<Value>;
pub type KeywordsFn = fn(&Ctx, &Value, Args<'_>) -> PyResult<Value>;

/// The native entry of a function, by what it takes. The caller checks the counts for the first two and refuses
/// keywords for the first three.
#[derive(Clone, Copy)]
pub enum Callee {
    NoArgs(NoArgsFn),
    One(OneFn),
    Positional(PositionalFn),
    Keywords(KeywordsFn),
}

/// What a function in a class is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Function,
    Method,
    ClassMethod,
    StaticMethod,
}

/// A native function or method.
pub struct FunctionDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    /// As Python writes it: `($self, x, /)`.
    pub text_signature: Option<&'static str>,
    pub binding: Binding,
    pub callee: Callee,
}

/// Sets an attribute of the value; `None` deletes it.
pub type Setter = fn(&Ctx, &Value, Option<&Value>) -> PyResult<()>;

/// An attribute computed on access.
pub struct GetSetDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub get: Option<fn(&Ctx, &Value) -> PyResult<Value>>,
    /// `None` as the value deletes.
    pub set: Option<Setter>,
}

/// An attribute that shows as a `member_descriptor` (CPython's `PyMemberDef`) and is computed all the same.
pub type MemberDef = GetSetDef;

/// A native class.
pub struct ClassDef {
    pub name: &'static str,
    /// `__module__`.
    pub module: &'static str,
    pub doc: Option<&'static str>,
    pub text_signature: Option<&'static str>,
    /// `None` means `object`.
    pub base: Option<fn() -> &'static ClassDef>,
    pub layout: fn() -> &'static Layout,
    pub flags: TypeFlags,
    pub fill_slots: fn(&Slots),
    pub methods: &'static [FunctionDef],
    pub getsets: &'static [GetSetDef],
    pub members: &'static [MemberDef],
}

/// A native module.
pub struct ModuleDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    /// Fills the module's namespace.
    pub exec: fn(&Ctx, &ModuleBuilder) -> PyResult<()>,
}
