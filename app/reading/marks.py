"""What stands for a name or a sum in the text that cues are matched on.

Each is one character of Unicode's private use, which no word contains: cues are written once, for
any company and any sum, and cannot reach into a name or a number.
"""

from __future__ import annotations

MONEY, NAME, PERSON, OUTLET, PLACE, IT = "\ue001\ue002\ue003\ue004\ue005\ue006"

UNITS = {
    "<money>": MONEY,
    "<name>": NAME,
    "<person>": PERSON,
    "<outlet>": OUTLET,
    "<place>": PLACE,
    "<it>": IT,
}
"""Marks that stand for one character, in patterns and in examples. ``<it>`` is "the company"."""

PATTERNS = {
    **UNITS,
    "<company>": f"[{NAME}{IT}]",
    "<who>": f"[{NAME}{IT}{PERSON}]",
    "<gap>": r"(?:[^\s\ue000-\uf8ff;:()]{1,30} ){0,3}",
    "<long>": r"(?:[^\s\ue000-\uf8ff;:()]{1,30} ){0,6}",
}
"""Marks of patterns, and the regular expressions that they stand for."""
