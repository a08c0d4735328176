# What a user installs is found where every Python 3.14 puts it.
import site
import sysconfig

print(site.getusersitepackages().removeprefix(site.getuserbase()))  # expect: /lib/python3.14/site-packages
print(sysconfig.get_path("purelib", "posix_prefix", {"base": "/x"}))  # expect: /x/lib/python3.14/site-packages
print(sysconfig.get_path("purelib", "posix_user", {"userbase": "/u"}))  # expect: /u/lib/python3.14/site-packages
