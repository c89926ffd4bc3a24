"""Commands of matching: those of analysts run on files, without a database; others on its own."""

from matching.tools.areas import AREAS
from matching.tools.assignments import SOLVE, VERIFY
from matching.tools.erasures import ERASE_AGAIN
from matching.tools.rounds import CHECK, WORK_OUT

OFFLINE_COMMANDS = (SOLVE, VERIFY, WORK_OUT, CHECK)
DATABASE_COMMANDS = (AREAS, ERASE_AGAIN)
