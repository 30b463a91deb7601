"""Draws captured terminals as one animated SVG: a frame for each NAME.life, with NAME.shell below it.

Half blocks become coloured strips, one path for each colour of a frame; everything else is text.
"""

import html
import pathlib
import re
import sys

CELL, HALF = 8, 8  # A character is 8 wide and two halves high.
PAUSE = 0.6  # Seconds that a frame stays.
BACKGROUND, TEXT = "#0c0a1a", "#d8d4e4"
ANSI = ["#1c1a2a", "#ff465c", "#5fd38a", "#ffc454", "#6aa7ff", "#d18aff", "#5ad1e0", "#d8d4e4"]


def cells(screen):
    """The lines of a screen with escapes, as lists of (letter, colour, ground, bold, dim); a style outlives its line."""
    lines = [[]]
    colour, ground, bold, dim = TEXT, None, False, False
    for escape, letter in re.findall(r"\x1b\[([\d;]*)m|([^\x1b])", screen):
        if letter == "\n":
            lines.append([])
            continue
        if letter:
            lines[-1].append((letter, colour, ground, bold, dim))
            continue
        codes = [int(code or 0) for code in escape.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                colour, ground, bold, dim = TEXT, None, False, False
            elif code in (38, 48) and codes[0] == 2:
                value = "#%02x%02x%02x" % tuple(codes[1:4])
                codes = codes[4:]
                colour, ground = (value, ground) if code == 38 else (colour, value)
            elif code == 38 and codes[0] == 5:
                colour, codes = ANSI[codes[1] % 8], codes[2:]
            elif code in (1, 2, 22):
                bold, dim = code == 1, code == 2
            elif code == 39:
                colour = TEXT
            elif code == 49:
                ground = None
            elif 30 <= code <= 37 or 90 <= code <= 97:
                colour = ANSI[code % 10]
            elif 40 <= code <= 47:
                ground = ANSI[code - 40]
    return lines


def strips(rows):
    """Paths of equal neighbours; `rows` are half characters high and hold a colour or None for each column."""
    paths = {}
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end] == row[x]:
                end += 1
            if row[x]:
                paths.setdefault(row[x], []).append((x, y, end))
            x = end
    return "".join(f'<path stroke="{colour}" d="{path(runs)}"/>' for colour, runs in sorted(paths.items()))


def path(runs):
    """From run to run by the distance, which takes fewer letters than the place."""
    steps, at = [], (0, 0)
    for x, y, end in runs:
        steps.append(f"m{x - at[0]} {y - at[1]}h{end - x}".replace(" -", "-"))
        at = (end, y)
    return "".join(steps)


def text(y, line):
    """The words of a line; runs of one style stay together, so that letters keep their columns."""
    out, run, style, start = [], "", None, 0
    for x, (letter, colour, _, bold, dim) in enumerate(line + [(None,) * 5]):
        now = None if letter in (None, " ", "▀") else (colour, bold, dim)
        if run and now != style:
            fill = f' fill="{style[0]}"' * (style[0] != TEXT) + ' font-weight="bold"' * style[1] + ' opacity=".6"' * style[2]
            length = f' textLength="{len(run) * CELL}"'
            out.append(f'<text x="{start * CELL}" y="{y * 2 * HALF + 12}"{fill}{length}>{html.escape(run)}</text>')
            run = ""
        if now:
            start = start if run else x
            run += letter
        style = now
    return "".join(out)


def draw(lines):
    rows, words = [], []
    for y, line in enumerate(lines):
        rows.append([colour if letter == "▀" else ground for letter, colour, ground, _, _ in line])
        rows.append([ground for _, _, ground, _, _ in line])
        words.append(text(y, line))
    return f'<g class="cells" transform="translate(0 {HALF / 2}) scale({CELL} {HALF})">{strips(rows)}</g>{"".join(words)}'


def read(path):
    return cells(path.read_text().rstrip("\n"))


def main():
    frames = []
    for path in map(pathlib.Path, sys.argv[1:]):
        life, shell = read(path), read(path.with_suffix(".shell"))
        frames.append(life + [[]] + (shell + [[]] * 3)[:3])
    width, height = 92 * CELL, len(frames[0]) * 2 * HALF
    length = len(frames) * PAUSE
    share = 100 / len(frames)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 32} {height + 60}" role="img">')
    print("<title>life changes a colour while it runs</title>")
    print("<style>")
    print("text{font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}")
    print(f".cells{{shape-rendering:crispEdges}}.frame{{visibility:hidden;animation:show {length:.1f}s step-end infinite}}")
    print(f"@keyframes show{{0%{{visibility:visible}}{share:.3f}%{{visibility:hidden}}}}")
    print("@media(prefers-reduced-motion){.frame{animation:none}.frame:last-child{visibility:visible}}")
    print("</style>")
    print(f'<rect width="100%" height="100%" rx="12" fill="{BACKGROUND}" stroke="#3a3450"/>')
    for x, colour in enumerate(ANSI[1:4]):
        print(f'<circle cx="{22 + 20 * x}" cy="20" r="6" fill="{colour}"/>')
    print(f'<text x="50%" y="25" text-anchor="middle" fill="{TEXT}" opacity=".6">cargo hot run -p life</text>')
    print(f'<g fill="{TEXT}" transform="translate(16 42)">')
    for number, lines in enumerate(frames):
        print(f'<g class="frame" style="animation-delay:{number * PAUSE - length:.1f}s">{draw(lines)}</g>')
    print("</g></svg>")


main()
