"""The interview notice (约谈通知书): a talk to help and urge, not a penalty, and worded so."""

from collections.abc import Mapping

from reports.gongwen import prose, wording
from reports.gongwen.builders.envelope import contact_blocks, wrap_text
from reports.gongwen.content import Block, GongwenContent, Numbered, Paragraph
from reports.gongwen.facts import InterviewNoticeFacts
from reports.gongwen.wording import Numbering

KIND = "INTERVIEW_NOTICE"
SECTIONS = (
    prose.Section("opening", "开头"),
    prose.Section("agenda", "约谈内容"),
    prose.Section("requirements", "有关要求"),
)


def default_prose(facts: InterviewNoticeFacts) -> dict[str, str]:
    """First wording of the parts that a drafter may change."""
    return {
        "opening": (
            "为加强水利建设质量监督工作，帮助查找问题、督促改进提高，按照质量监督工作有关要求，"
            f"我局决定就{facts.month.label}水利建设质量监督工作有关情况对{facts.subject}进行约谈。现将有关事项通知如下。"
        ),
        "agenda": (
            "听取问题产生原因和已采取措施的说明；指出存在的问题，提出改进意见；研究下一步整改措施、责任人和完成时限。"
        ),
        "requirements": (
            "请提前准备书面汇报材料，内容包括基本情况、问题原因、整改措施和工作计划，于约谈前一个工作日报送我局。"
            "参加人员应按时参加，主要负责同志因故不能参加的，须提前请假并说明理由。"
        ),
    }


def build(facts: InterviewNoticeFacts, edited: Mapping[str, str]) -> GongwenContent:
    """Put the notice together; reasons, time, place and persons come from ``facts`` only."""
    text = prose.resolve(SECTIONS, default_prose(facts), edited)
    numbering = Numbering()
    blocks: list[Block] = [*wording.prose_blocks(text["opening"])]
    blocks += [numbering.heading("约谈事由"), _triggers(facts)]
    blocks += [
        numbering.heading("约谈时间和地点"),
        Paragraph(text=f"时间：{wording.moment(facts.starts_at)}。"),
        Paragraph(text=f"地点：{facts.place}。"),
    ]
    blocks += [numbering.heading("参加人员"), *_persons(facts)]
    blocks += [numbering.heading("约谈内容"), *wording.prose_blocks(text["agenda"])]
    blocks += [numbering.heading("有关要求"), *wording.prose_blocks(text["requirements"])]
    blocks.append(
        Paragraph(
            text=f"约谈后请认真落实约谈意见，于{wording.day(facts.report_due)}前将整改情况书面报送我局。"
        )
    )
    blocks += contact_blocks(facts.contact)
    return wrap_text(
        facts.envelope,
        kind=KIND,
        title=f"{facts.envelope.organ}关于约谈{facts.subject}的通知书",
        keep=(facts.subject,),
        blocks=blocks,
    )


def _triggers(facts: InterviewNoticeFacts) -> Block:
    if len(facts.triggers) == 1:
        return Paragraph(text=wording.sentence(facts.triggers[0]))
    return Numbered(items=tuple(wording.sentence(trigger) for trigger in facts.triggers))


def _persons(facts: InterviewNoticeFacts) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(text=f"被约谈方：{wording.listed(facts.persons_required)}。"),
        Paragraph(text=f"约谈主持：{facts.host}。"),
    ]
    if facts.participants:
        blocks.append(Paragraph(text=f"参加人员：{wording.listed(facts.participants)}。"))
    return blocks
