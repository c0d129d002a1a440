"""Checks of an organisation's clinics and doctors: what they name, and who is there when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from akuttsim.errors import Problem, did_you_mean
from akuttsim.scenario.care_in_reach import has_doctor
from akuttsim.scenario.checked_year import ALWAYS, CheckedYear
from akuttsim.scenario.clinics import Clinic
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.region import Region
from akuttsim.scenario.room_checks import able, lends_operators
from akuttsim.scenario.roster import Period

Wrong = Iterator[tuple[str, str]]
"""The key below a clinic, and what is wrong there."""


def clinic_names(loaded: Loaded[Organisation]) -> Iterator[Problem]:
    """Yield what clinics name that is not there, does not fit or has no effect."""
    organisation = loaded.value
    for name, clinic in organisation.clinics.items():
        for key, what in chain(
            _doctors(clinic, organisation),
            _nurses(clinic, organisation),
            _crew_as_nurses(name, organisation),
            _care(clinic, organisation),
        ):
            yield loaded.problem(f"clinics.{name}.{key}", what)
    booking = organisation.clinic_care.booking
    if booking is not None and not booking.slot_min.value:
        what = "must be greater than 0: how long each booked time is"
        yield loaded.problem("clinic_care.booking.slot_min.value", what)
    for team in _net_doctors(organisation):
        for what in _no_team(team, organisation):
            yield loaded.problem("e_consultation.doctors", what)


def clinic_hours(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """Yield the hours at which a clinic is open without staff, or a municipality has no clinic.

    The names must have passed `clinic_names`.
    """
    organisation = loaded.value
    for name, clinic in organisation.clinics.items():
        for when, who in _unstaffed(clinic, organisation, year):
            what = f"open without a {who} on duty{when}; add a staffing"
            yield loaded.problem(f"clinics.{name}", what)
        for key, what in chain(
            _borrowed_nurses(clinic, organisation, year),
            _crew_away(clinic, organisation, year),
        ):
            yield loaded.problem(f"clinics.{name}.{key}", what)
    for what in _net_doctors_away(organisation, year):
        yield loaded.problem("e_consultation.doctors", what)
    yield from _municipalities(loaded, region, year)


def _net_doctors(organisation: Organisation) -> Iterator[str]:
    """Yield the team of our own doctors that takes e-consultations, if there is one."""
    screen = organisation.e_consultation
    if screen is not None and screen.doctors is not None:
        yield screen.doctors


def _net_doctors_away(organisation: Organisation, year: CheckedYear) -> Iterator[str]:
    screen = organisation.e_consultation
    opened = year.spans(screen.open.values()) if screen else []
    for team in _net_doctors(organisation):
        for when in year.missing(opened, year.spans(organisation.doctors[team].on_duty.values())):
            yield f"open without one of {team} on duty{when}; add a staffing there"


def _no_team(team: str, organisation: Organisation) -> Iterator[str]:
    if team not in organisation.doctors:
        yield f"no team {team!r} under doctors{did_you_mean(team, organisation.doctors)}"


def _doctors(clinic: Clinic, organisation: Organisation) -> Wrong:
    yield from (("doctors", what) for what in _no_team(clinic.doctors, organisation))
    if has_doctor(clinic) and clinic.takes != ("green",):
        yield "takes", "has no effect: a clinic with a doctor takes everybody; leave it out"


def _nurses(clinic: Clinic, organisation: Organisation) -> Wrong:
    if clinic.nurses_of is not None:
        missing = lends_operators(clinic.nurses_of, organisation.control_rooms)
        if missing:
            yield "nurses_of", missing
    elif clinic.keeps_free is not None:
        yield "keeps_free", "has no effect without nurses_of a control room; leave it out"


def _crew_as_nurses(name: str, organisation: Organisation) -> Wrong:
    """A satellite's crew is an ambulance stationed there, and staffs no other satellite."""
    clinic = organisation.clinics[name]
    if clinic.nurse_call_out is not None and not clinic.nurses:
        crew_goes = "a crew goes out as an ambulance" if clinic.nurses_of_crew else "add nurses"
        yield "nurse_call_out", f"goes with nurses of the satellite's own; {crew_goes}"
    if clinic.nurses_of_crew is not None:
        for what in _unfit_crew(clinic.nurses_of_crew, name, organisation):
            yield "nurses_of_crew", what


def _unfit_crew(wanted: str, satellite: str, organisation: Organisation) -> Iterator[str]:
    clinics, crews = organisation.clinics, organisation.ambulances
    if wanted not in crews:
        yield f"no ambulance {wanted!r}{did_you_mean(wanted, crews)}"
        return
    crew, place = crews[wanted], clinics[satellite].place
    if crew.kind != "ambulance":
        yield f"{wanted} is of kind {crew.kind}; name a crew of kind ambulance"
    if crew.station != place:
        yield f"{wanted} is stationed at {crew.station}; name a crew stationed at {place}"
    first = next(name for name, each in clinics.items() if each.nurses_of_crew == wanted)
    if first != satellite:
        yield f"{wanted} staffs {first} already; one satellite a crew"


def _care(clinic: Clinic, organisation: Organisation) -> Wrong:
    for name in clinic.care:
        if getattr(organisation.clinic_care, name) is None:
            yield "care", f"{name} is not described; add clinic_care.{name}"
    if "door_triage" in clinic.care and not clinic.nurses and clinic.nurses_of is None:
        yield "care", "door_triage needs a nurse; add nurses, or nurses_of a control room"


def _unstaffed(
    clinic: Clinic, organisation: Organisation, year: CheckedYear
) -> Iterator[tuple[str, str]]:
    """Whoever is needed must be on duty whenever the doors are open."""
    opened = year.spans(clinic.open.values())
    doctors = organisation.doctors[clinic.doctors].on_duty.values()
    staff: list[tuple[str, Iterable[Period]]] = [("doctor", doctors)]
    if clinic.nurses or (clinic.kind == "satellite" and clinic.nurses_of_crew is None):
        staff.append(("nurse", clinic.nurses.values()))
    for who, periods in staff:
        for when in year.missing(opened, year.spans(periods)):
            yield when, who


def _borrowed_nurses(clinic: Clinic, organisation: Organisation, year: CheckedYear) -> Wrong:
    """Operators who may receive at the clinic, more than must be left free, whenever it is open."""
    if clinic.nurses_of is None:
        return
    opened = year.spans(clinic.open.values())
    operators = organisation.control_rooms[clinic.nurses_of].operators.values()
    for when in year.missing(opened, year.spans(able("clinic", operators))):
        what = f"none of {clinic.nurses_of}'s operators may receive here{when}"
        yield "nurses_of", f"{what}; add a staffing there"
    kept = clinic.keeps_free.value if clinic.keeps_free else 0
    if not kept:
        return
    for when in year.missing(opened, year.more_than(kept, operators)):
        what = f"nobody is left to receive{when}: at most {kept} on duty; keep fewer free"
        yield "keeps_free.value", f"{what} or add a staffing"


def _crew_away(clinic: Clinic, organisation: Organisation, year: CheckedYear) -> Wrong:
    """A crew that staffs a satellite is on duty at its station whenever the satellite is open."""
    if clinic.nurses_of_crew is None:
        return
    shifts = organisation.ambulances[clinic.nurses_of_crew].shifts
    there = year.spans(shift for shift in shifts if shift.duty == "station")
    for when in year.missing(year.spans(clinic.open.values()), there):
        what = f"{clinic.nurses_of_crew} is not on station duty{when}, while this is open"
        yield "nurses_of_crew", f"{what}; change its shifts or the opening hours"


def _municipalities(
    loaded: Loaded[Organisation], region: Region, year: CheckedYear
) -> Iterator[Problem]:
    """By law every municipality has a doctor on duty at all hours (satellites do not count)."""
    for municipality in region.municipalities:
        served = [
            service
            for clinic in loaded.value.clinics.values()
            if has_doctor(clinic)
            for service in clinic.open.values()
            if municipality in service.municipalities
        ]
        for when in year.missing(ALWAYS, year.spans(served)):
            what = f"no clinic with a doctor is open for {municipality}{when}; add it to one"
            yield loaded.problem("clinics", what)
