# Arguments, and the names of programs, need not be UTF-8.
import os
import subprocess
import sys
import tempfile

show = "import sys; print(ascii(sys.argv[1:]))"
print(subprocess.run([sys.executable, "-c", show, b"\xff", "\u00e9"], stdout=subprocess.PIPE).stdout.decode().strip())  # expect: ['\\udcff', '\\xe9']
with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(os.fsencode(folder), b"x\xff.py")
    with open(file, "w") as stream:
        stream.write("import sys; print(ascii(__file__[-6:]), ascii(sys.argv[0][-6:]))")
    print(subprocess.run([sys.executable, file], stdout=subprocess.PIPE).stdout.decode().strip())  # expect: '/x\\udcff.py' '/x\\udcff.py'
done = subprocess.run([sys.executable, "-c", b"\xff"], stderr=subprocess.PIPE)
print(done.returncode, done.stderr.decode().splitlines())  # expect: 1 ['Unable to decode the command from the command line:', "UnicodeEncodeError: 'utf-8' codec can't encode character '\\\\udcff' in position 0: surrogates not allowed"]
