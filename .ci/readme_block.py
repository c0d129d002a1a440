"""Print a fenced block of README.md by the name in the comment before it."""

import pathlib
import re
import sys

text = pathlib.Path("README.md").read_text("utf-8")
found = re.search(rf"<!-- {re.escape(sys.argv[1])} -->\n```\w*\n(.*?)```", text, re.S)
if found is None:
    sys.exit(f"README.md has no block {sys.argv[1]}")
sys.stdout.write(found.group(1))
