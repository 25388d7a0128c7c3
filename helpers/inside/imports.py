"""Modules that are changed when the program imports them, and not before: what it doesn't use costs it nothing.

And modules that have twins in them already, and that the program imports anew: `del sys.modules["select"]` and a second
import give a fresh one, and so does `importlib.reload`. Libraries do that on purpose (eventlet).
"""
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
        self.changes = {}                        # of modules that aren't there yet: done once
        self.twins = {}                          # of modules that are: {name: {name in it: twin}}

    def find_spec(self, name, path=None, target=None):
        changes = self.changes.pop(name, [])
        if name in self.twins:
            changes = [*changes, lambda module: vars(module).update(self.twins[name])]
        for finder in sys.meta_path if changes else ():
            spec = finder.find_spec(name, path, target) if finder is not self else None
            if spec and spec.loader:
                spec.loader = Loader(spec.loader, changes)
                return spec
        return None


class Loader:
    """For once in the place of a module's own loader, which it has again when it is there."""

    def __init__(self, own, changes):
        self.own, self.changes = own, changes

    def create_module(self, spec):
        return self.own.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.own
        self.own.exec_module(module)
        for change in self.changes:
            change(module)


waiting = Waiting()


def install(*names):
    """Modules of these names are about to get twins. Returns what is to be called as soon as they have them."""
    before = {name: dict(vars(sys.modules[name])) for name in names}

    def have_twins():
        for name, own in before.items():
            now = vars(sys.modules[name])
            waiting.twins[name] = {key: twin for key, twin in now.items() if key not in own or own[key] is not twin}
        waiting.twins["socket"]["socket"] = sys.modules["socket"].socket       # its twins are methods

    sys.meta_path.insert(0, waiting)
    return have_twins
