//! The Jupyter kernel: protocol, sockets and the thread that runs cells.
