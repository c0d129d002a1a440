"""The verification study as a document: tables, figures and plain words."""
