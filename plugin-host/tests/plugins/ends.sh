#!/bin/sh
# Writes a thousand lines and its last words, and ends without a handshake.
i=0
while [ $i -lt 1000 ]; do
    echo "line $i" >&2
    i=$((i + 1))
done
echo "the last words" >&2
exit 3
