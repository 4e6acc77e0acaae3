"""Sums taken person by person first, then over them: counting different people is then adding up, and sorts no rows.

PostgreSQL sorts all rows anew for each `COUNT(DISTINCT …)`; a million lines of hours have a dozen of them.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum


def added_up(rows: "QuerySet[Any]", subject: str, terms: Mapping[str, Any], people: Mapping[str, Q]) -> dict[str, Any]:
    """What `terms` come to over all rows, in one query: `aggregate` of the same, with `people` counted by subject.

    `people`: {name of a term: which rows a subject needs one of}; the other terms are sums and counts of rows.
    """
    each = {name: Count("pk", filter=people[name]) if name in people else term for name, term in terms.items()}
    by_subject = rows.values(who=F(subject)).annotate(**each)
    over_all = {
        f"all_{name}": Count("who", filter=Q(**{f"{name}__gt": 0})) if name in people else Sum(name, default=0)
        for name in terms
    }
    found = by_subject.aggregate(**over_all)
    fields = {name: by_subject.query.annotations[name].output_field for name in terms}
    # a sum of whole sums is whole, though PostgreSQL says a decimal
    return {
        name: int(found[f"all_{name}"]) if isinstance(field, IntegerField) else found[f"all_{name}"]
        for name, field in fields.items()
    }
