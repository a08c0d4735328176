"""The variables of `sysconfig` on this platform."""

from _taipan_sysconfigdata import build_time_vars
