//! Attribute macros that declare native functions, classes and modules.
