"""Commands for analysts that run on files without a database, and jobs that need the database."""

from matching.tools.areas import AREAS
from matching.tools.assignments import SOLVE, VERIFY
from matching.tools.erasures import ERASE_AGAIN
from matching.tools.rounds import CHECK, WORK_OUT

TOOLS = (SOLVE, VERIFY, WORK_OUT, CHECK)
JOBS = (AREAS, ERASE_AGAIN)
