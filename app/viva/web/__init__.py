"""The interview in the browser.

``server`` runs it, ``page`` lays it out, ``handlers`` answer its events; ``screen`` turns a session
into what is shown, and ``cards``, ``conversation`` and ``report_view`` into HTML.
"""
