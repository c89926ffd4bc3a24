"""What analysts run on files, without a database: the best assignment, its proof, a round again."""

from matching.tools.assigning import SOLVE, VERIFY
from matching.tools.working_out import WORK_OUT

TOOLS = (SOLVE, VERIFY, WORK_OUT)
