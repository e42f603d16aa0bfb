"""Pages of reports: dashboard, documents, ledgers, jobs, the trail, search."""
