"""A working folder for a program: what it writes there is there for its next run, and gone with the notebook.

A folder that `run` has made goes away when nobody has it any more, no server and no variable, or else when the
notebook ends. Where the kernel is killed, nobody is left who could do that: the next such folder that is made on this
machine sweeps it away. So a folder that is in use is locked (flock(2)), and a lock ends with its process.
"""
import fcntl
import os
import shutil
import tempfile
import time
import weakref
from contextlib import suppress
from pathlib import Path

from ..errors import GlassError

PREFIX = "working-folder-"
NEW = 60.0         # seconds: a folder that is this young may not have its lock yet


class Folder(os.PathLike):
    """The folder that a program runs in: whatever takes a path takes it, and `folder / "name"` is the path of a file in it."""

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path).resolve()

    def __fspath__(self):
        return str(self.path)

    def __truediv__(self, name) -> Path:
        return self.path / name

    def __repr__(self):
        names = sorted(os.listdir(self.path)) if self.path.is_dir() else []
        return f"a folder with {', '.join(names)}" if names else "an empty folder"


class Temporary(Folder):
    """A folder that goes away with this object."""

    def __init__(self):
        sweep()
        super().__init__(tempfile.mkdtemp(prefix=PREFIX))
        lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        weakref.finalize(self, remove, self.path, lock)


def working_folder(asked: bool | str | os.PathLike | None) -> Folder | None:
    """What `run` was asked for, as a Folder: True is a new one, None none at all. Raises GlassError if it isn't there."""
    if asked is None or asked is False:
        return None
    if asked is True:
        return Temporary()
    if not os.path.isdir(asked):
        raise GlassError(f"There is no folder {Path(asked).name!r} to run in. Make it first, or have one made: folder=True.")
    return asked if isinstance(asked, Folder) else Folder(asked)


def remove(path, lock):
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


def sweep() -> None:
    """Remove the folders of notebooks that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):                # somebody else's, or in use, or gone in this moment
            if time.time() - path.stat().st_mtime > NEW:
                lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
                finally:
                    os.close(lock)
