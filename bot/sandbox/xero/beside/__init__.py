"""The pretend Xero's other APIs: the file library, the register of fixed assets, the projects.

They are answered at doors of their own, and nothing in them changes what the accounting API tells.

Tests pull their levers through `beside_of(organisation)`: `.files.add_file(…)`, `.assets.add_asset(…)`,
`.projects.log_time(…)`, `.vanish(…)` on each of the three.
"""

from __future__ import annotations

from bot.sandbox.xero.beside.library import FileLibrary, Link
from bot.sandbox.xero.beside.links import link_to
from bot.sandbox.xero.beside.project_book import ProjectBook
from bot.sandbox.xero.beside.register import AssetRegister
from bot.sandbox.xero.beside.state import Beside, beside_of

__all__ = ["AssetRegister", "Beside", "FileLibrary", "Link", "ProjectBook", "beside_of", "link_to"]
