"""核对：用别的读法重新打开写好的文件；不改文件。"""

from miaopu.papers.proof.package import Foreign, foreign
from miaopu.papers.proof.reopen import Book, Chart, Page, Paper, reopen_book, reopen_document

__all__ = ["Book", "Chart", "Foreign", "Page", "Paper", "foreign", "reopen_book", "reopen_document"]
