//! The frozen standard library: compiled at build time, embedded, loaded lazily.
