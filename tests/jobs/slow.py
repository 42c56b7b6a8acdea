"""测试用的作业与做它们的进程：慢慢数数，把每一步追加到文件里。"""

import time
from pathlib import Path

from miaopu.access.act import Wrong
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job


@job("test.count", "慢慢数数", needs="rule.view")
def count(given: Assignment, progress: Progress) -> Outcome:
    steps, file = int(given.params["steps"]), Path(given.params["file"])
    progress.expect(steps)
    for step in range(steps):
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{given.attempt}:{step}\n")
        progress.tell(f"第 {step + 1} 步")
        progress.advance()
        time.sleep(float(given.params.get("pause", 0)))
    return Outcome(f"数完 {steps} 步", {"steps": steps})


@job("test.once", "不能重做的", needs="rule.view", retry=False)
def once(given: Assignment, progress: Progress) -> Outcome:
    return count(given, progress)


@job("test.wrong", "内容不对的", needs="rule.view")
def wrong(given: Assignment, progress: Progress) -> Outcome:
    raise Wrong("第3行的营业收入写成了“很多”；应是数，请改正后重传")


@job("test.broken", "程序出错的", needs="rule.view")
def broken(given: Assignment, progress: Progress) -> Outcome:
    raise KeyError("秘密")


@job("test.next", "接着做的", needs="rule.view", after=("test.once", "test.wrong"))
def following(given: Assignment, progress: Progress) -> Outcome:
    return Outcome("接着做了")
