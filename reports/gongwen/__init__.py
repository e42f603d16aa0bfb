"""Official documents (公文) to GB/T 9704-2012: facts → content → PDF.

``facts`` are the frozen numbers and names a document is built from, ``builders`` turn them into a
``content.GongwenContent``, whose JSON is what gets stored, and ``reports.rendering`` prints that to PDF.
Nothing here reads a database, a clock or a setting.
"""
