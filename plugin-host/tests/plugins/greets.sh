#!/bin/sh
# Says something that is no handshake, and goes on.
echo "not a plugin" >&2
echo "Hello!"
exec sleep 60
