"""report.html: sections made of facts, pictures as inline SVG, one self-contained page."""
