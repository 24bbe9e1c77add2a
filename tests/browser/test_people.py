"""People sign in, choose profiles and keep what is theirs, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from live_server import Server
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

pytestmark = pytest.mark.browser

SHOTS = Path("test-output")
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
PASSWORD = "correct horse battery"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def with_accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(
        tmp_path_factory.mktemp("accounts"), {"VIVA_AUTH": "true", "VIVA_SIGN_UP": "true"}
    )
    running.start()
    yield running
    running.kill()


@pytest.fixture
def browsers(chromium: Browser) -> Iterator[list[BrowserContext]]:
    contexts: list[BrowserContext] = []
    yield contexts
    for context in contexts:
        context.close()


def open_at(
    chromium: Browser,
    browsers: list[BrowserContext],
    url: str,
    *,
    width: int = 1280,
    scheme: str = "light",
) -> Page:
    """Open an address in a browser of its own."""
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]  # a literal type of playwright
        reduced_motion="reduce",
    )
    browsers.append(context)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(url)
    return page


def start_screen(page: Page) -> Locator:
    return page.get_by_role("button", name="By topic")


def start(page: Page) -> None:
    start_screen(page).click()
    page.locator("#viva-start").click()


def check_look(page: Page, name: str) -> None:
    """Nothing is wider than the page, axe finds nothing, and a picture is kept to look at."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()


def type_and_enter(page: Page, *fields: str) -> None:
    """Fill the fields from the focused one on, by keyboard alone, and send the form."""
    for number, value in enumerate(fields):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(value)
    page.keyboard.press("Enter")


def test_an_account_from_sign_up_to_deletion_by_keyboard(
    chromium: Browser, browsers: list[BrowserContext], with_accounts: Server
) -> None:
    page = open_at(chromium, browsers, with_accounts.url + "/?interview=none")
    expect(page).to_have_title("Sign in · Viva")
    page.get_by_role("link", name="Make an account").click()
    expect(page.get_by_label("Name")).to_be_focused()
    type_and_enter(page, "Keyboard Kay", "short")
    # The browser itself says what is wrong; nothing was sent, and the name stays.
    assert page.evaluate("document.querySelector('#password').validity.tooShort")
    page.get_by_label("Name").focus()
    type_and_enter(page, "Keyboard Kay", PASSWORD)
    expect(start_screen(page)).to_be_visible()
    page.get_by_role("link", name="You are Keyboard Kay").press("Enter")
    expect(page.get_by_role("heading", name="Keyboard Kay")).to_be_visible()
    page.get_by_label("New name").focus()
    type_and_enter(page, "Kay")
    expect(page.get_by_role("status")).to_have_text("You have a new name.")
    page.get_by_role("button", name="Sign out", exact=True).press("Enter")
    expect(page).to_have_title("Sign in · Viva")
    type_and_enter(page, "kay", "wrong horse battery")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    expect(page.get_by_label("Name")).to_have_value("kay")
    expect(page.get_by_label("Password")).to_be_focused()
    type_and_enter(page, PASSWORD)
    expect(start_screen(page)).to_be_visible()
    page.get_by_role("link", name="You are Kay").press("Enter")
    page.locator("summary").press("Enter")
    page.get_by_label("Your password").focus()
    type_and_enter(page, PASSWORD)
    expect(page).to_have_title("Sign in · Viva")
    page.goto(with_accounts.url)
    expect(page).to_have_title("Sign in · Viva")


def test_an_interview_of_one_account_is_not_there_for_another(
    chromium: Browser, browsers: list[BrowserContext], with_accounts: Server
) -> None:
    owner = sign_up(chromium, browsers, with_accounts, "Owner")
    start(owner)
    expect(owner.locator("#viva-answer textarea")).to_be_focused()
    address = owner.url
    assert "interview=" in address
    other = sign_up(chromium, browsers, with_accounts, "Other")
    other.goto(address)
    expect(other.get_by_text("There is no such interview.")).to_be_visible()
    expect(start_screen(other)).to_be_visible()
    expect(other.locator(".v-question")).to_have_count(0)


def test_who_is_signed_out_in_the_middle_loses_no_word(
    chromium: Browser, browsers: list[BrowserContext], with_accounts: Server
) -> None:
    page = sign_up(chromium, browsers, with_accounts, "Expiring")
    start(page)
    box = page.locator("#viva-answer textarea")
    expect(box).to_be_focused()
    page.keyboard.type("Half an answer")
    page.context.clear_cookies()  # as an expired sign-in is
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("You are not signed in (any more).")).to_be_visible()
    expect(box).to_have_value("Half an answer")
    page.reload()
    expect(page).to_have_title("Sign in · Viva")
    page.get_by_label("Name").fill("Expiring")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(box).to_have_value("Half an answer")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_pages_of_accounts_are_fit_for_everybody(
    chromium: Browser,
    browsers: list[BrowserContext],
    with_accounts: Server,
    width: int,
    scheme: str,
) -> None:
    size = f"{width}-{scheme}"
    page = open_at(chromium, browsers, with_accounts.url, width=width, scheme=scheme)
    check_look(page, f"sign-in-{size}")
    page.goto(with_accounts.url + "/sign-up")
    page.get_by_label("Name").fill(f"Very long name of somebody at {size}")
    page.get_by_label("Password").fill(PASSWORD)
    check_look(page, f"sign-up-{size}")
    page.keyboard.press("Enter")
    expect(start_screen(page)).to_be_visible()
    check_look(page, f"start-signed-in-{size}")
    page.get_by_role("link", name="You are").click()
    page.locator("summary").click()
    check_look(page, f"account-{size}")
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Delete the account").click()
    check_look(page, f"account-error-{size}")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_profiles_are_made_chosen_renamed_and_deleted(
    chromium: Browser,
    browsers: list[BrowserContext],
    server: Server,
    width: int,
    scheme: str,
) -> None:
    size = f"{width}-{scheme}"
    page = open_at(chromium, browsers, server.url, width=width, scheme=scheme)
    page.get_by_role("link", name="You are").click()
    name = f"Profile {size} <b>"
    page.get_by_label("Name", exact=True).fill(name)
    page.keyboard.press("Enter")
    mine = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))
    expect(mine).to_contain_text("This is you")
    mine.locator("summary").click()
    check_look(page, f"people-{size}")
    mine.get_by_label("New name").fill("you")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("already")
    expect(mine.get_by_label("New name")).to_have_value("you")
    mine.get_by_label("New name").fill(f"{name}2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=f"You are {name}2")).to_be_visible()
    page.get_by_role("button", name="Practise as You").click()
    expect(start_screen(page)).to_be_visible()
    page.get_by_role("link", name="You are You").click()
    mine.locator("summary").click()
    mine.get_by_role("checkbox").check()
    mine.get_by_role("button", name="Delete").click()
    expect(mine).to_have_count(0)


def sign_up(chromium: Browser, browsers: list[BrowserContext], server: Server, name: str) -> Page:
    page = open_at(chromium, browsers, server.url + "/sign-up")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(start_screen(page)).to_be_visible()
    return page
