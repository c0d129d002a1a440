"""Names that somebody may write into a configuration, in good faith or not."""

from __future__ import annotations

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
