"""A world from what users really have: T3 reports and pages, Trace sales."""

from simulator.importing.importer import import_files
from simulator.importing.problems import ImportRefused
from simulator.importing.report import Report
from simulator.importing.saving import save

__all__ = ["ImportRefused", "Report", "import_files", "save"]
