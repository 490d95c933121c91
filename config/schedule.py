"""What runs when. Each entry is a nudge: the rows say what is due, so a missed or doubled run is harmless."""

from datetime import timedelta
from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "health.heartbeat", "schedule": timedelta(seconds=10)},
    "deliver due shares": {"task": "sharing.deliver_due", "schedule": timedelta(seconds=15)},
    "announce shares": {"task": "sharing.announce_due", "schedule": timedelta(seconds=30)},
    "ask about shares": {"task": "sharing.settle_due", "schedule": timedelta(seconds=30)},
    "sweep lost shares": {"task": "sharing.sweep", "schedule": timedelta(minutes=1)},
    "delete posts": {"task": "sharing.remove_due", "schedule": timedelta(minutes=1)},
    "read due sources": {"task": "sources.read_due", "schedule": timedelta(minutes=1)},
    "warn of failing sources": {"task": "sources.warn_of_failing", "schedule": timedelta(hours=1)},
    "read proposed links": {"task": "content.read_proposed_links", "schedule": timedelta(minutes=1)},
    "index older posts": {"task": "content.index_posts", "schedule": timedelta(minutes=5)},
    "count clicks": {"task": "tracking.count_clicks", "schedule": timedelta(seconds=3)},
    "measure shares": {"task": "tracking.measure_due", "schedule": timedelta(seconds=30)},
    "renew connections": {"task": "networks.renew_due", "schedule": timedelta(minutes=10)},
    "read limits of networks": {"task": "networks.read_limits", "schedule": timedelta(hours=1)},
    "look after networks": {"task": "networks.look_after", "schedule": timedelta(hours=12)},
    "warn of endings": {"task": "networks.warn_of_endings", "schedule": timedelta(hours=1)},
    "remind approvers": {"task": "approval.remind_due", "schedule": timedelta(hours=1)},
    "tell bodies of offers": {"task": "cascade.tell_offered", "schedule": timedelta(minutes=1)},
    "follow recalls": {"task": "sharing.follow_recalls", "schedule": timedelta(minutes=5)},
    "forget prints of texts": {"task": "sharing.forget_prints", "schedule": timedelta(hours=1)},
    "answer what the assistant was asked": {"task": "assistant.answer_waiting", "schedule": timedelta(minutes=1)},
    "give up lost questions": {"task": "assistant.sweep", "schedule": timedelta(minutes=1)},
    "send mail": {"task": "mail.send_due", "schedule": timedelta(seconds=30)},
    "remove orphan files": {"task": "orphans.remove", "schedule": timedelta(hours=12)},
    "forget old words": {"task": "content.forget_old_words", "schedule": timedelta(hours=6)},
    "forget old salts": {"task": "tracking.forget_salts", "schedule": timedelta(hours=1)},
}
