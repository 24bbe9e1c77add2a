"""Public formats, read from small synthetic files of the same shape."""

from pathlib import Path

import pytest
from builders import make_deck

from viva.errors import InputError
from viva_eval.datasets_index import Dataset, find_dataset

MOHLER = """\
id,question,desired_answer,student_answer,score_me,score_other,score_avg
1.1,What is a queue?,A list that is first in first out.,"A list, ""FIFO"",
with two ends.",5,4,4.5
1.1,What is a queue?,A list that is first in first out.,A kind of stack.,0,1,0.5
1.2,What is a stack?,A list that is last in first out.,Last in is first out.,5,5,5
"""
SEMEVAL = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<question qtype="Q_EXPLAIN" id="LAMP_WHY" module="Switches">
  <questionText>Why does the lamp light up?</questionText>
  <referenceAnswers>
    <referenceAnswer category="GOOD" id="r1">It is on.</referenceAnswer>
    <referenceAnswer category="BEST" id="r2">The circuit is closed.</referenceAnswer>
  </referenceAnswers>
  <studentAnswers>
  <studentAnswer count="1" id="s1" accuracy="correct">the circuit is closed &amp; on</studentAnswer>
  <studentAnswer count="1" id="s2" accuracy="partially_correct_incomplete">a circuit</studentAnswer>
    <studentAnswer count="1" id="s3" accuracy="contradictory">it is open</studentAnswer>
    <studentAnswer count="1" id="s4" accuracy="non_domain">no idea</studentAnswer>
  </studentAnswers>
</question>
"""
ASAP = (
    "Id\tEssaySet\tScore1\tScore2\tEssayText\n"
    '1\t1\t3\t2\tThey need "vinegar.\n'
    "2\t1\t3\t3\tThe mass of every sample, the size and the vinegar.\n"
    "3\t1\t1\t1\tMore water.\n"
    "4\t3\t2\t2\tPandas and koalas both eat one thing.\n"
    "5\t3\t1\t0\tThey are bears.\n"
)
MAPPED = "text;,frage,note,muster\nEin Baum,Was ist eine Eiche?,2,Ein Baum mit Eicheln\n"
MAP = "answer=text;,question=frage,score=note,reference=muster"


def load(folder: Path, name: str, text: str, *, columns: str = "") -> Dataset:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return find_dataset(str(path), make_deck(), columns=columns)


def refuse(folder: Path, name: str, text: str, *, columns: str = "") -> str:
    with pytest.raises(InputError) as caught:
        load(folder, name, text, columns=columns)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_mohler_becomes_questions_with_the_desired_answer_as_their_bullet(tmp_path: Path) -> None:
    dataset = load(tmp_path, "mohler.csv", MOHLER)
    assert dataset.name == "mohler"
    queue, stack = dataset.deck.questions
    assert queue.text == "What is a queue?"
    assert [bullet.text for bullet in stack.bullets] == ["A list that is last in first out."]
    first, second, third = dataset.items
    assert first.answer == 'A list, "FIFO",\nwith two ends.'
    assert [item.gold_score for item in dataset.items] == [9.0, 1.0, 10.0]
    assert first.question_id == second.question_id == queue.id
    assert third.question_id == stack.id
    assert all(item.gold == {} and item.split == "test" for item in dataset.items)
    assert len({item.id for item in dataset.items}) == 3


def test_semeval_takes_the_best_reference_and_scores_by_accuracy(tmp_path: Path) -> None:
    folder = tmp_path / "beetle"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.xml").write_text(SEMEVAL, encoding="utf-8")
    other = SEMEVAL.replace("lamp", "bulb").replace('id="s', 'id="t')
    (folder / "b.xml").write_text(other, encoding="utf-8")
    dataset = find_dataset(str(folder), make_deck())
    assert dataset.name == "semeval-beetle"
    assert [question.text for question in dataset.deck.questions] == [
        "Why does the bulb light up?",
        "Why does the lamp light up?",
    ]
    assert dataset.deck.questions[0].bullets[0].text == "The circuit is closed."
    assert [item.gold_score for item in dataset.items] == [10, 5, 0, 0] * 2
    assert dataset.items[-4].answer == "the circuit is closed & on"
    assert len(load(tmp_path, "one.xml", SEMEVAL).items) == 4


def test_asap_takes_an_answer_with_full_marks_as_reference_and_leaves_it_out(
    tmp_path: Path,
) -> None:
    dataset = load(tmp_path, "train.tsv", ASAP)
    assert [question.bullets[0].text for question in dataset.deck.questions] == [
        "The mass of every sample, the size and the vinegar.",
        "Pandas and koalas both eat one thing.",
    ]
    scores = {item.id: item.gold_score for item in dataset.items}
    assert scores == {
        "asap-1": 10.0,
        "asap-3": pytest.approx(10 / 3),
        "asap-5": 5.0,
    }
    assert dataset.items[0].answer == 'They need "vinegar.'


def test_any_table_is_read_through_a_map(tmp_path: Path) -> None:
    dataset = load(tmp_path, "eichen.csv", MAPPED, columns=f"{MAP},best=4")
    (item,) = dataset.items
    assert (item.answer, item.gold_score) == ("Ein Baum", 5.0)
    assert dataset.deck.questions[0].bullets[0].text == "Ein Baum mit Eicheln"
    assert dataset.name == "eichen"


def test_without_a_best_score_the_highest_one_stands_for_ten(tmp_path: Path) -> None:
    text = MAPPED + "Ein Strauch,Was ist eine Eiche?,8,Ein Baum mit Eicheln\n"
    dataset = load(tmp_path, "eichen.csv", text, columns=MAP)
    assert [item.gold_score for item in dataset.items] == [2.5, 10.0]


def test_ids_are_taken_from_a_column_if_one_is_named(tmp_path: Path) -> None:
    dataset = load(
        tmp_path,
        "mohler.csv",
        MOHLER.replace("1.1,", "1.3,", 1),
        columns=(
            "answer=student_answer,question=question,score=score_avg,reference=desired_answer,id=id"
        ),
    )
    assert [item.id for item in dataset.items] == ["1.3", "1.1", "1.2"]


def test_every_bad_row_of_a_table_is_named_with_its_line(tmp_path: Path) -> None:
    text = MOHLER.replace("0,1,0.5", "0,1,six").replace("5,5,5\n", "5,5,7\n") + "1.3,,x,y,1,1,1\n"
    said = refuse(tmp_path, "mohler.csv", text)
    assert "mohler.csv cannot be used" in said
    assert "line 4: score_avg is 'six'" in said
    assert "line 5: score_avg is 7, and the best is 5" in said
    assert "line 6: question is empty" in said
    assert "line 2" not in said


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "a.csv",
            "question,answer\nWhy?,So\n",
            "columns of no set that is known: question, answer",
        ),
        ("a.csv", "", "none"),
        ("a.csv", MOHLER.split("\n")[0] + "\n", "no answers"),
        ("a.csv", MOHLER + "1.3,Too few\n", "line 6: 2 cells for 7 columns"),
        ("a.tsv", ASAP.replace("\t3\t3\t", "\t3\t2\t"), "prompt 1: no answer has full marks"),
        ("a.tsv", ASAP.replace("3\t1\t1\t1", "3\t1\t4\t1"), "line 4: Score1 is '4'"),
        ("a.tsv", ASAP.replace("5\t3", "5\t11"), "line 6: EssaySet is '11'"),
        (
            "a.xml",
            SEMEVAL.replace("contradictory", "wrong"),
            "a.xml, line 11: the accuracy of 's3'",
        ),
        ("a.xml", SEMEVAL.replace("</question>", ""), "a.xml, line"),
        ("a.xml", SEMEVAL.replace('"s2"', '"s1"'), "'s1' is that of 2 answers"),
        (
            "a.xml",
            SEMEVAL.replace("Why does the lamp light up?", " "),
            "line 2: a question without",
        ),
    ],
)
def test_files_that_are_wrong_say_where(tmp_path: Path, name: str, text: str, says: str) -> None:
    assert says in refuse(tmp_path, name, text)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ("answer=text;", "names no column for question, score, reference"),
        (f"{MAP},colour=x", "'colour' cannot be used"),
        (f"{MAP},best=", "'best' cannot be used"),
        (f"{MAP},best=zero", "best is 'zero'"),
        (f"{MAP},best=0", "best is '0'"),
        (f"{MAP},best=1", "line 2: note is 2, and the best is 1"),
        (MAP.replace("frage", "Frage"), "no column 'Frage'"),
    ],
)
def test_a_map_that_is_wrong_says_what(tmp_path: Path, columns: str, says: str) -> None:
    assert says in refuse(tmp_path, "a.csv", MAPPED, columns=columns)


def test_a_folder_without_files_and_a_table_that_is_not_text_are_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.xml files"):
        find_dataset(str(tmp_path), make_deck())
    (tmp_path / "a.csv").write_bytes("Größe".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        find_dataset(str(tmp_path / "a.csv"), make_deck())
