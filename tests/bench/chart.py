"""Bars for doc/performance.svg: a group for each case, a bar for each peer, as long as its figure is in relation to ipcwire's."""
from html import escape

BAR, GAP, LABEL, WIDTH, NUMBER = 15, 14, 190, 330, 150
COLOURS = {"ipcwire": "#2f6f4f", "limit": "#c9c9c9", "peer": "#7d9cc0"}
STYLE = """text { font: 12px sans-serif; fill: #222 } .title { font-weight: bold } .number { fill: #555 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .number { fill: #aaa } }"""


def number(value):
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.2f" % value


def group(case, y):
    """The lines of one case, and where the next one begins."""
    peers = [p for p in case["peers"] if "median" in p]
    longest = max(p["median"] for p in peers)
    lines = ['<text class="title" x="0" y="%d">%s</text>' % (y + 12, escape("%s (%s, %s is better)" % (
        case["title"], case["unit"], "more" if case["more_is_better"] else "less")))]
    y += 20
    for p in peers:
        name = p["name"]
        colour = COLOURS["ipcwire" if name.startswith("ipcwire") else "limit" if name == case["limit"] else "peer"]
        length = max(1, WIDTH * p["median"] / longest)
        ratio = "" if name.startswith("ipcwire") or not p.get("ratio") else "  (%s&#215;)" % number(p["ratio"]["median"])
        lines.append('<text x="%d" y="%d" text-anchor="end">%s</text>' % (LABEL - 8, y + 12, escape(name)))
        lines.append('<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>' % (LABEL, y + 1, length, BAR - 2, colour))
        lines.append('<text class="number" x="%.1f" y="%d">%s%s</text>' % (LABEL + length + 6, y + 12, number(p["median"]), ratio))
        y += BAR
    return lines, y + GAP


def draw(cases):
    body, y = [], 4
    for case in cases:
        lines, y = group(case, y)
        body += lines
    return '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">\n<style>%s</style>\n%s\n</svg>\n' % (
        LABEL + WIDTH + NUMBER, y, LABEL + WIDTH + NUMBER, y, STYLE, "\n".join(body))
