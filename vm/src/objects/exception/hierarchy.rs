//! The exception classes, with their bases.
//!
//! CPython 3.14: `Objects/exceptions.c`. A row names the class's base, the layout of its instances, and, if it has
//! methods or fields of its own, where they are declared.

use super::fields::exception_class;
use super::{
    BaseException,
    attribute::{AttributeError, NameError},
    group::BaseExceptionGroup,
    import::ImportError,
    key::KeyError,
    os::OsError,
    stop::{StopIteration, SystemExit},
    syntax::SyntaxError,
    unicode::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError},
};

/// What a class without methods and fields of its own declares.
struct Plain;

#[taipan_macros::pymethods]
impl Plain {}

macro_rules! exceptions {
    ($($function:ident: $name:literal ($base:expr) $([$layout:ty])? $({$methods:ty, $members:expr})? $doc:literal,)*) => {
        $(exceptions!(@one $function, $name, $base, [$($layout)?], [$($methods, $members)?], $doc);)*
    };
    (@one $function:ident, $name:literal, $base:expr, [], [], $doc:literal) => {
        exception_class!($function, $name, $base, BaseException, Plain, &[], $doc);
    };
    (@one $function:ident, $name:literal, $base:expr, [$layout:ty], [], $doc:literal) => {
        exception_class!($function, $name, $base, $layout, Plain, &[], $doc);
    };
    (@one $function:ident, $name:literal, $base:expr, [$layout:ty], [$methods:ty, $members:expr], $doc:literal) => {
        exception_class!($function, $name, $base, $layout, $methods, $members, $doc);
    };
}

exceptions! {
    base_exception: "BaseException" (None) [BaseException] {BaseException, &[]} "Common base class for all exceptions",
    base_exception_group: "BaseExceptionGroup" (Some(base_exception)) [BaseExceptionGroup] {BaseExceptionGroup, BaseExceptionGroup::FIELDS} "A combination of multiple unrelated exceptions.",
    exception_group: "ExceptionGroup" (Some(base_exception_group)) [BaseExceptionGroup] "",
    exception: "Exception" (Some(base_exception)) "Common base class for all non-exit exceptions.",
    arithmetic_error: "ArithmeticError" (Some(exception)) "Base class for arithmetic errors.",
    floating_point_error: "FloatingPointError" (Some(arithmetic_error)) "Floating-point operation failed.",
    overflow_error: "OverflowError" (Some(arithmetic_error)) "Result too large to be represented.",
    zero_division_error: "ZeroDivisionError" (Some(arithmetic_error)) "Second argument to a division or modulo operation was zero.",
    assertion_error: "AssertionError" (Some(exception)) "Assertion failed.",
    attribute_error: "AttributeError" (Some(exception)) [AttributeError] {AttributeError, AttributeError::FIELDS} "Attribute not found.",
    buffer_error: "BufferError" (Some(exception)) "Buffer error.",
    eof_error: "EOFError" (Some(exception)) "Read beyond end of file.",
    import_error: "ImportError" (Some(exception)) [ImportError] {ImportError, ImportError::FIELDS} "Import can't find module, or can't find name in module.",
    module_not_found_error: "ModuleNotFoundError" (Some(import_error)) [ImportError] "Module not found.",
    lookup_error: "LookupError" (Some(exception)) "Base class for lookup errors.",
    index_error: "IndexError" (Some(lookup_error)) "Sequence index out of range.",
    key_error: "KeyError" (Some(lookup_error)) [BaseException] {KeyError, &[]} "Mapping key not found.",
    memory_error: "MemoryError" (Some(exception)) "Out of memory.",
    name_error: "NameError" (Some(exception)) [NameError] {NameError, NameError::FIELDS} "Name not found globally.",
    unbound_local_error: "UnboundLocalError" (Some(name_error)) [NameError] "Local name referenced but not bound to a value.",
    os_error: "OSError" (Some(exception)) [OsError] {OsError, OsError::FIELDS} "Base class for I/O related errors.",
    blocking_io_error: "BlockingIOError" (Some(os_error)) [OsError] "I/O operation would block.",
    child_process_error: "ChildProcessError" (Some(os_error)) [OsError] "Child process error.",
    connection_error: "ConnectionError" (Some(os_error)) [OsError] "Connection error.",
    broken_pipe_error: "BrokenPipeError" (Some(connection_error)) [OsError] "Broken pipe.",
    connection_aborted_error: "ConnectionAbortedError" (Some(connection_error)) [OsError] "Connection aborted.",
    connection_refused_error: "ConnectionRefusedError" (Some(connection_error)) [OsError] "Connection refused.",
    connection_reset_error: "ConnectionResetError" (Some(connection_error)) [OsError] "Connection reset.",
    file_exists_error: "FileExistsError" (Some(os_error)) [OsError] "File already exists.",
    file_not_found_error: "FileNotFoundError" (Some(os_error)) [OsError] "File not found.",
    interrupted_error: "InterruptedError" (Some(os_error)) [OsError] "Interrupted by signal.",
    is_a_directory_error: "IsADirectoryError" (Some(os_error)) [OsError] "Operation doesn't work on directories.",
    not_a_directory_error: "NotADirectoryError" (Some(os_error)) [OsError] "Operation only works on directories.",
    permission_error: "PermissionError" (Some(os_error)) [OsError] "Not enough permissions.",
    process_lookup_error: "ProcessLookupError" (Some(os_error)) [OsError] "Process not found.",
    timeout_error: "TimeoutError" (Some(os_error)) [OsError] "Timeout expired.",
    reference_error: "ReferenceError" (Some(exception)) "Weak ref proxy used after referent went away.",
    runtime_error: "RuntimeError" (Some(exception)) "Unspecified run-time error.",
    not_implemented_error: "NotImplementedError" (Some(runtime_error)) "Method or function hasn't been implemented yet.",
    python_finalization_error: "PythonFinalizationError" (Some(runtime_error)) "Operation blocked during Python finalization.",
    recursion_error: "RecursionError" (Some(runtime_error)) "Recursion limit exceeded.",
    stop_async_iteration: "StopAsyncIteration" (Some(exception)) "Signal the end from iterator.__anext__().",
    stop_iteration: "StopIteration" (Some(exception)) [StopIteration] {StopIteration, StopIteration::FIELDS} "Signal the end from iterator.__next__().",
    syntax_error: "SyntaxError" (Some(exception)) [SyntaxError] {SyntaxError, SyntaxError::FIELDS} "Invalid syntax.",
    indentation_error: "IndentationError" (Some(syntax_error)) [SyntaxError] "Improper indentation.",
    tab_error: "TabError" (Some(indentation_error)) [SyntaxError] "Improper mixture of spaces and tabs.",
    incomplete_input_error: "_IncompleteInputError" (Some(syntax_error)) [SyntaxError] "incomplete input.",
    system_error: "SystemError" (Some(exception)) "Internal error in the Python interpreter.",
    type_error: "TypeError" (Some(exception)) "Inappropriate argument type.",
    value_error: "ValueError" (Some(exception)) "Inappropriate argument value (of correct type).",
    unicode_error: "UnicodeError" (Some(value_error)) "Unicode related error.",
    unicode_decode_error: "UnicodeDecodeError" (Some(unicode_error)) [UnicodeDecodeError] {UnicodeDecodeError, UnicodeDecodeError::FIELDS} "Unicode decoding error.",
    unicode_encode_error: "UnicodeEncodeError" (Some(unicode_error)) [UnicodeEncodeError] {UnicodeEncodeError, UnicodeEncodeError::FIELDS} "Unicode encoding error.",
    unicode_translate_error: "UnicodeTranslateError" (Some(unicode_error)) [UnicodeTranslateError] {UnicodeTranslateError, UnicodeTranslateError::FIELDS} "Unicode translation error.",
    warning: "Warning" (Some(exception)) "Base class for warning categories.",
    bytes_warning: "BytesWarning" (Some(warning)) "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.",
    deprecation_warning: "DeprecationWarning" (Some(warning)) "Base class for warnings about deprecated features.",
    encoding_warning: "EncodingWarning" (Some(warning)) "Base class for warnings about encodings.",
    future_warning: "FutureWarning" (Some(warning)) "Base class for warnings about constructs that will change semantically\nin the future.",
    import_warning: "ImportWarning" (Some(warning)) "Base class for warnings about probable mistakes in module imports",
    pending_deprecation_warning: "PendingDeprecationWarning" (Some(warning)) "Base class for warnings about features which will be deprecated\nin the future.",
    resource_warning: "ResourceWarning" (Some(warning)) "Base class for warnings about resource usage.",
    runtime_warning: "RuntimeWarning" (Some(warning)) "Base class for warnings about dubious runtime behavior.",
    syntax_warning: "SyntaxWarning" (Some(warning)) "Base class for warnings about dubious syntax.",
    unicode_warning: "UnicodeWarning" (Some(warning)) "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.",
    user_warning: "UserWarning" (Some(warning)) "Base class for warnings generated by user code.",
    generator_exit: "GeneratorExit" (Some(base_exception)) "Request that a generator exit.",
    keyboard_interrupt: "KeyboardInterrupt" (Some(base_exception)) "Program interrupted by user.",
    system_exit: "SystemExit" (Some(base_exception)) [SystemExit] {SystemExit, SystemExit::FIELDS} "Request to exit from the interpreter.",
}
