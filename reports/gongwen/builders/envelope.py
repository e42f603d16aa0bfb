"""From a document's text and its envelope to the content that is printed."""

from reports.gongwen.content import Annex, Block, Format, GongwenContent, Paragraph, Seal
from reports.gongwen.facts import Contact, Envelope
from reports.gongwen.titles import break_title

SHORT_FORM = "我局"


def wrap_text(
    envelope: Envelope,
    *,
    kind: str,
    title: str,
    blocks: list[Block],
    annexes: list[Annex] | None = None,
    keep: tuple[str, ...] = (),
) -> GongwenContent:
    """Put the head, signature and imprint around a text. Without a number it is a draft and has no seal.

    The title is broken here, with the names in ``keep`` whole, so that the breaks are part of the record.
    """
    is_issued = envelope.number is not None
    return GongwenContent(
        kind=kind,
        format=Format.LETTER if envelope.is_letter else Format.FILE,
        mark=envelope.organ if envelope.is_letter else f"{envelope.organ}文件",
        number=envelope.number,
        title="\n".join(break_title(title, keep=keep)),
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


def contact_blocks(contact: Contact) -> list[Block]:
    """Two short paragraphs, so that a telephone number is never broken over lines."""
    return [Paragraph(text=f"联系人：{contact.name}。"), Paragraph(text=f"联系电话：{contact.phone}。")]
