"""What can be shared: posts with their wordings, topics and audiences, and what a person put aside."""

from advocacy.content.models.audience import Audience, PostAudience
from advocacy.content.models.post import Post, PostState, PostTopic, Topic, TopicFollow, Wording
from advocacy.content.models.shelf import Dismissal, SavedPost

__all__ = [
    "Audience",
    "Dismissal",
    "Post",
    "PostAudience",
    "PostState",
    "PostTopic",
    "SavedPost",
    "Topic",
    "TopicFollow",
    "Wording",
]
