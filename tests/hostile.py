"""Names that somebody may write into a configuration, in good faith or not."""

from __future__ import annotations

from tests.nightly import by_night

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "<script>alert(1)</script>",
    "{{7*7}}{% raw %}",
    "$x^2$ \\ $$",
    "https://example.com",
    "شرطة \u202eevil\u202c",
    "👩🏽‍⚕️ 🚑",
    "x" * 10_000,
    "quote \" ; , ' </style> */",
    "Guovdageaidnu - Kautokeino",
)

MOST_HOSTILE = tuple(HOSTILE[k] for k in by_night((0, 4, 5, 9, 11), tuple(range(len(HOSTILE)))))
"""By day a formula, one behind a tab, a script, letters that run backwards, and one without end."""
