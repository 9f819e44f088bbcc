"""How cells look: a few named styles, put together by name."""

from __future__ import annotations

from typing import Any

INK, PALE, LINE = "#22313F", "#F4F6F8", "#C9D1D9"
UPSTREAM, DOWNSTREAM = "#2E75B6", "#D9822B"
STAGE_FILL = {"upstream": "#E3EEF8", "downstream": "#FCEEDD"}
SERIES = ("#2E75B6", "#D9822B", "#4C9F70", "#8E6BBF", "#C0504D", "#5B9AA0", "#B8A13A", "#6C757D")

Look = dict[str, Any]

STYLES: dict[str, Look] = {
    "title": {"bold": True, "font_size": 18, "font_color": INK},
    "subtitle": {"font_color": "#57606A"},
    "lead": {"font_size": 12, "text_wrap": True, "valign": "top", "font_color": INK},
    "section": {"bold": True, "font_size": 13, "font_color": INK, "bottom": 2, "bottom_color": INK},
    "heading": {"bold": True, "font_color": "#FFFFFF", "bg_color": INK, "text_wrap": True, "valign": "vcenter"},
    "key": {"italic": True, "font_size": 8, "font_color": "#57606A", "bg_color": PALE, "bottom": 1, "num_format": "@"},
    "label": {"bold": True, "font_color": INK},
    "total": {"bold": True, "top": 1, "top_color": INK, "bg_color": PALE},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "good": {"font_color": "#1A7F37", "bold": True},
    "bad": {"font_color": "#B42318", "bold": True},
    "upstream": {"bg_color": STAGE_FILL["upstream"]},
    "downstream": {"bg_color": STAGE_FILL["downstream"]},
    "right": {"align": "right"},
    "input": {"bg_color": "#FFFDF0", "border": 1, "border_color": LINE},
    "text": {"num_format": "@"},
    "number": {"num_format": "#,##0"},
    "parted": {"num_format": "#,##0.00######"},
    "flag": {"num_format": '"TRUE";"TRUE";"FALSE"', "align": "right"},
    "figure": {"num_format": "[>=1000]#,##0;[<=-1000]-#,##0;0.00##"},
    "ratio": {"num_format": "0.00"},
    "share": {"num_format": "0.0%"},
    "proof": {"num_format": "0.0E+00"},
    "change": {"num_format": "+#,##0.00;[Red]-#,##0.00;0"},
}


def money_look(digits: int) -> str:
    """The number format of money with so many digits after the point.

    >>> money_look(2), money_look(0)
    ('#,##0.00', '#,##0')
    """
    return "#,##0" + ("." + "0" * digits if digits else "")
