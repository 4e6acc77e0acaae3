"""The metrics of IRIS+ 5.3 that an indicator may point to: links to the words of others, not definitions of ours.

Identifiers and names as published at iris.thegiin.org (Global Impact Investing Network), version 5.3.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString

NAMES = {
    "PI4060": "Client Individuals: Total",
    "PI8330": "Client Individuals: Female",
    "PI8732": "Client Individuals: New",
    "PI9327": "Client Individuals: Active",
    "PI9319": "Client Retention Rate",
    "PI2185": "Client Individuals: Referred",
    "PI7098": "Client Individuals: Low Income",
    "PI6751": "Client Individuals: Urban",
    "PI3960": "Client Individuals: Peri-urban",
    "PI6266": "Client Individuals: People with Disabilities",
    "PI9713": "Client Organizations: Microenterprises",
    "PI2998": "Individuals Trained: Total",
    "PI7997": "Individuals Trained: Group-Based Training",
    "PI5352": "Individuals Trained: Advisory Services",
    "PI6065": "Organizations Trained",
    "PI4583": "New Businesses Created: Total",
    "PI6414": "New Businesses Created: Low Income Areas",
    "PI3687": "Jobs Created at Directly Supported/Financed Enterprises: Total",
    "PI2251": "Jobs Created at Directly Supported/Financed Enterprises: Low-Income Areas",
    "PI5691": "Jobs Maintained at Directly Supported/Financed Enterprises: Total",
    "PI4874": "Jobs in Directly Supported/Financed Enterprises",
    "PI7163": "Target Stakeholder Satisfaction Ratio",
    "PI9465": "Job Placements",
    "PI3527": "Job Placement Rate",
    "PI2476": "Communities Served",
    "FP3021": "Revenue from Grants and Donations",
    "OI1166": "Volunteer Hours",
    "OI8429": "Community Service Hours Contributed",
    "OI8197": "Founders: Female",
    "PI1836": "Learning Hours",
    "PI5683": "Service Hours Provided",
}
"""{identifier: its name, which is English in every language}"""


def address_of(identifier: str) -> str:
    """The page where the metric is told."""
    return f"https://iris.thegiin.org/metric/5.3/{identifier}/"


def named(identifier: str) -> SafeString:
    """ "PI9327 · Client Individuals: Female", said in English to whoever listens in French."""
    return format_html('<span lang="en">{} · {}</span>', identifier, NAMES[identifier])


def choices() -> list[tuple[str, SafeString]]:
    """To choose from, as people read them."""
    return [(key, named(key)) for key in NAMES]
