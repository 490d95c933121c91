"""Structured logs: one JSON object a line, with the request's id; what is secret never reaches them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_KEY = re.compile(r"token|secret|password|authorization|cookie|api_?key|code_verifier", re.IGNORECASE)
_SECRET_VALUE = re.compile(
    r"(?i)\b(bearer|dpop|basic)\s+[A-Za-z0-9._~+/=-]{8,}|((?:access_token|refresh_token|client_secret|code|sig)=)[^&\s\"']+"
)


def _redact(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in entry.items():
        if _SECRET_KEY.search(key):
            entry[key] = "***"
        elif isinstance(value, str):
            entry[key] = _SECRET_VALUE.sub("***", value)
    return entry


def init_logs() -> None:
    """Write every log line of ours and of the libraries as JSON to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    line = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(line)
    root = logging.getLogger()
    for old in [h for h in root.handlers if getattr(h, "_relais", False)]:
        root.removeHandler(old)
    out._relais = True  # type: ignore[attr-defined]
    root.addHandler(out)
    root.setLevel(logging.INFO)
    for noisy in (
        "urllib3",
        "requests_oauthlib",
        "oauthlib",
        "celery.app.trace",
        "alembic.runtime",
        "alembic.runtime.migration",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
