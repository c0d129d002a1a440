"""Sheets: the results as tables of real numbers, for a spreadsheet or as CSV files."""
