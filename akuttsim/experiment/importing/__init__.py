"""Importing: public tables and rosters as the files that a district is made of."""
