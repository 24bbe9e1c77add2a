"""How the local grader's cross-encoder is trained and made small: ``make train``."""
