"""Who may be meant to head a department, by what their post is called (3.3.3, 1.2-b): a proposal that HR confirms."""

from __future__ import annotations

# What leads a department and stands outside the ladder as a rule; a team leader (組長) is on it.
MANAGING = (
    "經理",
    "经理",
    "協理",
    "协理",
    "處長",
    "处长",
    "總監",
    "总监",
    "主任",
    "主管",
    "副總",
    "副总",
    "總裁",
    "总裁",
    "執行長",
    "院長",
)
MANAGING_WORDS = frozenset({"manager", "director", "head", "chief", "president", "ceo", "coo", "cfo", "cto"})
ASSISTING = ("助理", "秘書", "秘书", "特助", "assistant", "secretary")
CENTRE = (
    "客服",
    "客戶服務",
    "客户服务",
    "customer service",
    "contact centre",
    "contact center",
    "call centre",
    "call center",
)


def manages_by_post(post: str) -> bool:
    """Whether a post is called like one that manages, in any of the three languages."""
    words = post.casefold()
    if any(each in words for each in ASSISTING):
        return False
    return any(each in post for each in MANAGING) or not MANAGING_WORDS.isdisjoint(words.replace("/", " ").split())


def sounds_like_the_centre(name: str) -> bool:
    """Whether a department is called like a customer service centre (1.2)."""
    return any(each in name.casefold() for each in CENTRE)
