"""The command that makes the same results anew."""

from __future__ import annotations

from akuttsim.report.words import Words


def command(words: Words) -> str:
    """Return the command: of an experiment its name, of a run its length and seed."""
    manifest = words.chosen.manifest
    if manifest["question"]:
        return f"akuttsim sweep {manifest['study']}"
    length = f"--weeks {manifest['weeks']} --replications {manifest['replications']}"
    region = manifest["region"].get("region", "")
    of = f" --region {region}" if region else ""
    return f"akuttsim run {words.chosen.base}{of} {length} --seed {manifest['seed']}"
