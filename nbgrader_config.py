"""For nbgrader: where the exercises are. INSTRUCTORS.md says how to use it."""
c = get_config()                                          # noqa: F821  (nbgrader's own)

c.CourseDirectory.course_id = "io-multiplexing"
c.CourseDirectory.source_directory = "notebooks/solutions"       # the one source: exercises with their solutions
c.CourseDirectory.release_directory = "notebooks/exercises"      # what learners get: made from it
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.pyc", "*.py"]      # programs: cells write them
c.Execute.timeout = 240                                   # seconds a cell: a check has bounds of its own, and ends before
