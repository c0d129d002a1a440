"""Print a fenced block of README.md by the name in the comment before it, or write it anew.

Print: python .ci/readme_block.py NAME. Write: python .ci/readme_block.py NAME FILE.
"""

import pathlib
import re
import sys

readme = pathlib.Path("README.md")
text = readme.read_text("utf-8")
found = re.search(rf"(<!-- {re.escape(sys.argv[1])} -->\n```\w*\n)(.*?)(```)", text, re.S)
if found is None:
    sys.exit(f"README.md has no block {sys.argv[1]}")
if len(sys.argv) == 2:
    sys.stdout.write(found.group(2))
else:
    content = pathlib.Path(sys.argv[2]).read_text("utf-8")
    readme.write_text(text[: found.start(2)] + content + text[found.end(2) :], "utf-8")
