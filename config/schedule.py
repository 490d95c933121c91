"""What runs when. Each entry is a nudge: the rows say what is due, so a missed or doubled run is harmless."""

from datetime import timedelta
from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "health.heartbeat", "schedule": timedelta(seconds=10)},
    "deliver due shares": {"task": "sharing.deliver_due", "schedule": timedelta(seconds=15)},
    "sweep lost shares": {"task": "sharing.sweep", "schedule": timedelta(minutes=1)},
    "delete posts": {"task": "sharing.remove_due", "schedule": timedelta(minutes=1)},
    "read due sources": {"task": "sources.read_due", "schedule": timedelta(minutes=1)},
    "count clicks": {"task": "tracking.count_clicks", "schedule": timedelta(seconds=3)},
    "measure shares": {"task": "tracking.measure_due", "schedule": timedelta(seconds=30)},
    "renew connections": {"task": "networks.renew_due", "schedule": timedelta(minutes=10)},
    "send mail": {"task": "mail.send_due", "schedule": timedelta(seconds=30)},
    "forget old salts": {"task": "tracking.forget_salts", "schedule": timedelta(hours=1)},
}
