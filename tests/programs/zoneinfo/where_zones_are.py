# Zones are looked for where systems have them.
import zoneinfo

print(zoneinfo.TZPATH)  # expect: ('/usr/share/zoneinfo', '/usr/lib/zoneinfo', '/usr/share/lib/zoneinfo', '/etc/zoneinfo')
