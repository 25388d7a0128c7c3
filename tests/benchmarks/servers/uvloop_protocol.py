"""protocol.py, on uvloop: an event loop for asyncio that isn't written in Python."""
import asyncio
import runpy
from pathlib import Path

import uvloop

asyncio.run = uvloop.run
runpy.run_path(Path(__file__).with_name("protocol.py"))
