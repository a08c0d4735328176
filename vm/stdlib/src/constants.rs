//! Integer constants of the platform, added to a module by name.

/// Adds constants of the crate `libc` under their own names.
macro_rules! platform_constants {
    ($m:expr; $($name:ident)*) => {
        for (name, value) in [$((stringify!($name), libc::$name as i64)),*] {
            $m.add(name, value)?;
        }
    };
}

/// Adds constants that the crate `libc` does not know, with their values.
macro_rules! given_constants {
    ($m:expr; $($name:ident = $value:expr,)*) => {
        for (name, value) in [$((stringify!($name), $value as i64)),*] {
            $m.add(name, value)?;
        }
    };
}
