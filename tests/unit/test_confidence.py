from viva.confidence import Confidence, confidence_word


def test_confidence_is_a_word() -> None:
    words = [confidence_word(value) for value in (1.0, 0.8, 0.79, 0.6, 0.59, 0.0)]
    sure, fairly, unsure = Confidence
    assert words == [sure, sure, fairly, fairly, unsure, unsure]
