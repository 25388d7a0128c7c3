"""nbval's kernels talk over unix sockets, each in a folder of its own.

Over TCP a kernel is told port numbers that are free at that moment, and about one start in a hundred finds one of
them taken: these notebooks open and close many connections.
"""
import tempfile

import nbval.kernel
from jupyter_client.manager import KernelManager


class UnixKernelManager(KernelManager):
    def __init__(self, **options):
        self.folder = tempfile.TemporaryDirectory(prefix="kernel-", dir="/tmp")     # short: a socket's path is bounded
        super().__init__(transport="ipc", ip=f"{self.folder.name}/k", **options)

    def cleanup_resources(self, restart=False):
        super().cleanup_resources(restart)
        if not restart:
            self.folder.cleanup()


nbval.kernel.KernelManager = UnixKernelManager
