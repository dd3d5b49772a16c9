"""What the strip above each page asks for: how mail is, and where something is found."""

from django.http import HttpResponse
from django.shortcuts import render

from passerelle.web.lists.finding import find
from passerelle.web.rights import AccountRequest, signed_in
from passerelle.web.state.attention import needs_of, verdict_of


@signed_in
def status(request: AccountRequest) -> HttpResponse:
    """One line: does mail flow, and what needs this person."""
    waiting = sum(need.count for need in needs_of(request.user) if need.tone)
    context = {"verdict": verdict_of(), "waiting": waiting}
    return render(request, "web/_status.html", context)


@signed_in
def search(request: AccountRequest) -> HttpResponse:
    """What a few letters may mean: a part of a page while they are typed, a page of its own."""
    text = request.GET.get("q", "")
    template = "web/_found.html" if request.htmx else "web/search.html"
    return render(request, template, {"q": text, "found": find(request.user, text)})
