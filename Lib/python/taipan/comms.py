"""Talk with the frontend besides cells: comms, on which widgets keep their models.

The interface is that of the package `comm`, which widget libraries import: a comm has `send`, `close`, `on_msg` and
`on_close`, and the manager knows the targets that a frontend may open. In a kernel `import comm` gives this module, or,
if the package is installed, the package with this module's functions in the places that it keeps for kernels.
"""

import importlib
import json
import os
import sys


class Comm:
    """One conversation with the frontend; making it opens it."""

    target_name = "comm"
    target_module = None

    def __init__(self, target_name="", data=None, metadata=None, buffers=None, comm_id=None, primary=True,
                 target_module=None, topic=None, _open_data=None, _close_data=None, **options):
        super().__init__(**options)
        self.comm_id = comm_id if comm_id else os.urandom(16).hex()
        self.primary = primary
        self.target_name = target_name if target_name else self.target_name
        self.target_module = target_module if target_module else self.target_module
        self.topic = topic if topic else f"comm-{self.comm_id}".encode("ascii")
        self._open_data = {} if _open_data is None else _open_data
        self._close_data = {} if _close_data is None else _close_data
        self._msg_callback = None
        self._close_callback = None
        self._closed = True
        if self.primary:
            self.open(data=data, metadata=metadata, buffers=buffers)
        else:
            self._closed = False

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        """Send a message of this comm."""
        _publish(msg_type, {"data": {} if data is None else data, "comm_id": self.comm_id, **keys}, metadata, buffers)

    def open(self, data=None, metadata=None, buffers=None):
        """Open the comm in the frontend."""
        manager = get_comm_manager()
        manager.register_comm(self)
        try:
            self.publish_msg(
                "comm_open",
                data=self._open_data if data is None else data,
                metadata=metadata,
                buffers=buffers,
                target_name=self.target_name,
                target_module=self.target_module,
            )
        except BaseException:
            manager.unregister_comm(self)
            raise
        self._closed = False

    def close(self, data=None, metadata=None, buffers=None, deleting=False):
        """Close the comm; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        data = self._close_data if data is None else data
        self.publish_msg("comm_close", data=data, metadata=metadata, buffers=buffers)
        if not deleting:
            get_comm_manager().unregister_comm(self)

    def send(self, data=None, metadata=None, buffers=None):
        """Send data on the comm."""
        self.publish_msg("comm_msg", data=data, metadata=metadata, buffers=buffers)

    def on_msg(self, callback):
        """Let `callback(message)` take what the frontend sends; None for nobody."""
        self._msg_callback = callback

    def on_close(self, callback):
        """Let `callback(message)` know when the frontend closes the comm; None for nobody."""
        self._close_callback = callback

    def handle_msg(self, msg):
        """Take a message from the frontend."""
        if self._msg_callback is not None:
            self._msg_callback(msg)

    def handle_close(self, msg):
        """Take the frontend's closing message."""
        if self._close_callback is not None:
            self._close_callback(msg)

    def __del__(self):
        try:
            self.close(deleting=True)
        except Exception:
            # The frontend is gone, or the interpreter half taken down: nobody is left to tell.
            pass


class CommManager:
    """The open comms, and the targets that a frontend may open."""

    def __init__(self):
        self.comms = {}
        self.targets = {}

    def register_target(self, target_name, f):
        """Let `f(comm, message)`, or the function with this dotted name, take the comms of a target."""
        self.targets[target_name] = _imported(f) if isinstance(f, str) else f

    def unregister_target(self, target_name, f):
        """Forget a target and return its function."""
        return self.targets.pop(target_name)

    def register_comm(self, comm):
        """Know a comm; return its id."""
        self.comms[comm.comm_id] = comm
        return comm.comm_id

    def unregister_comm(self, comm):
        """Forget a comm."""
        self.comms.pop(comm.comm_id, None)

    def get_comm(self, comm_id):
        """Return the open comm of this id, or None."""
        return self.comms.get(comm_id)

    def comm_open(self, stream, ident, msg):
        """A frontend opens a comm: give it to its target, or close it again."""
        content = msg["content"]
        comm = create_comm(comm_id=content["comm_id"], primary=False, target_name=content["target_name"])
        self.register_comm(comm)
        target = self.targets.get(content["target_name"])
        if target is None:
            _complain(f"No such comm target registered: {content['target_name']}\n")
        else:
            try:
                target(comm, msg)
                return
            except Exception:
                _complain_of_error()
        comm.close()

    def comm_msg(self, stream, ident, msg):
        """A frontend sends something on a comm."""
        comm = self.get_comm(msg["content"]["comm_id"])
        if comm is None:
            return
        try:
            comm.handle_msg(msg)
        except Exception:
            _complain_of_error()

    def comm_close(self, stream, ident, msg):
        """A frontend closes a comm."""
        comm = self.comms.pop(msg["content"]["comm_id"], None)
        if comm is None:
            return
        comm._closed = True
        try:
            comm.handle_close(msg)
        except Exception:
            _complain_of_error()


BaseComm = Comm
_manager = CommManager()
_send = None


def create_comm(*args, **options):
    """Make a comm."""
    return Comm(*args, **options)


def get_comm_manager():
    """Return the one manager of this process."""
    return _manager


def connect(send):
    """Let `send(kind, content, metadata, buffers)` carry the messages, and `import comm` find this module."""
    global _send
    _send = send
    sys.meta_path.insert(0, _Finder())


def _publish(kind, content, metadata, buffers):
    if _send is None:
        raise RuntimeError("there is no frontend to talk to")
    content = json.dumps(content, default=repr)
    _send(kind, content, json.dumps(metadata or {}, default=repr), [bytes(buffer) for buffer in buffers or ()])


def _complain(text):
    sys.stderr.write(text)


def _complain_of_error():
    import traceback

    _complain(traceback.format_exc())


def _imported(name):
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


class _Finder:
    """Finds `comm`: the installed package, prepared for this kernel, or else this module."""

    def find_spec(self, name, path=None, target=None):
        if name not in ("comm", "comm.base_comm"):
            return None
        from importlib.machinery import ModuleSpec, PathFinder

        if name == "comm.base_comm":
            is_ours = isinstance(sys.modules["comm"].__spec__.loader, _Alias)
            return ModuleSpec(name, _Alias()) if is_ours else None
        spec = PathFinder.find_spec(name)
        if spec is None or spec.loader is None:
            return ModuleSpec(name, _Alias(), is_package=True)
        spec.loader = _Prepared(spec.loader)
        return spec


class _Alias:
    """Loads this module under another name."""

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        for name in ("BaseComm", "Comm", "CommManager", "create_comm", "get_comm_manager"):
            setattr(module, name, globals()[name])


class _Prepared:
    """Loads the installed package and puts this module's functions in."""

    def __init__(self, loader):
        self._loader = loader

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        module.create_comm = create_comm
        module.get_comm_manager = get_comm_manager
