"""Spreadsheet files (CSV, XLSX): reading them safely, and writing them."""
