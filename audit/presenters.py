"""Actions and subjects of the trail in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from audit.models import AuditEvent
from core import display
from core.components import Change

ACTIONS: dict[str, str] = {
    "accounts.session.open": "登录",
    "accounts.session.close": "退出",
    "accounts.user.create": "新增用户",
    "accounts.password.reset": "重置密码",
    "accounts.role.grant": "授予角色",
    "accounts.role.end": "终止角色",
    "audit.trail.export": "导出审计日志",
    "enforcement.criticism.approve": "批准通报批评",
    "enforcement.criticism.decline": "不予通报批评",
    "enforcement.criticism.issue": "印发通报批评",
    "enforcement.criticism.propose": "建议通报批评",
    "enforcement.interview.approve": "批准约谈",
    "enforcement.interview.arrange": "安排约谈",
    "enforcement.interview.close": "约谈办结",
    "enforcement.interview.decline": "不予约谈",
    "enforcement.interview.hold": "约谈",
    "enforcement.interview.minute": "签署约谈纪要",
    "enforcement.interview.notice": "印发约谈通知",
    "enforcement.interview.propose": "建议约谈",
    "enforcement.interview.report": "报送约谈整改报告",
    "enforcement.letter.answer": "反馈提醒敦促函",
    "enforcement.letter.decline": "不予发函",
    "enforcement.letter.issue": "发出提醒敦促函",
    "enforcement.letter.propose": "建议提醒敦促",
    "enforcement.notice.issue": "签发整改通知书",
    "guidance.assignment.accept": "确认任务办结",
    "guidance.assignment.answer": "提交任务办理情况",
    "guidance.assignment.attach": "附任务佐证材料",
    "guidance.assignment.return": "退回任务办理情况",
    "guidance.body.confirm": "确认机构概况",
    "guidance.body.edit": "修改机构概况",
    "guidance.body.open": "填报机构概况",
    "guidance.body.return": "退回机构概况",
    "guidance.body.submit": "提交机构概况",
    "guidance.campaign.close": "总结举一反三",
    "guidance.campaign.create": "提出举一反三",
    "guidance.campaign.edit": "修改举一反三",
    "guidance.campaign.launch": "部署举一反三",
    "guidance.campaign.remind": "催办举一反三",
    "guidance.meeting.attach": "附会议材料",
    "guidance.meeting.create": "登记会议",
    "guidance.meeting.edit": "修改会议",
    "guidance.meeting.issue": "印发会议纪要",
    "guidance.monthplan.change": "调整月度计划",
    "guidance.monthplan.edit": "编制月度计划",
    "guidance.monthplan.publish": "印发月度计划",
    "guidance.plan.create": "编制年度要点",
    "guidance.plan.edit": "修改年度要点",
    "guidance.plan.issue": "印发年度要点",
    "guidance.task.add": "添加任务",
    "guidance.task.discard": "删除任务",
    "guidance.task.edit": "修改任务",
    "guidance.training.edit": "修改培训",
    "guidance.training.record": "登记培训",
    "inspections.approval.approve": "批准检查",
    "inspections.approval.refuse": "不予批准检查",
    "inspections.approval.request": "申请检查审批",
    "inspections.cap.set": "公布检查频次上限",
    "inspections.inspection.arrange": "安排检查",
    "inspections.inspection.merge": "合并检查",
    "inspections.inspection.notify": "制发检查通知书",
    "inspections.inspection.split": "拆分检查",
    "inspections.inspection.team": "更换检查人员",
    "inspections.inspection.void": "作废检查",
    "inspections.item.load": "载入检查事项清单",
    "inspections.item.publish": "公布检查事项",
    "inspections.item.withdraw": "停用检查事项",
    "inspections.visitnotice.serve": "送达检查通知书",
    "inspections.yearplan.edit": "编制年度检查计划",
    "inspections.yearplan.publish": "印发年度检查计划",
    "inspections.catalogue.load": "载入问题清单",
    "inspections.device.enrol": "登记平板",
    "inspections.device.hold": "挂失平板",
    "inspections.device.invite": "生成平板登记码",
    "inspections.device.release": "解除平板挂失",
    "inspections.device.revoke": "注销平板",
    "inspections.bundle.import": "导入平板导出包",
    "inspections.photo.refuse": "拒收照片",
    "inspections.photo.store": "照片送达",
    "inspections.evidence.attach": "附佐证材料",
    "inspections.checklist.load": "载入检查清单",
    "inspections.finding.confirm": "确认问题",
    "inspections.finding.notify": "问题通知整改",
    "inspections.finding.withdraw": "撤销问题",
    "inspections.inspection.conclude": "现场检查结束",
    "inspections.inspection.review": "审核检查",
    "inspections.commission.cancel": "取消检测委托",
    "inspections.commission.draft": "拟检测委托",
    "inspections.commission.edit": "修改检测委托",
    "inspections.commission.finish": "检测委托完成",
    "inspections.commission.issue": "委托检测",
    "inspections.commission.sample": "检测取样",
    "inspections.finding.draft": "草拟问题",
    "inspections.sample.plan": "添加样品",
    "inspections.sample.report": "登记样品结果",
    "inspections.sample.take": "样品取样",
    "inspections.test.handle": "登记不合格处置",
    "inspections.test.open": "送检",
    "inspections.test.report": "登记检测报告",
    "inspections.testbudget.change": "调整检测经费",
    "inspections.testbudget.record": "登记检测经费",
    "inspections.record.settle": "裁定记录冲突",
    "inspections.record.submit": "送达检查记录",
    "projects.acceptance.add": "登记验收",
    "projects.acceptance.change": "修改验收",
    "projects.attachment.attach": "上传附件",
    "projects.attachment.detach": "移除附件",
    "projects.attachment.read": "打开承诺书扫描件",
    "projects.defect.add": "登记质量缺陷",
    "projects.attendance.add": "登记到岗率",
    "projects.attendance.change": "修改到岗率",
    "projects.attendance.remove": "删除到岗率",
    "projects.defect.change": "修改质量缺陷",
    "projects.filing.change": "修改核备",
    "projects.filing.receive": "收到核备",
    "projects.filing.remove": "删除核备",
    "projects.filing.review": "办结核备",
    "projects.filing_type.add": "登记核备事项",
    "projects.filing_type.change": "修改核备事项",
    "projects.key_work.add": "登记重要部位",
    "projects.key_work.change": "修改重要部位",
    "projects.key_work.remove": "删除重要部位",
    "projects.progress.change": "修改标段进度",
    "projects.progress.record": "登记标段进度",
    "projects.project.change": "修改工程信息",
    "projects.project.place": "标注工程位置",
    "projects.project.register": "登记工程",
    "projects.project.remove": "删除工程",
    "projects.registration.add": "登记监督手续",
    "projects.registration.change": "修改监督手续",
    "projects.section.add": "登记标段",
    "projects.section.change": "修改标段",
    "projects.section.remove": "删除标段",
    "projects.work.add": "登记项目划分",
    "projects.work.change": "修改项目划分",
    "projects.work.remove": "删除项目划分",
    "projects.commitment.replace": "换人重签终身责任承诺书",
    "projects.commitment.sign": "登记终身责任承诺书",
    "projects.doubt.clear": "认可数据疑点",
    "projects.doubt.correct": "数据疑点自动销除",
    "projects.doubt.error": "认定数据有误",
    "projects.doubt.explain": "说明数据疑点",
    "projects.doubt.find": "发现数据疑点",
    "projects.identity.reveal": "查看身份证号码",
    "projects.organization.change": "修改单位",
    "projects.organization.merge": "合并单位",
    "projects.organization.register": "登记单位",
    "projects.person.add": "登记管理人员",
    "projects.person.change": "修改管理人员",
    "projects.person.end": "管理人员离岗",
    "projects.plaque.register": "登记质量责任公示牌",
    "projects.unit.add": "登记参建单位",
    "projects.unit.change": "修改参建单位",
    "projects.unit.end": "参建单位退场",
    "projects.unit.withdraw": "撤销误登的参建单位",
    "projects.project.bulk": "批量修改工程",
    "projects.project.follow_return": "台账随月报更新",
    "projects.reopening.accept": "受理月报补正",
    "projects.reopening.approve": "批准月报补正",
    "projects.reopening.expire": "月报补正到期关闭",
    "projects.reopening.refuse": "不批准月报补正",
    "projects.reopening.reject": "不予受理月报补正",
    "projects.reopening.request": "申请月报补正",
    "projects.reopening.submit": "报送月报补正",
    "projects.return.accept": "受理月报",
    "projects.return.add_line": "月报增加工程",
    "projects.return.change": "填写月报",
    "projects.return.hand_over": "月报送审",
    "projects.return.open": "开放月报",
    "projects.return.remark": "登记月报抽核记录",
    "projects.return.remind": "催报月报",
    "projects.return.remove_line": "月报移出工程",
    "projects.return.return": "退回月报",
    "projects.return.send_back": "审核退回填报人",
    "projects.return.submit": "报送月报",
    "messaging.channel.change": "修改消息通道",
    "messaging.channel.create": "新增消息通道",
    "messaging.channel.test": "测试消息通道",
    "messaging.dispatch.resend": "重新发送消息",
    "messaging.preference.change": "修改接收设置",
    "reports.delivery.acknowledge": "签收公文",
    "reports.document.discard": "废止公文草稿",
    "reports.document.draft": "起草公文",
    "reports.document.edit": "修改公文",
    "reports.document.issue": "签发公文",
    "reports.document.return": "退回公文",
    "reports.document.review": "审核公文",
    "reports.document.submit": "公文送审",
    "reports.document.withdraw": "撤回公文",
    "reports.ledger.export": "导出台账",
    "reports.ledger.import": "导入台账",
    "reports.ledger.undo": "撤销台账导入",
    "reports.inspection_form.print": "打印检查审批表、通知书",
    "reports.project_file.print": "打印一项一档",
    "reports.return.upload": "上传月报工作簿",
    "reports.return.correct": "改正月报工作簿的内容",
    "reports.return.apply": "写入月报工作簿",
    "reports.return.undo": "撤销月报工作簿的写入",
    "projects.report.assess": "评价项目法人月报",
    "projects.report.open": "开放项目法人月报",
    "projects.report.return": "退回项目法人月报",
    "projects.report.save": "填写项目法人月报",
    "projects.report.submit": "报送项目法人月报",
    "projects.project.mark": "更新重点监管对象",
    "scoring.keylist.change": "调整重点监管对象名单",
    "scoring.keylist.compute": "计算风险类别",
    "scoring.keylist.confirm": "确认重点监管对象名单",
    "scoring.keylist.create": "拟定重点监管对象名单",
    "scoring.keylist.discard": "删除重点监管对象名单草稿",
    "scoring.keylist.issue": "印发重点监管对象名单",
    "scoring.riskrules.load": "载入风险分类规则",
    "scoring.rubric.load": "载入评分细则",
    "scoring.run.compute": "计算月度评分",
    "scoring.run.confirm": "核定月度评分",
    "scoring.run.publish": "公布月度评分",
    "scoring.run.supersede": "更正月度评分",
    "tenancy.city.found": "建立城市",
    "tenancy.job.retry": "重试任务",
}
"""`app.noun.verb` → what the trail's page says."""


def action_label(action: str) -> str:
    """The action in words; an action without words shows its code, so that nothing is hidden."""
    return ACTIONS.get(action, action)


def subject_kind_label(label_lower: str) -> str:
    """`projects.project` → the model's own name in Chinese, or the code when it is gone."""
    try:
        model = apps.get_model(label_lower)
    except (LookupError, ValueError):
        return label_lower
    return SUBJECTS.get(label_lower, str(model._meta.verbose_name))


SUBJECTS: dict[str, str] = {
    "accounts.user": "用户",
    "accounts.roleassignment": "角色",
    "tenancy.city": "城市",
    "tenancy.job": "任务",
    "projects.project": "工程",
    "projects.acceptance": "验收",
    "projects.attachment": "附件",
    "projects.attendance": "到岗率",
    "projects.contractsection": "标段",
    "projects.defectfiling": "质量缺陷备案",
    "projects.filingtype": "核备事项",
    "projects.keywork": "重要部位",
    "projects.qualityfiling": "质量核备",
    "projects.sectionprogress": "标段进度",
    "projects.supervisionregistration": "质量监督手续",
    "projects.workitem": "项目划分",
    "projects.legalpersonreport": "项目法人月报",
    "projects.monthlyreturn": "月报",
    "scoring.subjectscore": "主体得分",
    "scoring.listing": "红黑名单",
    "enforcement.clue": "线索",
    "inspections.supervisorytest": "监督检测",
    "inspections.supervisorytestbudget": "检测经费",
    "inspections.supervisorytestcommission": "检测委托",
    "inspections.supervisorytestsample": "样品",
    "projects.returnreopening": "月报补正",
    "projects.returnremark": "月报抽核记录",
    "projects.lifelongcommitment": "终身责任承诺书",
    "projects.keyperson": "主要管理人员",
    "projects.participatingunit": "参建单位",
    "projects.organizationmerge": "单位合并",
    "projects.organization": "单位",
    "guidance.campaign": "举一反三",
    "guidance.meeting": "会议",
    "guidance.plansheet": "月度监督检查计划",
    "guidance.task": "任务",
    "guidance.taskassignment": "任务办理",
    "guidance.yearplan": "年度质量监督要点",
    "projects.supervisionbody": "机构概况",
    "projects.training": "培训",
    "inspections.catalogueversion": "问题清单",
    "inspections.checklistversion": "检查清单",
    "inspections.device": "外业平板",
    "inspections.deviceenrolment": "平板登记码",
    "inspections.photo": "现场照片",
    "inspections.evidence": "佐证材料",
    "inspections.finding": "问题",
    "inspections.recordconflict": "记录冲突",
    "inspections.submission": "检查记录",
    "enforcement.rectificationnotice": "整改通知书",
    "enforcement.reminderletter": "提醒敦促函",
    "enforcement.interview": "约谈",
    "enforcement.criticismproposal": "通报批评",
    "scoring.keyobjectlist": "重点监管对象名单",
    "scoring.riskruleset": "风险分类规则",
    "scoring.rubricversion": "评分细则",
    "scoring.scorerun": "月度评分",
    "projects.datadoubt": "数据疑点",
    "messaging.channel": "消息通道",
    "messaging.dispatch": "消息发送",
    "messaging.preference": "接收设置",
    "reports.document": "公文",
    "reports.delivery": "送达",
    "reports.importbatch": "台账导入",
    "reports.exportfile": "台账导出",
}
"""What the subjects of events are called on the page."""


def changes_of(event: AuditEvent) -> list[Change]:
    """Before and after of each changed field, in the order of the fields' names."""
    payload: Mapping[str, Any] = json.loads(event.payload)
    before: Mapping[str, Any] = payload.get("before") or {}
    after: Mapping[str, Any] = payload.get("after") or {}
    names = sorted({*before, *after})
    return [
        Change(
            _field_label(event.subject_kind, name),
            _text(_in_words(event.subject_kind, name, before.get(name))),
            _text(_in_words(event.subject_kind, name, after.get(name))),
        )
        for name in names
    ]


def _in_words(subject_kind: str, name: str, value: Any) -> Any:
    """A choice as its label; everything else as it is."""
    try:
        field = apps.get_model(subject_kind)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return value
    choices = dict(getattr(field, "flatchoices", None) or ())
    return choices.get(value, value) if isinstance(value, str) else value


FIELDS: dict[str, str] = {
    "user": "用户",
    "name": "姓名",
    "role": "角色",
    "slug": "标识",
    "file": "文件",
    "sha256": "摘要（SHA-256）",
    "bytes": "大小（字节）",
    "errors": "错误数",
    "counts": "各表行数",
    "records": "记录数",
    "filters": "条件",
    "folded": "并入单位",
    "kept": "保留单位",
    "reason": "理由",
    "row": "所在行",
    "version": "版本",
    "lines": "工程数",
    "filler": "填报人",
    "first": "首次报送",
    "nil": "零报告",
    "note": "意见",
    "remark": "抽核记录",
    "fields": "栏目",
    "projects": "更新台账的工程数",
    "project": "工程",
    "has_new_address": "更换地址",
    "has_email": "登记了邮箱",
    "people": "人数",
}
"""Names in events that are no fields of their subject."""


def _field_label(subject_kind: str, name: str) -> str:
    try:
        field = apps.get_model(subject_kind)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return FIELDS.get(name, name)
    return str(getattr(field, "verbose_name", name))


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return display.number(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
