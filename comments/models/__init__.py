"""What a discussion is made of, and how people and rules look after it."""

from comments.models.comments import Comment, CommentQuerySet
from comments.models.decisions import (
    AlreadyDecided,
    Decision,
    NotAllowed,
    Verb,
)
from comments.models.discussions import Discussion, Policy
from comments.models.learning import Filter, Learned, Token
from comments.models.letters import Job, Letter
from comments.models.people import Address, Block, Subscription
from comments.models.reports import Claim, Report
from comments.models.word_rules import WordRule

__all__ = [
    "Address",
    "AlreadyDecided",
    "Block",
    "Claim",
    "Comment",
    "CommentQuerySet",
    "Decision",
    "Discussion",
    "Filter",
    "Job",
    "Learned",
    "Letter",
    "NotAllowed",
    "Policy",
    "Report",
    "Subscription",
    "Token",
    "Verb",
    "WordRule",
]
