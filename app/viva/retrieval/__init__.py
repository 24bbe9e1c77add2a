"""The vector index: ``index`` builds it in Chroma, ``retriever`` asks it, ``client`` opens it."""

from viva.retrieval.client import open_client
from viva.retrieval.index import Index, IndexStatus
from viva.retrieval.retriever import BulletHit, QuestionHit, Retriever

__all__ = ["BulletHit", "Index", "IndexStatus", "QuestionHit", "Retriever", "open_client"]
