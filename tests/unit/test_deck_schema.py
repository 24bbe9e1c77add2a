import json
from pathlib import Path

import pytest

from viva.deck.documents import read_document
from viva.deck.loading import load_deck, parse_deck
from viva.deck.schema import DESCRIPTIONS, deck_schema, main
from viva.deck.writing import dump_deck
from viva.errors import DeckError
from viva.resources import data_dir

jsonschema = pytest.importorskip("jsonschema")

SHIPPED = Path("ml_system_design.yaml")


def test_the_stored_schema_is_the_generated_one(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert (data_dir("corpus") / "schema.json").read_text("utf-8") == capsys.readouterr().out


def test_every_key_of_every_model_is_described() -> None:
    for model, keys in DESCRIPTIONS.items():
        assert set(keys) == set(model.model_fields), model


def test_the_shipped_deck_loads_and_fits_the_schema() -> None:
    path = data_dir("corpus") / SHIPPED
    deck = load_deck(path)
    jsonschema.validate(read_document(path.read_text("utf-8")).value, deck_schema())
    assert deck.id == "ml-system-design"


def test_the_shipped_deck_survives_being_written_and_read() -> None:
    deck = load_deck(data_dir("corpus") / SHIPPED)
    assert parse_deck(dump_deck(deck), name="written") == deck


def test_the_example_of_the_readme_is_a_deck_and_fits_the_schema() -> None:
    readme = (data_dir("corpus") / "README.md").read_text("utf-8")
    example = readme.partition("```yaml\n")[2].partition("```")[0]
    assert parse_deck(example, name="example").questions[0].bullets[1].weight == 2
    jsonschema.validate(read_document(example).value, deck_schema())


def test_the_readme_names_every_key() -> None:
    readme = (data_dir("corpus") / "README.md").read_text("utf-8")
    for keys in DESCRIPTIONS.values():
        for key in keys:
            assert f"`{key}`" in readme


@pytest.mark.parametrize(
    ("key", "value"),
    [("id", "Not An Id"), ("topics", []), ("questions", []), ("titel", "x"), ("title", "")],
)
def test_the_schema_and_the_check_refuse_the_same_decks(key: str, value: object) -> None:
    deck = read_document((data_dir("corpus") / SHIPPED).read_text("utf-8")).value | {key: value}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(deck, deck_schema())
    with pytest.raises(DeckError):
        parse_deck(json.dumps(deck), name="deck")
