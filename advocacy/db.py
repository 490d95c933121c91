"""The database session and the base of every model. `commit()` belongs to views, tasks and commands only."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Identity, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from advocacy.clock import utcnow

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]


class Base(DeclarativeBase):
    """Declarative base: constraints have predictable names, moments have a zone, integers that are keys are 64-bit."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: DateTime(timezone=True)}
    )


class Created:
    """Mixin: when the row was made."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=utcnow)


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def rows_changed(result: Any) -> int:
    """How many rows an UPDATE, INSERT or DELETE touched."""
    return int(result.rowcount)
