"""The fields of figures, ratings and contact logs, and the words HR's files use for them."""

from __future__ import annotations

from admin.domain.refusals import N_
from admin.files.field_specs import MONTH, NAME, NUMBER, QUEUE, FieldSpec
from admin.files.headers import words

METRICS = (
    NUMBER,
    NAME,
    MONTH,
    FieldSpec(
        "year", N_("Year of the figures"), ("年度", "年度", "Year"), words("年|年份|統計年度|统计年度"), beside=True
    ),
    QUEUE,
    FieldSpec(
        "metric",
        N_("Metric"),
        ("指標", "指标", "Metric"),
        words("指標名稱|指标名称|KPI|Metric name"),
    ),
    FieldSpec(
        "value",
        N_("Metric value"),
        ("指標值", "指标值", "Value"),
        words("數值|数值|實際值|实际值|完成值|Metric value"),
    ),
    FieldSpec(
        "sample",
        N_("Sample size"),
        ("樣本數", "样本数", "Sample"),
        words("樣本量|样本量|Sample size|Count"),
    ),
)
RATINGS = (
    NUMBER,
    NAME,
    FieldSpec(
        "year",
        N_("Rating year"),
        ("年度", "年度", "Year"),
        words("考核年度|績效年度|绩效年度|評核年度|评核年度|考績年度|考绩年度|年份|年|Rating year"),
        required=True,
    ),
    FieldSpec(
        "rating",
        N_("Annual performance rating"),
        ("年度績效等次", "年度绩效等次", "Annual rating"),
        words(
            "考核分數|考核分数|考績分數|考绩分数|評核分數|年度考核分數|年度考核分数|Rating score|Appraisal score|"
            "績效等次|绩效等次|績效等級|绩效等级|考核等次|考核結果|考核结果|年度考核結果|年度考核结果|評等|评等|考績|考绩|"
            "年度考績|年度考绩|考績等第|考绩等第|考績等次|考绩等次|考績結果|考绩结果|等第|年度績效考核|年度绩效考核|"
            "Annual performance rating|"
            "人才盘点最终结果|PerformanceScore|PerformanceRating|"
            "Performance rating|Rating"
        ),
        required=True,
    ),
)
CONTACTS = (
    FieldSpec(
        "login",
        N_("Agent in the contact log"),
        ("客服人員", "客服人员", "Agent"),
        words(
            "坐席|坐席工號|坐席工号|座席|座席工号|座席工號|坐席號|坐席号|客服|客服工號|客服工号|Agent ID|Agent name|"
            "Agent login|工號|工号"
        ),
        required=True,
    ),
    FieldSpec(
        "day",
        N_("Date of the contact"),
        ("日期", "日期", "Date"),
        words("通話日期|通话日期|來電日期|来电日期|呼入日期|Call Date|Contact date"),
        required=True,
    ),
    FieldSpec(
        "contact",
        N_("Contact number"),
        ("聯繫編號", "联系编号", "Contact ID"),
        words("通話編號|通话编号|流水號|流水号|通話流水號|通话流水号|Call Id|Contact number|Ticket ID"),
    ),
    FieldSpec(
        "clock",
        N_("Time of the contact"),
        ("時間", "时间", "Time"),
        words("通話時間|通话时间|來電時間|来电时间|呼入時間|Call Time"),
    ),
    FieldSpec(
        "answered_at",
        N_("Time answered"),
        ("接聽時間", "接听时间", "Time answered"),
        words("應答時間|应答时间|接通時間|接通时间|Answer time"),
    ),
    QUEUE,
    FieldSpec(
        "answered",
        N_("Contact answered"),
        ("是否接聽", "是否接听", "Answered"),
        words("是否接通|接通|接聽|Answered (Y/N)|Is answered"),
    ),
    FieldSpec(
        "resolved",
        N_("Contact resolved"),
        ("是否解決", "是否解决", "Resolved"),
        words("解決|解决|處理結果|处理结果|結果|结果|Call Outcome|Outcome|Resolved (Y/N)"),
    ),
    FieldSpec(
        "wait",
        N_("Speed of answer in seconds"),
        ("接聽速度（秒）", "接听速度（秒）", "Speed of answer in seconds"),
        words(
            "應答秒數|应答秒数|應答時長|应答时长|等待時長|等待时长|等候秒數|等待秒數|等待秒数|應答速度|应答速度|"
            "Speed of answer|Wait|Wait seconds|ASA"
        ),
    ),
    FieldSpec(
        "talk",
        N_("Talk time in seconds"),
        ("通話秒數", "通话秒数", "Talk time in seconds"),
        words("通話時長|通话时长|談話時長|谈话时长|Talk time|AvgTalkDuration|Talk duration|Duration"),
    ),
    FieldSpec(
        "satisfaction",
        N_("Satisfaction score of the contact"),
        ("滿意度評分", "满意度评分", "Satisfaction rating"),
        words("滿意度|满意度|評分|评分|CSAT|Satisfaction|Rating"),
    ),
    FieldSpec(
        "complaint",
        N_("Customer complaint made"),
        ("是否客訴", "是否客户投诉", "Complaint"),
        words("是否投訴|是否投诉|是否客诉|客訴|客诉|投訴|投诉|Complaint (Y/N)|Is complaint"),
    ),
)
