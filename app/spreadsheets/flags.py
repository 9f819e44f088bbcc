"""Yes and no as people write them, in the languages of their spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping

YES = ("yes", "true", "1", "ja", "wahr", "oui", "vrai", "sí", "si", "verdadero", "sì", "vero")
NO = ("no", "false", "0", "nein", "falsch", "non", "faux", "falso")
FLAGS: Mapping[str, bool] = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
