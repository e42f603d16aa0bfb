"""绵阳市 2023: an invented year with the totals of the source document, made by a seeded generator.

What is real: the names of some projects (reports/data/mianyang_projects.csv, public reports) and of the counties.
Everything else is 演示数据: units are 示例…（演示） with credit codes of the range that the registry never hands out,
people are 演示 and a sign of the old calendar, papers carry 演示. Works with a public name are dealt general findings
only, and no clue, bidding problem or missing paper falls on them.

The generator makes plain rows; they become a ledger workbook, and that is imported by the importer that everybody uses.

How the totals of the source document are met:
* 58 inspections, 260 + 47 findings: the inspections organized by the city (`visits`, `findings`), dealt to the card.
* 6 notices: quality notices of the city. Serious findings of its other inspections are handed to the county, which
  issues the notice (so rubric E3 has something to count).
* 45 bidding checks, 2 notices: the source text names these 2 apart from the 6, so they are notices on BIDDING, issued
  by the counties that checked.
* 2 reminder letters: issued for February and March, before the first close. What the closes propose (ACT3) stays a
  proposal until somebody decides.
* 2 interviews: made by the closes themselves, none is imported: 平武县 2023-09 (monthly score and duty inspection under
  the line, ONE interview with both triggers) and 梓潼县 2023-07 (red line R5, unqualified, criticism proposed).
* 32 clues, all transferred. Fees of the city's supervisory tests: 280 000 元.
* 科技城新区 supervises nothing and files nil returns (and forgot August): its score is 数据不足 in every month.
"""
