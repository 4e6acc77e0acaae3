"""One version written as XLSForm: three sheets of rows."""

import json
from collections.abc import Mapping
from typing import Any

from evaluation.models import Item
from evaluation.queries.xlsform_relevant import NotOurs, write_relevant

K = Item.Kind
Table = list[dict[str, str]]
TYPES = {
    K.TEXT: "text", K.LONG_TEXT: "text", K.DATE: "date", K.NOTE: "note", K.CONSENT: "acknowledge", K.SCALE: "range",
    K.RECOMMEND: "range", K.YES_NO: "select_one jalon_yes_no",
}  # fmt: skip
LANGUAGES = {"fr": "French (fr)", "en": "English (en)"}
YES_NO = (("1", "Oui", "Yes"), ("0", "Non", "No"))


def to_xlsform(data: Mapping[str, Any]) -> dict[str, Table]:
    """{"survey": rows, "choices": rows, "settings": rows} of a questionnaire in the shape of `design_file`."""
    survey: Table = []
    choices: Table = []
    for section in data["sections"]:
        survey.append(_group(section))
        for item in section["items"]:
            survey.append(_question(item))
            choices += _choices(item)
        survey.append({"type": "end_group", "name": section["code"]})
    if any(row["type"].endswith(" jalon_yes_no") for row in survey):
        heads = ("name", "label::French (fr)", "label::English (en)")
        choices += [{"list_name": "jalon_yes_no"} | dict(zip(heads, row, strict=True)) for row in YES_NO]
    settings = {
        "form_title": data["title_fr"], "form_id": str(data.get("code", "")), "version": str(data.get("version", "")),
        "default_language": LANGUAGES["fr"], "jalon_title_en": data.get("title_en", ""),
        "jalon_minutes": str(data.get("minutes", "")),
        "jalon_anchors": _json(data["anchors"]) if data.get("anchors") else "",
    }  # fmt: skip
    return {"survey": survey, "choices": choices, "settings": [settings]}


def _texts(row: Mapping[str, Any], **heads: str) -> dict[str, str]:
    """{"label::French (fr)": …} of the texts that `row` has; `heads`: {our name: theirs}."""
    return {
        f"{theirs}::{LANGUAGES[language]}": text
        for ours, theirs in heads.items()
        for language in LANGUAGES
        if (text := row.get(f"{ours}_{language}", ""))
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _relevant(row: Mapping[str, Any]) -> dict[str, str]:
    try:
        text = write_relevant(row.get("relevance", {}))
    except NotOurs:  # a fact of the journey
        return {"jalon_relevance": _json(row["relevance"])}
    return {"relevant": text} if text else {}


def _group(section: Mapping[str, Any]) -> dict[str, str]:
    row = {"type": "begin_group", "name": section["code"], **_texts(section, title="label", text="hint")}
    is_matrix = section.get("layout") == "matrix"
    row |= {"appearance": "field-list", "jalon_layout": "matrix"} if is_matrix else {"appearance": "field-list"}
    least = section.get("least_answered")
    return row | _relevant(section) | ({"jalon_least_answered": str(least)} if least else {})


def _question(item: Mapping[str, Any]) -> dict[str, str]:
    kind = K(item["kind"])
    row = {
        "type": _type(item, kind),
        "name": item["code"],
        **_texts(item, text="label", help="hint"),
        **_relevant(item),
    }
    row |= {
        f"jalon_{name}_{one}": item[f"{name}_{one}"]
        for name in ("label", "unit")
        for one in LANGUAGES
        if item.get(f"{name}_{one}")
    }
    row |= {"jalon_kind": str(kind), "jalon_allows_na": "yes" if item.get("allows_na", True) else "no"}
    if item.get("allows_no_say"):
        row["jalon_allows_no_say"] = "yes"
    if item.get("anchors"):
        row["jalon_anchors"] = _json(item["anchors"])
    if item.get("is_required"):
        row["required"] = "yes"
    if kind == K.LONG_TEXT:
        row["appearance"] = "multiline"
    if kind in (K.SCALE, K.RECOMMEND):
        low, high = (0, 10) if kind == K.RECOMMEND else (item.get("scale_min", 1), item.get("scale_max", 8))
        row["parameters"] = f"start={low} end={high} step=1"
    if kind == K.NUMBER:
        bounds = [
            f". {sign} {item[name]}" for name, sign in (("least", ">="), ("most", "<=")) if item.get(name) is not None
        ]
        row |= {"constraint": " and ".join(bounds)} if bounds else {}
        row |= {"jalon_decimals": str(item["decimals"])} if item.get("decimals") else {}
    return row


def _type(item: Mapping[str, Any], kind: Item.Kind) -> str:
    if kind == K.NUMBER:
        return "decimal" if item.get("decimals") else "integer"
    if kind in Item.CHOSEN:
        return f"{'select_one' if kind == K.SINGLE else 'select_multiple'} {item['code']}"
    return TYPES[kind]


def _choices(item: Mapping[str, Any]) -> Table:
    return [
        {"list_name": item["code"], "name": choice["code"], **_texts(choice, text="label")}
        | {f"jalon_{flag}": "yes" for flag in ("is_retired", "is_exclusive", "takes_text") if choice.get(flag)}
        for choice in item.get("choices", [])
    ]
