//! Python objects, the interpreter, builtins and the import system.
