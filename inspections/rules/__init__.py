"""Pure rules: the draw, the merge of records, checklists, frequency, evidence."""
