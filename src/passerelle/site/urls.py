"""All addresses: the pages hold theirs in web/urls.py."""

from django.urls import include, path

urlpatterns = [path("", include("passerelle.web.urls"))]
handler500 = "passerelle.web.views.failures.broken_off"
