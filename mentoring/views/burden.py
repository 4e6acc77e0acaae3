"""What the tool asks of people, for those who lead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.queries import organisations_of
from backend.lib.doors import require
from mentoring import policies
from mentoring.forms import PeriodForm
from mentoring.queries.burden import burden


@require_safe
def burden_page(request: HttpRequest) -> HttpResponse:
    """Seconds and taps a log, letters a week, how many are asked twice; over the days asked."""
    led = list(organisations_of(request.user, "lead").order_by("name", "pk"))
    require(bool(led))
    asked = request.GET.get("organisation", "")
    organisation = next((one for one in led if str(one.pk) == asked), led[0])
    require(policies.may_read_burden(request.user, organisation))
    form = PeriodForm(request.GET)
    first, last = form.period()
    context = {
        "form": form,
        "organisation": organisation,
        "tabs": [(one.name, f"?organisation={one.pk}", one == organisation) for one in led if len(led) > 1],
        "burden": burden(organisation, first, max(first, last)),
        "first": first,
    }
    return render(request, "mentoring/burden.html", context)
