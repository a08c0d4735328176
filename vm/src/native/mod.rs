//! How native code declares what Python can call; see `docs/native-modules.md`.

mod args;
mod convert;
mod defs;
mod module;

pub use args::{ArgPlace, ArgSite, Args};
pub use convert::{FromArg, IntoResult, IntoValue};
pub use defs::{
    Binding, Callee, ClassDef, FunctionDef, GetSetDef, KeywordsFn, MemberDef, ModuleDef, NoArgsFn,
    OneFn, PositionalFn,
};
pub use module::ModuleBuilder;

pub(crate) use defs::bare_class;
