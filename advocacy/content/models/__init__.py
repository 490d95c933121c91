"""What can be shared: posts with their wordings, topics and audiences, and what a person put aside."""

from advocacy.content.models.assignment import TopicAssignment
from advocacy.content.models.audience import Audience, LocalSay, PostAudience
from advocacy.content.models.campaign import Campaign, TargetKind
from advocacy.content.models.composing import Attachment, AttachmentKind, PostAutosave, PostTemplate
from advocacy.content.models.history import PostVersion, PostWords
from advocacy.content.models.post import Post, PostState, PostTopic, Topic, TopicFollow, Wording
from advocacy.content.models.proposal import Proposal, ProposalState
from advocacy.content.models.shelf import Dismissal, SavedPost

__all__ = [
    "Attachment",
    "AttachmentKind",
    "Audience",
    "Campaign",
    "Dismissal",
    "LocalSay",
    "Post",
    "PostAudience",
    "PostAutosave",
    "PostState",
    "PostTemplate",
    "PostTopic",
    "PostVersion",
    "PostWords",
    "Proposal",
    "ProposalState",
    "SavedPost",
    "TargetKind",
    "Topic",
    "TopicAssignment",
    "TopicFollow",
    "Wording",
]
