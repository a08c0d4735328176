//! What the three front-ends share: cells, completion, inspection, history, display, tracebacks.
