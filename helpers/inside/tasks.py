"""Which tasks of asyncio went on in an iteration, while the loop is stepped. A twin, as in `calls.py`."""
from .imports import when_imported


def install(recorder):
    when_imported("asyncio.events", lambda module: watch(module, recorder))


def watch(module, recorder):
    """asyncio's loop runs handles; where a handle lets a task go on, it is bound to that task."""
    real = module.Handle._run

    def _run(self):
        if recorder.gate.closed:
            recorder.goes_on(getattr(self._callback, "__self__", None))
        real(self)

    module.Handle._run = _run


def name_of(task):
    """"Task-2 (echo)": the task's own name, and that of its coroutine."""
    return f"{task.get_name()} ({getattr(task.get_coro(), '__name__', '?')})"
