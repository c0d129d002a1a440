"""What new satellites and first responders are modelled on: one that is described already."""

from __future__ import annotations

from collections.abc import Mapping

from akuttsim.config import shipped
from akuttsim.config.loader import load_organisation
from akuttsim.config.schema.clinic import Clinic
from akuttsim.config.schema.fleet import FirstResponders
from akuttsim.config.schema.organisation import Organisation
from akuttsim.errors import InputError, did_you_mean
from akuttsim.experiment.placing.question import Question, World, refuse


def satellite_like(world: World, question: Question) -> Clinic:
    """Return the satellite that new ones are like. Raises InputError with those there are."""
    organisation, name = _model(world, question, "satellites")
    found = satellites_of(organisation).get(name)
    if found is None:
        raise _unknown(name, satellites_of(organisation), organisation)
    if found.nurses_of_crew is not None:
        raise refuse("--like", f"{name} is staffed by a crew; name one with nurses of its own")
    if found.doctors not in world.organisation.doctors:
        near = did_you_mean(found.doctors, world.organisation.doctors)
        what = f"{name} has the doctor of {found.doctors}, who is not in {world.name}{near}"
        raise refuse("--like", what)
    return found


def responders_like(world: World, question: Question) -> FirstResponders:
    """Return the group that new ones are like. Raises InputError with those there are."""
    organisation, name = _model(world, question, "first-responders")
    found = organisation.first_responders.get(name)
    if found is None:
        raise _unknown(name, organisation.first_responders, organisation)
    return found


def satellites_of(organisation: Organisation) -> dict[str, Clinic]:
    """Return an organisation's satellites by name."""
    return {name: each for name, each in organisation.clinics.items() if each.kind == "satellite"}


def _model(world: World, question: Question, what: str) -> tuple[Organisation, str]:
    """Return the organisation that has the model, and the model's name in it."""
    if question.like is None:
        raise refuse(
            "--like", f"say which {what} new ones are like, ORGANISATION:NAME{_hint(world, what)}"
        )
    organisation, colon, name = question.like.rpartition(":")
    found = load_organisation(organisation).value if colon else world.organisation
    if found.region != world.organisation.region:
        what = f"{organisation} is of {found.region}; name one of {world.organisation.region}"
        raise refuse("--like", what)
    return found, name


def _hint(world: World, what: str) -> str:
    """Return models of the same region among what is shipped, for who names none."""
    found = []
    for organisation in shipped.config_names("organisation"):
        try:
            other = load_organisation(organisation).value
        except InputError:
            continue
        if other.region == world.organisation.region:
            parts = satellites_of(other) if what == "satellites" else other.first_responders
            found += [f"{organisation}:{name}" for name in list(parts)[:1]]
    return f"; such as {', '.join(found)}" if found else ""


def _unknown(name: str, known: Mapping[str, object], organisation: Organisation) -> InputError:
    near = did_you_mean(name, known) or f"; there is {', '.join(known) or 'none'}"
    return refuse("--like", f"no {name!r} in {organisation.organisation}{near}")
