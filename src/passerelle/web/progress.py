"""How far something is that runs on behind the page: the part of it that asks again and again."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def progress_answer(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, ended: bool
) -> HttpResponse:
    """The part as it stands; once it ended htmx loads the whole page anew."""
    response = render(request, template, context)
    if ended:
        response.headers["HX-Refresh"] = "true"
    return response
