"""The application reads its settings as it is imported: so they come first."""

import os

os.environ["DATABASE_URL"] = "sqlite://"
os.environ["SECRET_KEY"] = "a-key-for-tests-that-is-long-enough"
