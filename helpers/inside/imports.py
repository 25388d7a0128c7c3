"""Modules that are changed when the program imports them, and not before: what it doesn't use costs it nothing."""
import sys


def when_imported(name, change):
    """Call change(module) as soon as the module of this name has been imported: now, where it is there already."""
    if name in sys.modules:
        change(sys.modules[name])
    else:
        waiting.changes.setdefault(name, []).append(change)


class Waiting:
    """A finder that finds nothing itself. It asks the others, and has the module changed once it has been executed."""

    def __init__(self):
        self.changes = {}

    def find_spec(self, name, path=None, target=None):
        if name not in self.changes:
            return None
        changes = self.changes.pop(name)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if finder is not self else None
            if spec and spec.loader:
                self.follow(spec.loader, changes)
                return spec
        return None

    @staticmethod
    def follow(loader, changes):
        """The loader stays the module's own; for once, it does more than it did."""
        execute = loader.exec_module

        def exec_module(module):
            loader.__dict__.pop("exec_module", None)
            execute(module)
            for change in changes:
                change(module)

        if not isinstance(loader, type):         # a class loads what is frozen, or built in: all of it
            loader.exec_module = exec_module


waiting = Waiting()


def install():
    sys.meta_path.insert(0, waiting)
