//! How native code declares what Python can call; see `docs/native-modules.md`.

mod args;
pub mod bind;
mod convert;
mod defs;
mod module;
pub mod parts;
pub mod slot;
pub mod suggest;
#[cfg(test)]
mod tests;

pub use args::{ArgPlace, ArgSite, Args};
pub use convert::{FromArg, IntoResult, IntoValue, NamedType};
pub use defs::{
    Binding, Callee, ClassDef, FunctionDef, GetSetDef, KeywordsFn, MemberDef, ModuleDef, NoArgsFn,
    OneFn, PositionalFn, Setter,
};
pub use module::ModuleBuilder;
