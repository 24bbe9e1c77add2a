"""Reported speech: what an answer makes the interviewer, a reference or somebody else say.

It is told by its form: who is named, a verb of saying, a colon or quotation marks. What says "the
textbook recommends" without these is taken for the candidate's own advice.
"""

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from viva.claims import Claim, words

_PEOPLE = (
    r"(?:interviewer|examiner|recruiter|hiring manager|(?:another|other|previous|last) candidates?"
    r"|(?<=the )(?:interviewers|examiners|recruiters|hiring managers))"
)
_TEXTS = (
    r"(?:(?<!our )(?<!a )(?<!each )(?<!every )rubric|answer key|marking scheme"
    r"|(?:reference|model|sample|official|expected|ideal|perfect|correct)"
    r" (?:answers?|solutions?|sheet|notes))"
)
_SPEAKER = rf"(?:{_PEOPLE}|{_TEXTS}|graders?|the question)"
_SAID_ONCE = (
    r"(?:said|told (?:me|us)|mentioned|explained|stated|wrote|hinted|noted|confirmed|suggested"
    r"|answered|replied|pointed out|whispered|asked(?: for)?)"
)
"""What a grader, who may be a program that "returns", "lists" and "reads", does not do."""
_SAID = (
    rf"(?:{_SAID_ONCE}|says?|saying|tells (?:me|us)|mentions?|explains|states|writes|hints|notes"
    r"|confirms|suggests|recommend(?:s|ed)|expect(?:s|ed)|want(?:s|ed))"
)
_BETWEEN = r"(?: (?:just|also|already|has|have|had|then|even|here|\w+ly))*"
_SOURCES = (
    r"(?:users?|customers?|clients?|people|readers?|doctors|analysts?|annotators?|reviewers?|labell?ers?"
    r"|stakeholders?|support|teams?|call|engineers?|docs?|documentation|manual|readme|papers?|articles?|blog|post"
    r"|guide|book|spec|sla|policy|contract|models?|llms?|bot|chatbot|assistant|agent|judge|system"
    r"|service|server|api|endpoint|page|ui|banner|button|screen|logs?|alerts?|errors?|messages?"
    r"|prompts?|tickets?|labels?|headers?|rows?|dashboard|it|that|this|which|and|who|what|not"
    r"|answer|reply|response|output|say|don't|as)"
)
"""Who and what a candidate may quote to describe a system: its users, its documents, itself."""
_OWN_WORDS = r"(?:i|we|one|would|i'd|we'd|could|can|should|must|i'll|we'll|might|may|to|me|never)"
_REPORTS = re.compile(
    rf"\b(?:(?:the|my|your|our|an?) )?{_PEOPLE}{_BETWEEN} (?:{_SAID}|asks for|gave)\b"
    rf"|\b(?:(?:the|my|your|an?) )?{_TEXTS}{_BETWEEN} (?:{_SAID}|reads|gives|(?:is|was|would be)"
    r"(?= ?[:\"]))(?!\w)"
    rf"|\b(?:(?:the|my|your) )?graders?{_BETWEEN} {_SAID_ONCE}\b"
    r"|\bthe question (?:said|says|states|mentions|mentioned)\b"
    r"|\b(?:i|we) (?:was|were) told\b"
    rf"|\b(?P<you>you{_BETWEEN} (?:said|told (?:me|us)|mentioned|explained|hinted))\b"
    rf"|(?:\b(?:in the words of|to quote|quoting|told by|as stated by|i quote)"
    rf"|(?:^|[.,;:!?]\s+|\band )according to)(?: (?:the|my|your))? (?:{_SPEAKER}|you)\b"
    rf"|^[^\w\n]*(?:the |an? )?(?:{_PEOPLE}|{_TEXTS}) ?(?=:)"
    # Anybody else, if what they say is set off by quotation marks, or told by a colon.
    rf"|\b(?!(?:{_OWN_WORDS}|{_SOURCES})\b)"
    r"[\w']+ (?:said|says?|told (?:me|us)|whispered|answer(?:s|ed)|repl(?:ies|ied)|claim(?:s|ed))\b"
    r"(?=[^.!?\n\"']{0,40}(?:\"|(?<!\w)'))"
    rf"|\b(?!{_SOURCES}\b)[\w']+ told (?:me|us)\b(?=[^.!?\n:]{{0,40}}:)",
    re.MULTILINE,
)
_SAID_AFTER = re.compile(
    rf"[\"'][\s,.;-]{{0,4}}(?:(?:was|is|as) )?(?:what )?(?:{_SAID}|according to|by)"
    rf"(?: (?:the|my|your|our))? {_SPEAKER}"
    rf"|[\"'][\s,.;-]{{0,4}}(?:(?:was|is|as) )?(?:what )?(?:the|my|your) {_SPEAKER} {_SAID}\b"
)
_OPENS_QUOTE = re.compile(r"[^\".!?\n]{0,60}?(?P<mark>\"|(?<!\w)'(?=\w))")
_QUOTES_ON = re.compile(r"\W{0,3}(?:and|then|also|or)?\W{0,3}(?P<mark>\"|(?<!\w)'(?=\w))")
_LIST_FOLLOWS = re.compile(r"[^.!?\n]{0,40}[:.]?\s*\n")
_SELF = r"(?:i|i'd|i'll|we|we'd|we'll|my|our)\b"
_OWN_TURN = re.compile(
    r"[,;.]?\s+(?:so|but|therefore|hence|and|then|which is why|that's why|however|still),? "
    rf"{_SELF}|(?<=[.!?])\s+{_SELF}|[,;]\s+{_SELF}"
)
_TURN_FROM_YOU = re.compile(
    # "As you said latency matters we cache": "we" is the speaker where nothing leads up to it.
    rf"{_OWN_TURN.pattern}|[,;]\s+(?:so (?!that\b)|then |thus |hence |therefore |for that\b)"
    rf"|(?<=\w)(?<!\bthat)(?<!\bif)(?<!\bwhen)(?<!\bhow)(?<!\bwhat)(?<!\bwhich)(?<!\band)(?<!\bor)"
    rf"(?<!\bwhy)(?<!\bwhere)(?<!\bas)(?<!\bbecause)(?<!\bthan)(?<!\bwhether)\s+(?:i|we)\b"
    r"(?!'| (?:should|must|need|have to|could|can|ought)\b)"
)
"""Where somebody who began with what "you" said goes on by themselves."""
_COLON = re.compile(r"[^.!?\n:]{0,40}:")
_LINE_END = re.compile(r"\n|\Z")
_PARAGRAPH_END = re.compile(r"\n\s*\n|\Z")
_QUOTED = re.compile(r"\"[^\"]+\"|(?<!\w)'(?=\w)[^\n]{1,600}?(?<=[\w.,!?])'(?!\w)")
_QUOTED_LINES = re.compile(r"^ ?>(?! ?[\d=]).*$", re.MULTILINE)
"""As mail and Markdown quote."""
_COPIED = 92
"""Likeness, 0 to 100, from which a passage in quotation marks holds a bullet."""


def reported_spans(
    text: str, sentences: Sequence[Claim], bullets: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield the spans of reported speech in a text as ``plain_text`` gives it.

    A quotation is reported up to its closing mark, a list under such words up to the next
    paragraph, what follows a colon up to the end of the line, and anything else up to the end of
    the sentence; the last two also to where the speaker turns to themselves ("so I would ...").
    A bullet between quotation marks is somebody else's, whoever is named.

    Args:
        text: The text, with its line ends.
        sentences: Its sentences.
        bullets: The reference, in any form.
    """
    end = 0
    for match in _REPORTS.finditer(text):
        if match.start() >= end:
            start = max(end, _clause_start(text, match.start()))
            turn = _TURN_FROM_YOU if match["you"] else _OWN_TURN
            end = _speech_end(text, match.end(), sentences, turn)
            yield start, end
    for match in _SAID_AFTER.finditer(text):
        opening = _opening(text, match.start())
        if opening is not None:
            yield opening, match.end()
    for match in _QUOTED_LINES.finditer(text):
        yield match.span()
    references = [" ".join(words(bullet)) for bullet in bullets]
    for match in _QUOTED.finditer(text):
        quoted = " ".join(words(match.group()))
        if any(
            len(one) <= len(quoted) and fuzz.partial_ratio(one, quoted) >= _COPIED
            for one in references
        ):
            yield match.span()


def _clause_start(text: str, place: int) -> int:
    """Return where the clause begins that names the speaker: "A friend of mine who works ..."."""
    start = next((i + 1 for i in range(place - 1, -1, -1) if text[i] in ",;.!?\n"), 0)
    return place - len(text[start:place].lstrip())


def _speech_end(
    text: str, start: int, sentences: Sequence[Claim], own_turn: re.Pattern[str]
) -> int:
    paragraph_end = _next(_PARAGRAPH_END, text, start)
    quote = _OPENS_QUOTE.match(text, start)
    if quote is not None:
        end = _close(text, quote, paragraph_end)
        while (more := _QUOTES_ON.match(text, end)) is not None:
            end = _close(text, more, paragraph_end)
        return end
    if _LIST_FOLLOWS.match(text, start):
        return paragraph_end
    if _COLON.match(text, start):
        end = _next(_LINE_END, text, start)
    else:
        end = next((s.end for s in sentences if s.start <= start <= s.end), paragraph_end)
    own = own_turn.search(text, start, end)
    return own.start() if own else end


def _close(text: str, quote: re.Match[str], paragraph_end: int) -> int:
    """Return where a quotation ends; one that is not closed ends with its paragraph."""
    closing = re.compile(r"\"" if quote["mark"] == '"' else r"(?<=[\w.,!?])'(?!\w)")
    found = closing.search(text, quote.end())
    return found.end() if found else max(paragraph_end, quote.end())


def _opening(text: str, closing: int) -> int | None:
    """Return where the quotation that closes here was opened."""
    start = text.rfind("\n\n", 0, closing) + 1
    if text[closing] == '"':
        at = text.rfind('"', start, closing)
        return at if at >= 0 else None
    opened = [match.start() for match in re.finditer(r"(?<!\w)'(?=\w)", text[start:closing])]
    return start + opened[-1] if opened else None


def _next(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, start)
    return match.start() if match else len(text)
