"""The proof that all of it works, in the same rooms as helpers/; course/ is about the lessons, the notebooks and the project."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AN_HOUR = 3600     # seconds: whoever was started by a test that has been killed then ends by itself
