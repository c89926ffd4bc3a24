"""`down` and `reset`: stopping a running stack, and forgetting its data."""

import shutil

from envol_local import console
from envol_local import running as note
from envol_local.places import Clone, find_clone


async def down() -> int:
    """Stop the stack of this clone, if it runs."""
    await _stop(find_clone())
    return 0


async def reset() -> int:
    """Stop the stack and delete its data and logs; the servers' jars stay."""
    clone = find_clone()
    await _stop(clone)
    with note.running(clone, {}):
        deleted = [_delete(clone, name) for name in ("data", "logs", "demo", "history", "round")]
        if clone.elsewhere.is_dir() and not clone.elsewhere.is_symlink():
            shutil.rmtree(clone.elsewhere)
            deleted.append(str(clone.elsewhere))
        clone.password.unlink(missing_ok=True)
    names = ", ".join(name for name in deleted if name)
    console.say(f"Deleted {names}." if names else "There was nothing to delete.")
    return 0


def _delete(clone: Clone, name: str) -> str:
    folder = clone.local / name
    if not folder.exists():
        return ""
    shutil.rmtree(folder)
    return str(folder.relative_to(clone.root))


async def _stop(clone: Clone) -> None:
    pid = await note.stop(clone)
    console.say("Nothing runs here." if pid is None else f"Stopped the stack (process {pid}).")
