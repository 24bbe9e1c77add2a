"""What speech changes: words that are misheard, and verdicts that differ from the text's."""

from collections.abc import Callable, Iterable, Sequence
from math import fsum
from typing import NamedTuple

import numpy as np

from viva.domain import Verdict
from viva.grading.scoring import CREDIT
from viva_eval.records import Spoken
from viva_eval.summary.agreement import rate
from viva_eval.summary.heard import Heard, Verdicts
from viva_eval.summary.model import HintEffect, Rate, SpeechFigures, SpeechGroup


class _Clip(NamedTuple):
    """A recording, as it was heard with hints and without, and the text's verdicts."""

    hinted: Heard
    free: Heard
    text: Verdicts

    @property
    def name(self) -> str:
        """The condition, for people."""
        own = self.hinted.spoken
        return f"{own.voice}, {_speed(own)}, {_noise(own)}"

    @property
    def is_plain(self) -> bool:
        """Whether it is clean and at the voice's own speed."""
        return self.hinted.spoken.speed == 1 and self.hinted.spoken.snr is None


def speech_figures(
    heard: Iterable[Heard], texts: dict[str, Verdicts], *, voices: Sequence[str] = ()
) -> SpeechFigures | None:
    """Return what speech changed; None if no recording was heard both with hints and without.

    Verdicts are compared with those on the same answer as it is written. What was ungraded on
    either side takes no part.

    Args:
        heard: The spoken samples.
        texts: Verdicts on the answers as they are written, by the answer's id.
        voices: The run's; clean speech of the first counts as such.
    """
    clips = _pair(heard, texts)
    if not clips:
        return None
    spoken = [clip for clip in clips if not clip.hinted.spoken.bare]
    first = next(iter(voices), spoken[0].hinted.spoken.voice if spoken else "")
    plain = [clip for clip in spoken if clip.is_plain and clip.hinted.spoken.voice == first]
    every = [own.spoken for clip in clips for own in (clip.hinted, clip.free)]
    seconds = fsum(own.seconds for own in every)
    return SpeechFigures(
        plain=_group(plain[0].name if plain else first, plain),
        by_voice=_groups(spoken, lambda clip: clip.hinted.spoken.voice),
        by_speed=_groups(spoken, lambda clip: _speed(clip.hinted.spoken)),
        by_noise=_groups(spoken, lambda clip: _noise(clip.hinted.spoken)),
        by_condition=_groups(spoken, lambda clip: clip.name),
        plain_by_kind=_groups(plain, lambda clip: clip.hinted.kind),
        hints=_hint_effect(spoken),
        hints_bare=_hint_effect([clip for clip in clips if clip.hinted.spoken.bare]),
        speech_seconds=seconds,
        real_time_factor=fsum(own.hearing_seconds for own in every) / seconds if seconds else None,
    )


def _pair(heard: Iterable[Heard], texts: dict[str, Verdicts]) -> list[_Clip]:
    found: dict[bool, dict[tuple[object, ...], Heard]] = {True: {}, False: {}}
    for own in heard:
        found[own.spoken.hinted][own.clip] = own
    return [
        _Clip(own, found[False][key], texts[own.answer])
        for key, own in sorted(found[True].items(), key=lambda item: str(item[0]))
        if key in found[False] and own.answer in texts
    ]


def _groups(clips: Sequence[_Clip], key: Callable[[_Clip], str]) -> dict[str, SpeechGroup]:
    parts: dict[str, list[_Clip]] = {}
    for clip in clips:
        parts.setdefault(key(clip), []).append(clip)
    return {name: _group(name, own) for name, own in sorted(parts.items())}


def _group(name: str, clips: Sequence[_Clip]) -> SpeechGroup:
    return SpeechGroup(
        name=name,
        clips=len(clips),
        wer=_error_rate(clip.hinted for clip in clips),
        wer_without_hints=_error_rate(clip.free for clip in clips),
        changed=_share(clips, "hinted", lambda before, after: before is not after),
        changed_without_hints=_share(clips, "free", lambda before, after: before is not after),
        earns_less=_share(clips, "hinted", lambda before, after: CREDIT[after] < CREDIT[before]),
        earns_more=_share(clips, "hinted", lambda before, after: CREDIT[after] > CREDIT[before]),
    )


def _error_rate(heard: Iterable[Heard]) -> float | None:
    errors = words = 0
    for own in heard:
        errors, words = errors + own.errors.errors, words + own.errors.words
    return errors / words if words else None


def _share(clips: Sequence[_Clip], side: str, counts: Callable[[Verdict, Verdict], bool]) -> Rate:
    hits: list[bool] = []
    questions: list[str] = []
    for clip in clips:
        heard: Heard = getattr(clip, side)
        for _, before, after in _compared(clip.text, heard.verdicts):
            hits.append(counts(before, after))
            questions.append(heard.question)
    return rate(np.array(hits, dtype=np.bool_), np.array(questions, dtype=np.str_))


def _hint_effect(clips: Sequence[_Clip]) -> HintEffect:
    bullets = raised = lowered = by_unsaid = 0
    for clip in clips:
        known = frozenset(clip.free.spoken.unsaid)
        for bullet, free, hinted in _compared(clip.free.verdicts, clip.hinted.verdicts):
            bullets += 1
            lowered += CREDIT[hinted] < CREDIT[free]
            if CREDIT[hinted] > CREDIT[free]:
                raised += 1
                by_unsaid += bool(clip.hinted.unsaid.get(bullet, frozenset()) - known)
    return HintEffect(
        clips=len(clips),
        bullets=bullets,
        raised=raised,
        lowered=lowered,
        raised_by_unsaid=by_unsaid,
        unsaid=sum(len(clip.hinted.spoken.unsaid) for clip in clips),
        unsaid_without_hints=sum(len(clip.free.spoken.unsaid) for clip in clips),
    )


def _compared(before: Verdicts, after: Verdicts) -> list[tuple[str, Verdict, Verdict]]:
    return [
        (bullet, own, after[bullet])
        for bullet, own in before.items()
        if own in CREDIT and after.get(bullet) in CREDIT
    ]


def _speed(spoken: Spoken) -> str:
    return f"{spoken.speed:g}×"


def _noise(spoken: Spoken) -> str:
    return "clean" if spoken.snr is None else f"{spoken.snr:g} dB"
