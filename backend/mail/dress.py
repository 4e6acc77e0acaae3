"""The clothes of a letter: its styles on each tag, since many mail programs read no others."""

import re

TEXT = "font-size:16px;line-height:1.55"
LINE = "border-bottom:1px solid #dcd6c9;vertical-align:top"
SIGN = "color:#50606a;font-size:14px;line-height:1.6;font-weight:400;text-align:left"
QUOTE = "margin:0 0 16px;padding:4px 0 4px 16px;border-left:4px solid #6fb3ae"
STYLES = {
    "p": f"margin:0 0 16px;{TEXT}",
    "p.small": "margin:0 0 16px;color:#50606a;font-size:14px;line-height:1.5",
    "span.small": "color:#50606a;font-size:14px",
    "p.code": "margin:0 0 20px;font-size:30px;line-height:1.3;font-weight:700;letter-spacing:3px",
    "p.quote": f"{QUOTE};{TEXT}",
    "p.news": "margin:0 0 20px;font-size:18px;line-height:1.5",
    "blockquote": f"{QUOTE};{TEXT}",
    "blockquote.quote": f"{QUOTE};{TEXT}",
    "div.quote": QUOTE,
    "ul": "margin:0 0 16px;padding:0 0 0 22px",
    "ol": "margin:0 0 16px;padding:0 0 0 22px",
    "li": f"margin:0 0 8px;{TEXT}",
    "table.facts": "width:100%;margin:0 0 20px;border-collapse:collapse",
    "th": f"width:30%;padding:8px 16px 8px 0;{LINE};{SIGN}",
    "td": f"padding:8px 0;{LINE};font-size:16px;line-height:1.4",
    "a": "color:#0b5f63",
}
"""What each tag wears, by its class if it has one of these; its own style is added, or stands alone."""
ALONE = {"td", "th", "a", "table"}
NAMES = sorted({name.partition(".")[0] for name in STYLES}, key=len, reverse=True)
TAG = re.compile(rf"<({'|'.join(NAMES)})\b([^<>]*)>")
# What is new stands right after the greeting, and is read first.
NEWS = re.compile(r'(<p class="hello">[^<]*</p>\s*<p)>')
CLASS = re.compile(r'\bclass="([^"]*)"')
STYLE = re.compile(r'\s*\bstyle="([^"]*)"')


def dressed(page: str) -> str:
    """This page with the style of every tag of its body written on it. Values in it are escaped, so that no `>` of
    theirs can be taken for the end of a tag."""
    head, body, rest = page.partition("<body")
    return head + body + TAG.sub(_tag, NEWS.sub(r'\1 class="news">', rest, count=1))


def _tag(found: re.Match[str]) -> str:
    tag, said = found[1], found[2]
    name, own = CLASS.search(said), STYLE.search(said)
    usual = STYLES.get(f"{tag}.{name[1]}" if name else tag, STYLES.get(tag, ""))
    if not usual or (own and tag in ALONE):
        return found[0]
    style = f"{usual};{own[1]}" if own else usual
    return f'<{tag}{STYLE.sub("", said)} style="{style}">'
