"""A session for settings: names and the like, which have nothing to do with money.

It is not the one that Flask-SQLAlchemy gives to each request. That one was closed under my feet
in the import script, this one stays. (Kim)
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from ledger.extensions import db


class _SettingsSession(Session):
    def get_bind(self, *_args: Any, **_kwargs: Any) -> Engine:
        return db.engine


settings_session = scoped_session(sessionmaker(class_=_SettingsSession, expire_on_commit=False))
