//! `compile`, `eval`, `exec`, the namespaces of the caller, `__import__` and `breakpoint`.
//!
//! CPython 3.14: `Python/bltinmodule.c`. Tests: `tests/run/builtins/`.

use std::sync::Arc;

use taipan_compiler::code_object::CodeFlags;
use taipan_compiler::compile::CompileOptions;
use taipan_compiler::future::CompilerFlags;
use taipan_compiler::parse::Mode;
use taipan_macros::pyfunction;
use taipan_text::Wtf8Buf;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::modules::_ast::is_tree;
use crate::native::Args;
use crate::objects::cell::Cell;
use crate::objects::code::Code;
use crate::objects::{Dict, Str, Tuple};
use crate::value::{Py, Value};

/// Import a module.
///
/// Because this function is meant for use by the Python
/// interpreter and not for general use, it is better to use
/// importlib.import_module() to programmatically import a module.
///
/// The globals argument is only used to determine the context;
/// they are not modified.  The locals argument is unused.  The fromlist
/// should be a list of names to emulate ``from name import ...``, or an
/// empty list to emulate ``import name``.
/// When importing a module from a package, note that __import__('A.B', ...)
/// returns package A when fromlist is empty, but its submodule B when
/// fromlist is not empty.  The level argument is used to determine whether to
/// perform absolute or relative imports: 0 is absolute, while a positive number
/// is the number of parent directories to search relative to the current module.
#[pyfunction(
    signature = (name, globals = None, locals = None, fromlist = None, level = 0),
    text_signature = "($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)"
)]
pub(crate) fn __import__(
    cx: &Ctx,
    name: &Value,
    globals: Option<&Value>,
    locals: Option<&Value>,
    fromlist: Option<&Value>,
    level: i32,
) -> PyResult<Value> {
    let _ = locals;
    let Some(name) = name.downcast_ref::<Str>() else {
        return Err(cx.type_error("module name must be a string"));
    };
    cx.import_module_level(
        name,
        globals,
        fromlist.unwrap_or(&Value::NONE),
        i64::from(level),
    )
}

/// Call sys.breakpointhook(*args, **kws).
///
/// sys.breakpointhook() must accept whatever arguments are passed.
///
/// By default, this drops you into the pdb debugger.
#[pyfunction(text_signature = "($module, /, *args, **kws)")]
pub(crate) fn breakpoint(cx: &Ctx, args: Args<'_>) -> PyResult<Value> {
    let Some(hook) = cx.sys_get("breakpointhook") else {
        return Err(cx.runtime_error("lost sys.breakpointhook"));
    };
    cx.audit("builtins.breakpoint", std::slice::from_ref(&hook))?;
    cx.call_with(&hook, args)
}

/// Return the dictionary containing the current scope's global variables.
///
/// NOTE: Updates to this dictionary *will* affect name lookups in the current
/// global scope and vice-versa.
#[pyfunction]
pub(crate) fn globals(cx: &Ctx) -> Value {
    cx.current_globals().map_or(Value::NONE, Py::into_value)
}

/// Return a dictionary containing the current scope's local variables.
///
/// NOTE: Whether or not updates to this dictionary will affect name lookups in
/// the local scope and vice-versa is *implementation dependent* and not
/// covered by any backwards compatibility guarantees.
#[pyfunction]
pub(crate) fn locals(cx: &Ctx) -> PyResult<Value> {
    cx.current_locals()
}

/// The flags of `compile()` that change what it does, not what the code means.
const ONLY_AST: i32 = 0x400;
/// All that `compile()` accepts besides the future features.
const KNOWN_FLAGS: i32 = 0x2000 | 0x1000 | 0x4000 | ONLY_AST | 0x8000 | 0x0200 | 0x0100 | 0x0010;

/// Compile source into a code object that can be executed by exec() or eval().
///
/// The source code may represent a Python module, statement or expression.
/// The filename will be used for run-time error messages.
/// The mode must be 'exec' to compile a module, 'single' to compile a
/// single (interactive) statement, or 'eval' to compile an expression.
/// The flags argument, if present, controls which future statements influence
/// the compilation of the code.
/// The dont_inherit argument, if true, stops the compilation inheriting
/// the effects of any future statements in effect in the code calling
/// compile; if absent or false these statements do influence the compilation,
/// in addition to any features explicitly specified.
#[pyfunction(
    signature = (source, filename, mode, flags = 0, dont_inherit = false, optimize = -1, *, _feature_version = -1),
    text_signature = "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)"
)]
pub(crate) fn compile(
    cx: &Ctx,
    source: &Value,
    filename: &Value,
    mode: &Py<Str>,
    flags: i32,
    dont_inherit: bool,
    optimize: i32,
    _feature_version: i32,
) -> PyResult<Value> {
    let filename = filename_text(cx, filename)?;
    if flags & !(future_mask() | KNOWN_FLAGS) != 0 {
        return Err(cx.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(cx.value_error("compile(): invalid optimize value"));
    }
    let only_ast = flags & ONLY_AST != 0;
    let mode = match (mode.to_str(), only_ast) {
        (Some("exec"), _) => Mode::Exec,
        (Some("eval"), _) => Mode::Eval,
        (Some("single"), _) => Mode::Single,
        (Some("func_type"), true) => Mode::FuncType,
        (Some("func_type"), false) => {
            return Err(cx.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        (_, true) => {
            return Err(
                cx.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'")
            );
        }
        (_, false) => {
            return Err(cx.value_error("compile() mode must be 'exec', 'eval' or 'single'"));
        }
    };
    let mut all_flags = flags;
    if !dont_inherit {
        all_flags |= inherited_flags(cx);
    }
    let mut options = cx.compile_options(mode);
    options.flags = CompilerFlags::from_bits_truncate(all_flags as u32);
    if let Ok(optimize) = u8::try_from(optimize) {
        options.optimize = optimize;
    }
    if is_tree(cx, source)? {
        return cx.compile_tree(source, &filename, options);
    }
    if only_ast {
        let minor = u8::try_from(_feature_version).ok();
        return cx.tree_of_source(source, &filename, options, minor);
    }
    let code = cx.compile_source("compile", source, &filename, options)?;
    Ok(code.into_value())
}

fn future_mask() -> i32 {
    let mask = CodeFlags::FUTURE_DIVISION
        | CodeFlags::FUTURE_ABSOLUTE_IMPORT
        | CodeFlags::FUTURE_WITH_STATEMENT
        | CodeFlags::FUTURE_PRINT_FUNCTION
        | CodeFlags::FUTURE_UNICODE_LITERALS
        | CodeFlags::FUTURE_BARRY_AS_BDFL
        | CodeFlags::FUTURE_GENERATOR_STOP
        | CodeFlags::FUTURE_ANNOTATIONS;
    mask.bits() as i32
}

/// The future features of the code that calls.
fn inherited_flags(cx: &Ctx) -> i32 {
    let caller = cx.current_frame().map(|frame| frame.code());
    caller.map_or(0, |code| code.flags.bits() as i32 & future_mask())
}

/// How `eval` and `exec` compile text.
fn inherited_options(cx: &Ctx, mode: Mode) -> CompileOptions {
    CompileOptions {
        flags: CompilerFlags::from_bits_truncate(inherited_flags(cx) as u32),
        ..cx.compile_options(mode)
    }
}

pub(crate) fn filename_text(cx: &Ctx, filename: &Value) -> PyResult<Arc<Wtf8Buf>> {
    if let Some(text) = filename.downcast_ref::<Str>() {
        if text.as_wtf8().as_bytes().contains(&0) {
            return Err(cx.value_error("embedded null character"));
        }
        return Ok(Arc::new(Wtf8Buf::from(text.as_wtf8())));
    }
    let path = cx.fs_path(filename)?;
    match path.downcast_ref::<Str>() {
        Some(text) => Ok(Arc::new(Wtf8Buf::from(text.as_wtf8()))),
        None => {
            let decoded = cx.fs_decode(&cx.bytes_of(&path)?)?;
            Ok(Arc::new(
                decoded
                    .downcast_ref::<Str>()
                    .map_or_else(Wtf8Buf::new, |text| Wtf8Buf::from(text.as_wtf8())),
            ))
        }
    }
}

/// Evaluate the given source in the context of globals and locals.
///
/// The source may be a string representing a Python expression
/// or a code object as returned by compile().
/// The globals must be a dictionary and locals can be any mapping,
/// defaulting to the current globals and locals.
/// If only globals is given, locals defaults to it.
#[pyfunction(signature = (source, /, globals = None, locals = None))]
pub(crate) fn eval(
    cx: &Ctx,
    source: &Value,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> PyResult<Value> {
    if let Some(locals) = locals
        && !cx.is_mapping(locals)
    {
        return Err(cx.type_error("locals must be a mapping"));
    }
    if let Some(globals) = globals
        && globals.downcast_ref::<Dict>().is_none()
    {
        return Err(cx.type_error(if cx.is_mapping(globals) {
            "globals must be a real dict; try eval(code, {}, mapping)"
        } else {
            "globals must be a dict"
        }));
    }
    let (globals, locals) = namespaces(cx, "eval", globals, locals)?;
    if let Some(code) = source.downcast_ref::<Code>() {
        cx.audit("exec", std::slice::from_ref(source))?;
        if code.nfree > 0 {
            return Err(
                cx.type_error("code object passed to eval() may not contain free variables")
            );
        }
        return cx.run_code(code, &globals, Some(&locals));
    }
    let options = inherited_options(cx, Mode::Eval);
    let filename = Arc::new(Wtf8Buf::from_string("<string>".to_owned()));
    let stripped;
    let source = match source.downcast_ref::<Str>() {
        // An expression may be indented.
        Some(text) => {
            let text = text.as_wtf8();
            let start = text
                .as_bytes()
                .iter()
                .take_while(|&&byte| byte == b' ' || byte == b'\t');
            stripped = cx.new_str(text.slice_from(start.count()))?.into_value();
            &stripped
        }
        None => source,
    };
    let code = cx.compile_source("eval", source, &filename, options)?;
    cx.run_code(&code, &globals, Some(&locals))
}

/// Execute the given source in the context of globals and locals.
///
/// The source may be a string representing one or more Python statements
/// or a code object as returned by compile().
/// The globals must be a dictionary and locals can be any mapping,
/// defaulting to the current globals and locals.
/// If only globals is given, locals defaults to it.
/// The closure must be a tuple of cellvars, and can only be used
/// when source is a code object requiring exactly that many cellvars.
#[pyfunction(signature = (source, /, globals = None, locals = None, *, closure = None))]
pub(crate) fn exec(
    cx: &Ctx,
    source: &Value,
    globals: Option<&Value>,
    locals: Option<&Value>,
    closure: Option<&Value>,
) -> PyResult<()> {
    let (globals, locals) = {
        if let Some(globals) = globals
            && globals.downcast_ref::<Dict>().is_none()
        {
            let class = cx.type_name(globals);
            return Err(cx.type_error(format!("exec() globals must be a dict, not {class}")));
        }
        if let Some(locals) = locals
            && !cx.is_mapping(locals)
        {
            let class = cx.type_name(locals);
            return Err(cx.type_error(format!("locals must be a mapping or None, not {class}")));
        }
        namespaces(cx, "exec", globals, locals)?
    };
    if let Some(code) = source.downcast_ref::<Code>() {
        let function = cx.new_function(code.clone(), globals)?;
        if code.nfree > 0 {
            let wanted = code.nfree as usize;
            let cells = closure.and_then(|closure| closure.downcast_ref::<Tuple>());
            match cells {
                Some(cells) if cells.length() == wanted && are_cells(cells) => {
                    function.closure.set(Some(cells.clone()));
                }
                _ => {
                    return Err(cx.type_error(format!(
                        "code object requires a closure of exactly length {wanted}"
                    )));
                }
            }
        } else if closure.is_some() {
            return Err(cx.type_error("cannot use a closure with this code object"));
        }
        cx.audit("exec", std::slice::from_ref(source))?;
        cx.run_function_in(&function, Some(&locals))?;
        return Ok(());
    }
    if closure.is_some() {
        return Err(cx.type_error("closure can only be used when source is a code object"));
    }
    let options = inherited_options(cx, Mode::Exec);
    let filename = Arc::new(Wtf8Buf::from_string("<string>".to_owned()));
    let code = cx.compile_source("exec", source, &filename, options)?;
    cx.run_code(&code, &globals, Some(&locals))?;
    Ok(())
}

fn are_cells(values: &Py<Tuple>) -> bool {
    values
        .as_slice()
        .iter()
        .all(|value| value.downcast_ref::<Cell>().is_some())
}

/// The namespaces that were given, or those of the caller; `__builtins__` is added.
fn namespaces(
    cx: &Ctx,
    function: &str,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> PyResult<(Py<Dict>, Value)> {
    let (globals, locals) = match (globals, locals) {
        (Some(globals), locals) => (globals.clone(), locals.unwrap_or(globals).clone()),
        (None, locals) => {
            let Some(current) = cx.current_globals() else {
                return Err(cx.type_error(format!(
                    "{function} must be given globals and locals when called without a frame"
                )));
            };
            let locals = match locals {
                Some(locals) => locals.clone(),
                None => cx.current_locals()?,
            };
            (current.into_value(), locals)
        }
    };
    let Some(globals) = globals.downcast_ref::<Dict>() else {
        return Err(cx.type_error("globals must be a dict"));
    };
    cx.add_builtins_dict_to(globals);
    Ok((globals.clone(), locals))
}

impl Ctx {
    fn is_mapping(&self, value: &Value) -> bool {
        self.class_of(value).slots.subscript.get().is_some()
    }
}
