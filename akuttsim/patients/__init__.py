"""Patients: who calls, drawn whole before the run and without sight of any organisation."""
