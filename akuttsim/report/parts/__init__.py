"""The parts of the page that are made of figures and tables: one file for each."""
