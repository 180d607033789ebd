"""The desk: the console in which the DPO works. Everything under /desk, signed in only.

A page is three things: routes in a module here, a template, and texts in both languages; the
module is named in `places.py`. `console.who` says who asks, `Frame.page` draws the page, and
`looks.looked_at` notes every look at personal data before it is shown.
"""
