"""The web server: the page, the grading policy, the reports to download."""

import socket
from collections.abc import Sequence
from importlib.resources import files

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from viva.accounts import open_accounts
from viva.disputed import UNNAMED, disputed_answer, to_line
from viva.domain import Session
from viva.errors import SettingsError, VivaError
from viva.interviewers import Interviewers
from viva.job_description import LARGEST_FILE
from viva.report import Report, to_markdown
from viva.storage import LOCAL_PERSON
from viva.web.door import Door
from viva.web.guard import Guard
from viva.web.page import build_page
from viva.web.pages import grading
from viva.web.pages.account import account_routes
from viva.web.pages.compare import compare_pages
from viva.web.pages.deck_editor import deck_editor_pages
from viva.web.pages.deck_question import deck_question_pages
from viva.web.pages.decks import deck_pages
from viva.web.pages.history import history_pages
from viva.web.pages.layout import explain
from viva.web.pages.profiles import profile_routes
from viva.web.pages.progress import progress_pages
from viva.web.pages.questions import question_pages
from viva.web.pages.sign_in import sign_in_routes
from viva.web.uploads import Uploads
from viva.web.visitors import Access, Visitors, person_of
from viva.web.voice.routes import voice_routes
from viva.web.voice.voices import Voices
from viva.web.windows import Windows

_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_WINDOWS_AT_ONCE = 40
"""Events that may be under way together: as many as the framework has threads for."""
_EVERYBODY = Access()
_PAGES = (
    question_pages,
    progress_pages,
    history_pages,
    compare_pages,
    deck_question_pages,  # before the deck's own, where any word could be an id
    deck_editor_pages,
    deck_pages,
)
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "monospace"]


def build_app(interviewers: Interviewers, voices: Voices, access: Access = _EVERYBODY) -> FastAPI:
    """Return the whole application, ready to be served.

    Args:
        interviewers: Who conducts the interviews.
        voices: Who hears and who speaks.
        access: Who may use it; by default everybody who can reach it.
    """
    app = FastAPI(title="Viva", docs_url=None, redoc_url=None, openapi_url=None)
    accounts = open_accounts(interviewers.database)
    # The one that is added last is asked first.
    app.add_middleware(Uploads)
    app.add_middleware(Windows)
    app.add_middleware(Door, visitors=Visitors(accounts, auth=access.auth))
    app.add_middleware(Guard, hosts=access.hosts)

    # Not /assets: that is the name of the framework's own.
    app.mount("/style", StaticFiles(packages=[("viva.web", "assets")]), name="style")
    app.include_router(grading.router)
    for pages in _PAGES:
        app.include_router(pages(interviewers))
    if access.auth:
        app.include_router(sign_in_routes(accounts, sign_up=access.sign_up))
        app.include_router(account_routes(accounts))
    else:
        app.include_router(profile_routes(accounts))
    app.exception_handler(VivaError)(explain)

    @app.get("/health")
    def health() -> JSONResponse:
        grader = interviewers.of(LOCAL_PERSON).grader
        return JSONResponse({"status": "ok", "grader": grader.model_dump()})

    def read(request: Request, session_id: str) -> tuple[Session, Report]:
        interviewer = interviewers.of_session(person_of(request), session_id)
        session = interviewer.load(session_id)
        return session, interviewer.report(session)

    @app.get("/interviews/{session_id}/report.md")
    def markdown(request: Request, session_id: str) -> Response:
        _, report = read(request, session_id)
        return _download(to_markdown(report), report, "md", "text/markdown")

    @app.get("/interviews/{session_id}/report.json")
    def json(request: Request, session_id: str) -> Response:
        _, report = read(request, session_id)
        return _download(report.model_dump_json(indent=2), report, "json", "application/json")

    @app.get("/interviews/{session_id}/contested.jsonl")
    def contested(request: Request, session_id: str) -> Response:
        session, report = read(request, session_id)
        found = (disputed_answer(turn, labeller=UNNAMED) for turn in session.turns)
        lines = "".join(to_line(answer) for answer in found if answer)
        return _download(lines, report, "jsonl", "application/jsonl")

    app.include_router(voice_routes(interviewers, voices))
    page = build_page(interviewers)
    page.queue(default_concurrency_limit=_WINDOWS_AT_ONCE)
    web = files("viva.web")
    colors = web.joinpath("assets", "colors.css").read_text(encoding="utf-8")
    style = web.joinpath("page.css").read_text(encoding="utf-8")
    style += web.joinpath("voice", "voice.css").read_text(encoding="utf-8")
    script = web.joinpath("page.js").read_text(encoding="utf-8")
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=_theme(),
        # Not as css=: Gradio rewrites selectors there and breaks those with a comma in brackets.
        head=f"<style>{colors}{style}</style><script>{script}</script>"
        '<script type="module" src="voice/scripts/voice.js"></script>',
        footer_links=[],
        ssr_mode=False,
        max_file_size=LARGEST_FILE,
        show_error=True,
    )
    return app


def _theme() -> gr.themes.Base:
    """Return the theme; its colors are the variables of page.css, so that both change in one."""
    theme = gr.themes.Base(
        primary_hue="indigo",
        neutral_hue="slate",
        radius_size="lg",
        font=_FONTS,  # the theme's own would be fetched from the network
        font_mono=_MONO,
    )
    return theme.set(
        body_background_fill="var(--v-ground)",
        body_background_fill_dark="var(--v-ground)",
        body_text_color="var(--v-ink)",
        body_text_color_dark="var(--v-ink)",
        body_text_color_subdued="var(--v-soft)",
        body_text_color_subdued_dark="var(--v-soft)",
        input_placeholder_color="var(--v-soft)",
        input_placeholder_color_dark="var(--v-soft)",
        block_background_fill="var(--v-card)",
        block_background_fill_dark="var(--v-card)",
        block_label_text_color="var(--v-soft)",
        block_title_text_color="var(--v-ink)",
        block_title_text_color_dark="var(--v-ink)",
        block_border_color="var(--v-line)",
        block_border_color_dark="var(--v-line)",
        button_primary_background_fill="var(--v-accent)",
        button_primary_background_fill_dark="var(--v-accent)",
        button_primary_background_fill_hover="var(--v-accent)",
        button_primary_background_fill_hover_dark="var(--v-accent)",
        button_primary_text_color="var(--v-accent-ink)",
        button_primary_text_color_dark="var(--v-accent-ink)",
        button_secondary_background_fill="var(--v-card)",
        button_secondary_background_fill_dark="var(--v-card)",
        button_secondary_text_color="var(--v-ink)",
        button_secondary_text_color_dark="var(--v-ink)",
        button_secondary_border_color="var(--v-line)",
        button_secondary_border_color_dark="var(--v-line)",
        button_border_width="1px",
        button_border_width_dark="1px",
        checkbox_label_background_fill="var(--v-ground)",
        checkbox_label_background_fill_dark="var(--v-ground)",
        checkbox_background_color_selected="var(--v-accent)",
        checkbox_background_color_selected_dark="var(--v-accent)",
        checkbox_border_color_selected="var(--v-accent)",
        checkbox_border_color_selected_dark="var(--v-accent)",
        slider_color="var(--v-accent)",
        slider_color_dark="var(--v-accent)",
        input_background_fill="var(--v-card)",
        input_background_fill_dark="var(--v-card)",
        input_border_width="1px",
        input_border_width_dark="1px",
        input_border_color="var(--v-line)",
        input_border_color_dark="var(--v-line)",
    )


def serve(app: FastAPI, listener: socket.socket, *, proxies: Sequence[str] = ()) -> None:
    """Serve on an open listener until interrupted.

    Args:
        app: What is served.
        listener: Where.
        proxies: Addresses or networks that may say, by X-Forwarded-For and X-Forwarded-Proto, for
            whom they ask and whether by https.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=3,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; port 0 takes a free one.

    Raises:
        SettingsError: If it cannot be had; says how to choose another.
    """
    try:
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise SettingsError(
            f"{host}:{port} cannot be listened on: {error.strerror or error}.",
            hint="Is Viva running already? 'viva serve --port 7861' takes another port.",
        ) from error
    return listener


def _download(content: str, report: Report, suffix: str, kind: str) -> Response:
    name = f"viva-interview-{report.started_at:%Y-%m-%d}.{suffix}"
    return Response(
        content,
        media_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
