"""Teams: the list, and one team with its members. They are brought by an import."""

from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from passerelle.crm.models import Team
from passerelle.web.lists.listing import search_terms
from passerelle.web.lists.paging import Order, page_of
from passerelle.web.rights import AdministratorRequest, administrator


@administrator
def listed(request: AdministratorRequest) -> HttpResponse:
    """The teams by name."""
    rows = Team.objects.annotate(size=Count("members"))
    for term in search_terms(request.GET.get("q", "")):
        rows = rows.filter(Q(name__icontains=term) | Q(email_address__icontains=term))
    context = {"page": page_of(rows, Order("name"), request.GET), "q": request.GET.get("q", "")}
    return render(request, "web/people/teams.html", context)


@administrator
def record(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """One team: its administrator and members."""
    found = get_object_or_404(Team.objects.select_related("administrator"), pk=key)
    page = page_of(found.members.all(), Order("fullname"), request.GET)
    return render(request, "web/people/team.html", {"team": found, "page": page})
