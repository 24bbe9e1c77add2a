"""The figures of a run: pure functions over plain sequences, with nothing about files.

``agreement`` with gold and ``agreement_intervals``, ``consistency`` over repeats, ``reliability``
of the confidence, ``evidence``, and ``paired`` differences of two runs. A figure that is not
defined is None: never NaN, never a 0 in its stead. Behind them, ``columns`` checks what comes in,
``intervals`` draws clusters, and ``tables``, ``moments`` and ``ranks`` hold the figures as
functions of sums over clusters, so that a thousand draws from 100,000 rows take seconds.
"""
