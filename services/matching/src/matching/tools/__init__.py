"""Commands for analysts that run on files without a database, and jobs that need the database."""

from matching.tools.areas import AREAS
from matching.tools.assigning import SOLVE, VERIFY
from matching.tools.erasing import ERASE_AGAIN
from matching.tools.working_out import CHECK, WORK_OUT

TOOLS = (SOLVE, VERIFY, WORK_OUT, CHECK)
JOBS = (AREAS, ERASE_AGAIN)
