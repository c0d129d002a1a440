"""Exporters: the results as a page, a PDF, a spreadsheet, CSV files, figures or Markdown."""
