"""The copy of a person's data (GDPR 15(3), 20(1)): JSON, CSV, XLSX and HTML in one archive, written
as a stream, the same bytes for the same findings, harmless whatever the values hold."""
