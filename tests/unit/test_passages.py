from viva.domain import Bullet, Deck, Question, Topic
from viva.retrieval import BulletHit
from viva.talking.passages import MOST_PASSAGES, choose_passages
from viva.talking.talker import NOTHING_FOUND, PreparedTalker

CANARY = Bullet(id="canary", text="Release to a few users first.", key_terms=("canary",))
ALERTS = Bullet(id="alerts", text="Put alerts on the main metrics.")
DECK = Deck(
    id="d",
    title="D",
    topics=(Topic(id="t", name="T"),),
    questions=(
        Question(id="release", text="How do you release?", topics=("t",), bullets=(CANARY,)),
        Question(id="watch", text="How do you watch it?", topics=("t",), bullets=(ALERTS,)),
    ),
)


def hit(question: str, bullet: Bullet, similarity: float) -> BulletHit:
    return BulletHit(question, bullet.id, bullet.text, similarity)


def test_a_word_of_the_question_brings_a_passage_up() -> None:
    hits = [hit("watch", ALERTS, 0.43), hit("release", CANARY, 0.3)]
    found = choose_passages("what is a canary?", hits, DECK)
    assert [passage.bullet_id for passage in found] == ["canary"]
    assert found[0].question == "How do you release?"
    assert found[0].text == CANARY.text


def test_what_is_far_and_shares_no_word_is_left_out() -> None:
    hits = [hit("watch", ALERTS, 0.35), hit("release", CANARY, 0.2)]
    assert choose_passages("what is a transformer?", hits, DECK) == ()


def test_questions_that_are_still_to_come_keep_their_bullets() -> None:
    hits = [hit("release", CANARY, 0.9), hit("watch", ALERTS, 0.5)]
    found = choose_passages("what is a canary?", hits, DECK, hidden={"release"})
    assert [passage.question_id for passage in found] == ["watch"]


def test_a_reply_never_rests_on_more_than_a_few_passages() -> None:
    hits = [hit("watch", ALERTS, 0.9)] * 9
    assert len(choose_passages("alerts", hits, DECK)) == MOST_PASSAGES


def test_a_prepared_reply_numbers_its_passages_or_says_that_there_are_none() -> None:
    found = choose_passages("what is a canary?", [hit("release", CANARY, 0.5)], DECK)
    talker = PreparedTalker()
    assert "Release to a few users first [1]." in talker.reply("what is a canary?", found).text
    assert talker.reply("what is life?", ()).text == NOTHING_FOUND
