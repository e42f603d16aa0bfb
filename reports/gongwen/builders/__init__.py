"""One module per kind of document, each a pure function from facts and prose to a ``GongwenContent``."""
