//! Python 3.14 source text to code objects and diagnostics, in CPython's stages.
