# Masks of priorities are bits.
import syslog
print(syslog.LOG_MASK(3), syslog.LOG_UPTO(3), syslog.LOG_USER)  # expect: 8 15 8
print(syslog.setlogmask(0) == syslog.setlogmask(0))     # expect: True
try:
    syslog.syslog()
except TypeError as error:
    print(error)                                        # expect: syslog.syslog requires 1 to 2 arguments
