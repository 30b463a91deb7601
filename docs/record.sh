#!/usr/bin/env bash
# Records docs/life.svg: runs `life` under cargo hot in one pane, changes a colour from the other, and draws what stood on
# the screen before and after. Run it in the root of the checkout; needs tmux and python3.
set -euo pipefail

hot=${CARGO_HOT_BIN:-cargo hot}
palette=examples/life/src/palette.rs
folder=$(mktemp -d)
t() { tmux -L cargo-hot-record "$@"; }
put_back() {
    cp "$folder/palette.rs" "$palette"
    t kill-server 2>/dev/null || true
    rm -r "$folder"
}
cp "$palette" "$folder/palette.rs"
trap put_back EXIT

capture() {
    t capture-pane -e -p -t life.0 >"$folder/$1.life"
    t capture-pane -e -p -t life.1 >"$folder/$1.shell"
}
type_keys() { t send-keys -t life.1 "$@"; }

t -f /dev/null new-session -d -s life -x 92 -y 30 "CLICOLOR_FORCE=1 $hot run --quiet -p life -- --seed 3 2>'$folder/log'"
t set -g status off
# The lower pane is a shell that shows what cargo hot says.
t split-window -t life -l 5 "cd ${palette%/*}; PS1='\$ ' exec bash --norc --noprofile"
until t capture-pane -p -t life.0 | grep -q 'tick'; do sleep 0.2; done
patches() { grep -c patched "$folder/log" || true; }
# One patch ahead: the first of a session takes longer than all that follow.
sed -i 's/196, 92, 24/196, 92, 25/' "$palette"
until [ "$(patches)" = 1 ]; do sleep 0.1; done
type_keys "tail -n 0 -f '$folder/log' | sed -u 's/^/\r/' & clear" Enter
until t capture-pane -p -t life.0 | grep -q 'tick 1[1-9][0-9]'; do sleep 0.1; done
type_keys "clear" Enter
sleep 0.3

frame=10
frames() {
    for _ in $(seq "$1"); do
        capture $((frame++))
        sleep 0.3
    done
}
frames 4
type_keys "sed -i 's/(112, 16, 72), (255, 70, 92)/(16, 40, 120), (90, 200, 255)/' palette.rs"
sleep 0.1
capture $((frame++))
type_keys Enter
until [ "$(patches)" = 2 ]; do sleep 0.02; done
sleep 0.1
frames 4
python3 docs/frames.py "$folder"/*.life >docs/life.svg
