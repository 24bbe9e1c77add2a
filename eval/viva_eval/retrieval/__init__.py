"""How well the vector index finds the bullet that words are about."""

from viva_eval.retrieval.measuring import Confusion, RetrievalFigures, measure
from viva_eval.retrieval.queries import Query, Source, gold_queries, key_term_queries

__all__ = [
    "Confusion",
    "Query",
    "RetrievalFigures",
    "Source",
    "gold_queries",
    "key_term_queries",
    "measure",
]
