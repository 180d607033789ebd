"""The first files of a company: what every small French company has, the rest left open."""
