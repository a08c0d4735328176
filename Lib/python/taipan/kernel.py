"""Serve a Jupyter kernel's requests: the Python half.

The protocol, the sockets and the threads are native. Requests come as JSON texts, replies go back as JSON texts, and what
a cell shows goes through an outlet with the methods `stream(name, text)`, `flush()`, `publish(kind, json)`,
`comm(kind, json, json, buffers)` and `input(prompt, password)`.
"""

import builtins
import fnmatch
import getpass
import io
import json
import os
import sys

from taipan import comms, completion, display, inspection
from taipan.shell import Shell


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, kernel, name, descriptor):
        self._kernel = kernel
        self.name = f"<{name}>"
        self._stream = name
        self._descriptor = descriptor

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        return self._descriptor

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"string argument expected, got '{type(text).__name__}'")
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if text:
            # A lone surrogate cannot travel as JSON.
            self._kernel.outlet.stream(self._stream, text.encode("utf-8", "replace").decode("utf-8"))
        return len(text)

    def flush(self):
        if not self.closed:
            self._kernel.outlet.flush()


class Exit:
    """`exit` and `quit`: ask the frontend to end the kernel after this cell."""

    def __init__(self, kernel):
        self._kernel = kernel

    def __repr__(self):
        return "Use exit() to end the kernel."

    def __call__(self, keep_kernel=False):
        self._kernel.ask_exit(keep_kernel)


class _IPythonFinder:
    """Finds our part of IPython when a program asks for it; start-up does not pay for it."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != "IPython":
            return None
        from taipan import ipython

        return ipython.find_spec(name, path)


class Kernel:
    """What one kernel process knows: the shell and the history."""

    def __init__(self, outlet, compiler):
        self.outlet = outlet
        self.shell = Shell(compiler)
        self.count = 1
        self.session = 1
        self.history = []
        self._result = None
        self._silent = False
        self._quiet = False
        self._executing = 0
        self._payload = []
        self.shell.namespace.update({"In": [""], "Out": {}, "_": "", "__": "", "___": ""})
        sys.stdout = Stream(self, "stdout", 1)
        sys.stderr = Stream(self, "stderr", 2)
        sys.displayhook = self.displayhook
        builtins.input = self.input
        builtins.exit = builtins.quit = Exit(self)
        getpass.getpass = self.getpass
        display.set_publisher(self.publish_display, self.clear_output)
        comms.connect(self.publish_comm)
        sys.meta_path.insert(0, _IPythonFinder())
        builtins.display = display.display
        os.environ.setdefault("TERM", "xterm-color")
        os.environ.setdefault("PAGER", "cat")

    # -- running -----------------------------------------------------------------------------------------------------

    def execute(self, request, outlet):
        """Run a cell; return the reply."""
        request = json.loads(request)
        self.outlet = outlet
        code = request["code"]
        silent = self._silent = request.get("silent", False)
        stored = request.get("store_history", True) and not silent
        count = self.count
        if stored:
            self.count += 1
            self.history.append((self.session, count, code, None))
            self.shell.namespace["In"].append(code)
            self.shell.namespace["_ih"] = self.shell.namespace["In"]
        self._quiet = code.rstrip().endswith(";")
        self._payload = []
        self._result = None
        self._executing = count
        if question := inspection.question(code):
            return json.dumps(self.answer(*question, count))
        outcome = self.shell.run(code, f"<ipython-input-{count}>")
        payload = self._payload
        if outcome.error is not None:
            content = self.error_content(outcome.error)
            if not silent:
                self.publish("error", content)
            return json.dumps({**content, "status": "error", "execution_count": count, "payload": payload})
        reply = {"status": "ok", "execution_count": count, "payload": payload, "user_expressions": {}}
        if stored and self._result is not None:
            self.history[-1] = (self.session, count, code, inspection.safe_repr(self._result[0], 100_000))
        for name, expression in (request.get("user_expressions") or {}).items():
            reply["user_expressions"][name] = self.evaluate(expression)
        return json.dumps(reply)

    def answer(self, name, detail, count):
        """Reply to `name?` and `name??` with a page for the frontend's pager."""
        text = inspection.inspect_at(name, len(name), self.shell.namespace, detail)
        if text is None:
            text = f"Object `{name}` not found."
        page = {"source": "page", "data": {"text/plain": text}, "start": 0}
        return {"status": "ok", "execution_count": count, "payload": [page], "user_expressions": {}}

    def ask_exit(self, keep_kernel):
        """Let the reply tell the frontend that the user wants to leave."""
        self._payload.append({"source": "ask_exit", "keepkernel": keep_kernel})

    def evaluate(self, expression):
        """Evaluate a user expression into what the reply says of it."""
        try:
            data, metadata = display.mime_bundle(eval(expression, self.shell.namespace))
        except Exception as error:
            return {"status": "error", **self.error_content(error)}
        return {"status": "ok", "data": data, "metadata": metadata}

    def error_content(self, error):
        lines = [line for text in self.shell.format(error, colors=True) for line in text.rstrip("\n").split("\n")]
        try:
            value = str(error)
        except Exception:
            value = "<exception str() failed>"
        return {"ename": type(error).__name__, "evalue": value, "traceback": lines}

    def displayhook(self, value):
        if value is None:
            return
        namespace = self.shell.namespace
        if not self._silent:
            namespace["___"], namespace["__"], namespace["_"] = namespace.get("__"), namespace.get("_"), value
            builtins._ = value
            namespace["Out"][self._executing] = namespace[f"_{self._executing}"] = value
            self._result = (value,)
            if not self._quiet:
                own = None if isinstance(value, type) else getattr(value, "_ipython_display_", None)
                if callable(own):
                    own()
                    return
                sys.stdout.flush()
                data, metadata = display.mime_bundle(value)
                self.publish(
                    "execute_result", {"execution_count": self._executing, "data": data, "metadata": metadata}
                )

    # -- talking to the frontend -------------------------------------------------------------------------------------

    def publish(self, kind, content):
        self.outlet.publish(kind, json.dumps(content, default=repr))

    def publish_display(self, data, metadata, transient, update):
        kind = "update_display_data" if update else "display_data"
        self.publish(kind, {"data": data, "metadata": metadata, "transient": transient})

    def clear_output(self, wait):
        self.publish("clear_output", {"wait": bool(wait)})

    def publish_comm(self, kind, content, metadata, buffers):
        self.outlet.comm(kind, content, metadata, buffers)

    def input(self, prompt="", /):
        sys.stdout.flush()
        return self.outlet.input(str(prompt), False)

    def getpass(self, prompt="Password: ", stream=None):
        return self.outlet.input(str(prompt), True)

    # -- comms -------------------------------------------------------------------------------------------------------

    def comm(self, request, buffers, outlet):
        """Take a message on a comm; what its handlers print belongs to that message."""
        self.outlet = outlet
        message = json.loads(request)
        message["buffers"] = buffers
        getattr(comms.get_comm_manager(), message["msg_type"])(None, None, message)

    def comm_info(self, target):
        """Return the open comms, or those of one target."""
        found = {
            comm_id: {"target_name": comm.target_name}
            for comm_id, comm in comms.get_comm_manager().comms.items()
            if target is None or comm.target_name == target
        }
        return json.dumps({"status": "ok", "comms": found})

    # -- questions ---------------------------------------------------------------------------------------------------

    def complete(self, request):
        request = json.loads(request)
        code = request["code"]
        cursor = position(code, request.get("cursor_pos"))
        start, found = completion.complete(code, cursor, self.shell.namespace)
        types = [{"start": start, "end": cursor, "text": c.text, "type": c.kind} for c in found]
        return json.dumps(
            {
                "status": "ok",
                "matches": [candidate.text for candidate in found],
                "cursor_start": start,
                "cursor_end": cursor,
                "metadata": {"_jupyter_types_experimental": types},
            }
        )

    def inspect(self, request):
        request = json.loads(request)
        code = request["code"]
        cursor = position(code, request.get("cursor_pos"))
        text = inspection.inspect_at(code, cursor, self.shell.namespace, request.get("detail_level", 0))
        data = {} if text is None else {"text/plain": text}
        return json.dumps({"status": "ok", "found": text is not None, "data": data, "metadata": {}})

    def find_history(self, request):
        request = json.loads(request)
        kind = request.get("hist_access_type", "tail")
        entries = list(self.history)
        if kind == "range":
            session = request.get("session", 0)
            session = self.session + session if session <= 0 else session
            start, stop = request.get("start", 1), request.get("stop")
            if start < 0:
                start += self.count
            if stop is not None and stop < 0:
                stop += self.count
            entries = [e for e in entries if e[0] == session and e[1] >= start and (stop is None or e[1] < stop)]
        elif kind == "search":
            pattern = request.get("pattern", "*")
            entries = [e for e in entries if fnmatch.fnmatchcase(e[2], pattern)]
            if request.get("unique", False):
                entries = list({e[2]: e for e in entries}.values())
        if kind != "range" and request.get("n") is not None:
            entries = entries[max(len(entries) - request["n"], 0) :]
        if request.get("output", False):
            rows = [[s, line, [source, output]] for s, line, source, output in entries]
        else:
            rows = [[s, line, source] for s, line, source, _ in entries]
        return json.dumps({"status": "ok", "history": rows})


def position(code, cursor):
    """Return a position inside the code: the end if it is missing or beyond."""
    if cursor is None or cursor < 0 or cursor > len(code):
        return len(code)
    return cursor
