"""A mentor's photo: shown to whoever may see her, changed or taken away by her or a lead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import attempt, find, require, succeeded
from mentoring import actions, policies
from mentoring.forms import KeepPhotoForm
from mentoring.models import Photo
from mentoring.views.found import mentor_of

YEAR = 365 * 24 * 3600


@require_safe
def mentor_photo(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """The picture itself. Its address changes with it, so a browser may keep it; nobody in between may."""
    photo = find(Photo.objects.visible_to(request.user).filter(mentor__photo_digest=digest), mentor=pk)
    return HttpResponse(
        bytes(photo.content),
        content_type="image/webp",
        headers={
            "Cache-Control": f"private, max-age={YEAR}, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@require_http_methods(["GET", "POST"])
def photo_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a picture, or take it away."""
    mentor = mentor_of(request, pk)
    require(policies.may_keep_photo(request.user, mentor))
    form = KeepPhotoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        sent = form.cleaned_data["photo"]
        if succeeded(form, actions.keep_photo, mentor, content=sent.read(), by=request.user):
            messages.success(request, _("The photo stands in the profile."))
            return redirect("mentoring:mentor", mentor.pk)
    context = {"form": form, "mentor": mentor, "is_me": mentor.user_id == request.user.pk}
    return render(request, "mentoring/photo_keep.html", context)


@require_POST
def photo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    mentor = mentor_of(request, pk)
    require(policies.may_remove_photo(request.user, mentor))
    attempt(request, _("The photo is taken away."), actions.remove_photo, mentor, by=request.user)
    return redirect("mentoring:mentor", mentor.pk)
