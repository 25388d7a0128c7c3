"""nbval's kernels talk over unix sockets, each in a folder of its own.

Over TCP a kernel is told port numbers that are free at that moment, and about one start in a hundred finds one of
them taken: these notebooks open and close many connections.

What a learner has solved so far is neither read nor kept: cells show the same to everybody.
"""
import os
import tempfile

import nbval.kernel
import pytest
from jupyter_client.manager import KernelManager

os.environ["COURSE_PROGRESS"] = ""


class UnixKernelManager(KernelManager):
    def __init__(self, **options):
        self.folder = tempfile.TemporaryDirectory(prefix="kernel-", dir="/tmp")     # short: a socket's path is bounded
        super().__init__(transport="ipc", ip=f"{self.folder.name}/k", **options)

    def cleanup_resources(self, restart=False):
        super().cleanup_resources(restart)
        if not restart:
            self.folder.cleanup()


nbval.kernel.KernelManager = UnixKernelManager


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Of a cell that has failed, nbval names the kinds of its outputs. What was said on stderr is told in full."""
    report = (yield).get_result()
    said = [out.text for out in getattr(item, "test_outputs", None) or () if out.get("name") == "stderr"]
    if report.failed and said:
        report.sections.append(("stderr of this cell", "".join(said)))
