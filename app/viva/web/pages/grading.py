"""How grading works: docs/grading-policy.md as a page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt
from markupsafe import Markup

from viva.resources import data_dir
from viva.web.pages.layout import render

router = APIRouter()


@router.get("/grading")
def grading(request: Request) -> HTMLResponse:
    """Show the policy."""
    policy = data_dir("docs").joinpath("grading-policy.md").read_text(encoding="utf-8")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(policy)
    return render(request, "grading.html", policy=Markup(html))
