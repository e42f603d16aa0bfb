"""From a document's text and its envelope to the content that is printed."""

from reports.gongwen.content import Annex, Block, Format, GongwenContent, Seal
from reports.gongwen.facts import Contact, Envelope

SHORT_FORM = "我局"


def wrap_text(
    envelope: Envelope,
    *,
    kind: str,
    title: str,
    blocks: list[Block],
    annexes: list[Annex] | None = None,
) -> GongwenContent:
    """Put the head, signature and imprint around a text. Without a number it is a draft and has no seal."""
    is_issued = envelope.number is not None
    return GongwenContent(
        kind=kind,
        format=Format.LETTER if envelope.is_letter else Format.FILE,
        mark=envelope.organ if envelope.is_letter else f"{envelope.organ}文件",
        number=envelope.number,
        title=title,
        addressees=envelope.addressees,
        blocks=tuple(blocks),
        annexes=tuple(annexes or ()),
        organ=envelope.organ,
        date=envelope.date,
        seal=Seal.SAMPLE if is_issued and envelope.is_demo_seal else Seal.ROOM,
        cc=envelope.cc,
        printer=envelope.printer,
        print_date=envelope.print_date or envelope.date,
        note=envelope.note,
    )


def contact_text(contact: Contact) -> str:
    return f"联系人：{contact.name}，联系电话：{contact.phone}。"
