//! An isolate's whole outside: files, network, processes, environment, clock, randomness, terminal, signals.
