// The desk works without this file. What it adds is told in each section.
