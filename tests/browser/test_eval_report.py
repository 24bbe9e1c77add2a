"""The report of an eval run in a real Chromium, opened as a file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from hostile import HOSTILE
from playwright.sync_api import Browser, BrowserContext, Page, expect
from scored_runs import SAID, make_folder, make_record, make_spoken, random_records

from viva_eval.gates import Outcome, Result
from viva_eval.records import Record
from viva_eval.report import write_report
from viva_eval.summary import summarise

pytestmark = pytest.mark.browser

SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
GATES = [Result(outcome.value, outcome, "qwk: 0.600 (at least 0.7)") for outcome in Outcome]

OpenReport = Callable[..., Page]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with all that one can have, hostile answers too."""
    hostile = (
        make_record(
            "cmx",
            "xcm",
            answer_id=f"hostile.{place}",
            kind="injection",
            answer=f"{SAID} {text}",
            spans={"b1": (text,)},
        )
        for place, text in enumerate(HOSTILE)
    )
    steady = (
        make_record("cmm", "cmm", answer_id="steady", perturbation=name, repeat=repeat)
        for name in ("", "upper-case", "padding")
        for repeat in range(2)
    )

    spoken = (
        make_spoken(given, hinted=hinted, voice=voice, snr=snr, bare=bare)
        for hinted, given in ((True, "cpm"), (False, "xmm"))
        for voice in ("local", HOSTILE[0])
        for snr in (None, 10.0)
        for bare in (False, True)
    )

    def records() -> Iterator[Record]:
        yield make_record("cmm", "cmm")
        yield from random_records(60)
        yield from hostile
        yield from steady
        yield from spoken

    folder = make_folder(tmp_path_factory.mktemp("run") / "run", records())
    summary = summarise(folder.manifest, folder.records(), folder.deck)
    return write_report(folder, summary, GATES)


@pytest.fixture
def open_report(chromium: Browser, report: Path) -> Iterator[OpenReport]:
    """Open the report in a profile of its own; it may ask for nothing but itself."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    faults: list[str] = []

    def open_at(width: int = 1280, scheme: str = "light", *, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal type of playwright
            reduced_motion="reduce",
            java_script_enabled=script,
            bypass_csp=False,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(report.as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert {url for url in asked if not url.startswith("data:")} <= {report.as_uri()}
    assert not faults


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_report_can_be_read_by_everyone(
    chromium: Browser, report: Path, width: int, scheme: str
) -> None:
    """Contrast and structure by axe, with everything unfolded; nothing is wider than the screen."""
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]  # a literal type of playwright
        bypass_csp=True,  # axe is a script that the page's policy would not run
    )
    page = context.new_page()
    page.goto(report.as_uri())
    page.evaluate(
        "document.querySelectorAll('details').forEach((one, place) => one.open = place < 12)"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    context.close()
    assert not found.response["violations"], found.generate_report()


def test_no_word_of_an_answer_becomes_a_part_of_the_page(open_report: OpenReport) -> None:
    page = open_report()
    assert page.evaluate("window.pwned") is None
    assert page.locator("h1, section h1").count() == 1
    assert page.locator("img, iframe, plaintext").count() == 0
    for place in range(len(HOSTILE)):
        expect(page.get_by_text(f"hostile.{place}#0", exact=True)).to_have_count(1)


def test_answers_are_filtered_by_kind_verdict_and_words(open_report: OpenReport) -> None:
    page = open_report()
    count, shown = page.locator("#count"), page.locator(".case:visible")
    everything = page.locator(".case").count()
    expect(count).to_have_text(f"{everything} of {everything} answers")
    page.get_by_role("combobox", name="Kind").select_option("injection")
    assert 0 < shown.count() < everything
    page.get_by_role("combobox", name="Gold").select_option("contradicted")
    page.get_by_role("combobox", name="Given instead").select_option("covered")
    pairs = [case.get_attribute("data-pairs") or "" for case in shown.all()]
    assert pairs and all("contradicted>covered" in own for own in pairs)
    page.get_by_role("searchbox", name="Words").fill("HOSTILE.3#0")
    expect(shown).to_have_count(1)
    expect(count).to_have_text(f"1 of {everything} answers")
    page.get_by_role("searchbox", name="Words").fill("no such words anywhere")
    expect(count).to_have_text(f"0 of {everything} answers")


def test_without_script_every_answer_is_there(open_report: OpenReport) -> None:
    page = open_report(script=False)
    expect(page.locator("#filters")).to_be_hidden()
    assert page.locator(".case:visible").count() == page.locator(".case").count() > 0


def test_evidence_is_marked_in_the_answer(open_report: OpenReport) -> None:
    page = open_report(390, "dark")
    case = page.locator(".case").first
    expect(case.locator("mark").first).to_be_visible()
    expect(case.locator(".badge").first).to_be_visible()
