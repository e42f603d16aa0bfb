"""The arithmetic of the monthly score: no database, no request, no clock. See docs/scoring-notes.md."""
