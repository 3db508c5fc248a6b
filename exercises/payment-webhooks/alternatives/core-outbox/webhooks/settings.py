"""What the environment says."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings."""

    database_url: str
    redis_url: str
    ledger_url: str
    secrets: tuple[bytes, ...]
    operator_token: str
    retry_base_seconds: float = 5
    max_attempts: int = 10
    ledger_timeout_seconds: float = 5

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read them; raises KeyError for one that is missing."""
        env = os.environ
        return cls(
            # SQLAlchemy 2.1 takes psycopg 3 where the URL names no driver.
            database_url=env["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg2://"),
            redis_url=env["REDIS_URL"],
            ledger_url=env["LEDGER_URL"],
            secrets=tuple(s.encode() for s in env["WEBHOOK_SECRETS"].split(",") if s),
            operator_token=env["OPERATOR_TOKEN"],
            retry_base_seconds=float(env.get("RETRY_BASE_SECONDS", "5")),
            max_attempts=int(env.get("MAX_ATTEMPTS", "10")),
            ledger_timeout_seconds=float(env.get("LEDGER_TIMEOUT_SECONDS", "5")),
        )
