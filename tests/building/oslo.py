"""Specifications of two real regions, whose data lie beside the project."""

from __future__ import annotations

from typing import Any

READ = {"source": "see PROVENANCE.txt beside the data", "grade": "A*"}
AGES = "kommune_population_age_sex"

PEOPLE: dict[str, Any] = {
    "year": 2026,
    "gather_km": 0,
    "grid": {"file": "ssb_popgrid/pop_1km_2019_kommune_scaled2026.csv.gz",
             "cell": "cell_ssbid1000m", "people": "pop_2019", "cell_m": 1000,
             "municipality": "kommune2024", **READ},
    "by_age": {"file": f"{AGES}/kommune_age_sex_2024_2026.csv.gz", "municipality": "kommune",
               "age": "age", "people": "pop", "where": {"calyear": "2026"}, **READ},
    "names": {"file": f"{AGES}/kommuner_2024_summary.csv", "municipality": "kommune",
              "name": "navn", **READ},
}  # fmt: skip


def facilities(kind: str, file: str, **where: str) -> dict[str, Any]:
    return {"kind": kind, "file": f"oslo_akershus_ems/{file}", "where": where, "name": "name",
            "lat": "lat", "lon": "lon", **READ}  # fmt: skip


AKERSHUS: dict[str, Any] = {
    "build": "oslo-akershus",
    "title": {"nb": "Oslo og Akershus", "en": "Oslo and Akershus"},
    "description": "From a graph of travel times between cells of a kilometre",
    "roads": {
        "kind": "edges", "file": "oslo_akershus_traveltime_graph/arcs.csv", "from": "from_cell",
        "to": "to_cell", "minutes": "minutes", "both_ways": False,
        "points": {"file": "oslo_akershus_traveltime_graph/nodes.csv", "id": "node", "lat": "lat",
                   "lon": "lon"},
        **READ,
    },
    "people": {**PEOPLE, "farthest_km": 1.5},
    "facilities": [
        facilities("hospital", "hospitals_legevakt.csv", is_hospital="1"),
        facilities("legevakt", "hospitals_legevakt.csv", is_legevakt="1"),
        facilities("station", "stations.csv", type="stasjon"),
    ],
}  # fmt: skip

EAST: dict[str, Any] = {
    "build": "oslo-east",
    "title": {"nb": "Oslo øst", "en": "Eastern Oslo"},
    "description": "From an OpenStreetMap extract",
    "roads": {"kind": "osm", "file": "oslo_east_osm_roads/oslo-east-filtered.osm.pbf", **READ},
    "people": {**PEOPLE, "farthest_km": 0.5},
    "facilities": [
        facilities("hospital", "hospitals_legevakt.csv", name="Ullevål sykehus"),
        facilities("legevakt", "hospitals_legevakt.csv", name="Storgata legevakt"),
        facilities("station", "stations.csv", name="Sentrum"),
    ],
}
