"""The reminder letter (提醒敦促函): what is behind, what is asked, and when an answer is due."""

from collections.abc import Mapping

from reports.gongwen import prose, wording
from reports.gongwen.builders import tables
from reports.gongwen.builders.envelope import SHORT_FORM, contact_blocks, wrap_text
from reports.gongwen.content import Block, GongwenContent, Numbered, Paragraph
from reports.gongwen.facts import ReminderLetterFacts
from reports.gongwen.wording import Numbering

KIND = "REMINDER_LETTER"
SECTIONS = (
    prose.Section("opening", "开头"),
    prose.Section("requests", "敦促事项"),
)


def default_prose(facts: ReminderLetterFacts) -> dict[str, str]:
    """First wording of the parts that a drafter may change."""
    return {
        "opening": (
            f"根据{facts.month.label}水利建设质量监督工作评分和检查情况，为及时补齐短板、防范质量风险，"
            "现就有关事项提醒敦促如下。"
        ),
        "requests": (
            "请你单位对照上述情况认真分析原因，逐项明确整改措施、责任人和完成时限，加快问题整改闭环，"
            "并加强日常监督检查，防止类似问题再次发生。"
        ),
    }


def build(facts: ReminderLetterFacts, edited: Mapping[str, str]) -> GongwenContent:
    """Put the letter together; causes and open matters come from ``facts`` only."""
    text = prose.resolve(SECTIONS, default_prose(facts), edited)
    numbering = Numbering()
    blocks: list[Block] = [*wording.prose_blocks(text["opening"])]
    blocks += [numbering.heading("有关情况")]
    blocks.append(Numbered(items=tuple(wording.sentence(matter) for matter in facts.matters)))
    if facts.overdue:
        blocks.append(tables.problem_table("未按期闭环问题清单", facts.overdue))
    blocks += [numbering.heading("敦促事项"), *wording.prose_blocks(text["requests"])]
    blocks.append(Paragraph(text=f"请于{wording.day(facts.feedback_due)}前将落实情况函复{SHORT_FORM}。"))
    blocks += contact_blocks(facts.contact)
    return wrap_text(
        facts.envelope,
        kind=KIND,
        title=f"{facts.envelope.organ}关于{facts.month.label}水利建设质量监督工作的提醒敦促函",
        blocks=blocks,
    )
