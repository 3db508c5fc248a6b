"""flaskgrade: grade Flask take-home submissions, every point with its evidence."""

__version__ = "0.1.0"
