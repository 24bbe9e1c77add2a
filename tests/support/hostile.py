"""Text that tries to become markup, script or style of a page, or to hide in it."""

HOSTILE = (
    "<script>window.pwned = 1</script>",
    '"><img src=x onerror="window.pwned = 1">',
    "</style><script>window.pwned = 1</script><style>",
    "</details></section></main><h1>Forged</h1>",
    "<!-- <svg onload=window.pwned=1> -->",
    "' onmouseover='window.pwned=1' x='",
    "&lt;script&gt;window.pwned = 1&lt;/script&gt;",
    "<iframe srcdoc='<script>parent.pwned = 1</script>'></iframe>",
    "<link rel=stylesheet href=https://example.com/x.css><base href=https://example.com/>",
    "{{ manifest }}{% include 'run.html' %}{{ 7 * 7 }}",
    "\u202egnirts desrever\u202c \u200bhidden\u200d \x00nul \x1b[8m",
    "\U000e0049\U000e0067\U000e006e",
    "]]>\r\n\u2028<plaintext>",
)
