"""A person's interviews, with the decks they are on: what progress, comparisons and files read."""

from viva.history.gathering import History
from viva.history.listing import InterviewLine, describe_loss, list_interviews

__all__ = ["History", "InterviewLine", "describe_loss", "list_interviews"]
