"""What the glass costs, and what the lessons' servers do: `python -m tests.benchmarks`."""
